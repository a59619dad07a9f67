/** Exit reasons: from what was thrown, and which of them are no crash. */
import { AgnerError, BadTermError, errorTerm, makeRef, send, type ExitError } from "@agner/vm";
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
  if (value instanceof Promise) return PROMISE;
  return isTerm(value) ? value : formatTerm(value);
}

const PROMISE = "a Promise; callbacks are ordinary functions, not async ones: wait(promise) gives its value";

/** A reason as others can be told it: itself; of an error, all that is a term; else `{ notATerm: text }`. */
export function reasonTerm(reason: unknown): unknown {
  if (isTerm(reason)) return reason;
  return reason instanceof Error ? errorTerm(reason) : { notATerm: formatTerm(reason) };
}

function isTerm(value: unknown): boolean {
  try {
    send(makeRef(), value); // nobody's address: only what would be refused makes a difference
    return true;
  } catch (e) {
    if (BadTermError.is(e)) return false;
    throw e;
  }
}
