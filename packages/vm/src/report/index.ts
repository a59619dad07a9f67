/**
 * How Agner shows crashes, exit reasons and terms, for libraries and programs that log them: `@agner/vm/report`.
 */
export { crashToJson, formatCrash, type CrashReport } from "./crash.ts";
export { paint, type Paint } from "./paint.ts";
export { formatReason, formatTerm, reasonChain, type ReasonDetails } from "./reason.ts";
export { stderrHasColors, writeReport } from "./terminal.ts";
