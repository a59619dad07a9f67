/** What `client-call.ts` needs of the VM that runs it. The VM serves it, like `@agner/vm`: what Node loaded there would be another copy, which knows nothing. */
export { AgnerError, toErrorTerm } from "@agner/scheduler";
export { describeClient, exportedAs } from "./client-handle.ts";
export { nearest } from "./code/nearest.ts";
export { moduleTable } from "./code/thread-table.ts";
