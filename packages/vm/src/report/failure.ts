/** What is printed when a run does not get as far as `main`, and for warnings. */
import { AgnerError } from "@agner/scheduler/errors";
import type { CodeWarning } from "../code/image.ts";
import { paint } from "./paint.ts";
import { formatReason, formatTerm, reasonChain } from "./reason.ts";

/** The user's to mend before anything can run: the message is all there is to say. */
const REFUSALS = new Set([
  "AGNER_USAGE",
  "AGNER_MODULE_NOT_FOUND",
  "AGNER_DIRECTORY_IMPORT",
  "AGNER_UNKNOWN_EXTENSION",
  "AGNER_IMPORT_ATTRIBUTE",
  "AGNER_RESOLVE",
  "AGNER_UNREADABLE",
  "AGNER_UNWRITABLE",
  "AGNER_COMPILE",
  "AGNER_NOT_COMPILED",
  "AGNER_NO_EXPORT",
  "AGNER_NO_MAIN",
  "AGNER_NATIVE_IMPORT",
]);

/** Whether `error` says that the run was refused: bad usage, or a module that cannot be found, read, compiled or linked. */
export function isRefusal(error: unknown): error is AgnerError {
  return AgnerError.is(error) && REFUSALS.has(error.code);
}

/** An error that ended a run before or beside `main`; a refusal is its message, anything else comes with its stack. */
export function formatFailure(error: unknown, { color }: { readonly color: boolean }): string {
  const style = paint(color);
  const agner = style(["red", "bold"], "agner:");
  if (isRefusal(error)) return `${agner} ${error.message}`;
  const lines: string[] = [];
  for (const [i, { text, stack, properties }] of reasonChain(error).entries()) {
    lines.push(i === 0 ? `${agner} ${style("bold", text)}` : `  ${style("red", "Caused by:")} ${text}`);
    for (const line of stack) lines.push(`${i === 0 ? "" : "  "}    ${style("dim", line)}`);
    if (Object.keys(properties).length > 0) lines.push(`    ${formatTerm(properties)}`);
  }
  return lines.join("\n");
}

/** The failure as one line of JSON. */
export function failureToJson(error: unknown): string {
  const [{ stack }] = reasonChain(error) as [ReturnType<typeof reasonChain>[number]];
  const { code, file, line, column, message } = (error ?? {}) as Record<string, unknown>;
  return JSON.stringify({
    type: "error",
    code,
    message: isRefusal(error) ? message : formatReason(error),
    file,
    line,
    column,
    stack: isRefusal(error) ? undefined : stack,
  });
}

/** A warning of the compiler. */
export function formatWarning(warning: CodeWarning, { color }: { readonly color: boolean }): string {
  const hint = warning.hint === undefined ? "" : `\n  ${warning.hint}`;
  return `${paint(color)("yellow", "warning:")} ${warning.file}:${warning.line}:${warning.column}: ${warning.message} (${warning.code})${hint}`;
}

export function warningToJson(warning: CodeWarning): string {
  return JSON.stringify({ type: "warning", ...warning });
}
