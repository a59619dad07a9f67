/** Exit reasons: from what was thrown, and which of them are no crash. */
import { AgnerError, BadTermError, makeRef, send, type ExitError } from "@agner/vm";
import { formatTerm } from "@agner/vm/report";

/** The exit reason that a thrown value stands for: that of `exit(reason)`, an error itself, or `{ nocatch: value }`. */
export function reasonOf(thrown: unknown): unknown {
  if (isExit(thrown)) return thrown.reason;
  return thrown instanceof Error ? thrown : { nocatch: thrown };
}

function isExit(thrown: unknown): thrown is ExitError {
  return AgnerError.is(thrown) && thrown.code === "AGNER_EXIT";
}

/** Whether a process that ends for this reason ended in order: `"normal"`, `"shutdown"` or `{ shutdown: term }`. */
export function isOrderly(reason: unknown): boolean {
  return reason === "normal" || reason === "shutdown" || isShutdown(reason);
}

/** Whether a reason is `{ shutdown: term }`. */
export function isShutdown(reason: unknown): boolean {
  return typeof reason === "object" && reason !== null && !(reason instanceof Error) && Object.hasOwn(reason, "shutdown");
}

/** The value itself if it is a term, else a description of it. */
export function termOf(value: unknown): unknown {
  try {
    send(makeRef(), value); // nobody's address: only what would be refused makes a difference
    return value;
  } catch (e) {
    if (BadTermError.is(e)) return formatTerm(value);
    throw e;
  }
}
