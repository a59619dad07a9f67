/**
 * A promise of this thread that was rejected and that nobody handles ends the VM, as it ends a Node.js program. What ends it says so: the reason
 * alone would look like an error that was thrown somewhere.
 *
 * Node tells at the end of a turn. By then a slice may have ended between the call that made a promise, rejected already, and the `wait` for it: so a promise is given up only when
 * every process that was to run has had its turn.
 */
import { AgnerError, describeValue, local, toErrorTerm } from "@agner/scheduler";

/** The promises of which Node has told, with their reasons. */
const unhandled = new Map<Promise<unknown>, unknown>();

/** Ends this thread with `AGNER_UNHANDLED_REJECTION`, unless the app listens for unhandled rejections itself. */
export function reportUnhandledRejections(): void {
  process.on("unhandledRejection", (reason, promise) => {
    if (process.listenerCount("unhandledRejection") !== 1) return;
    unhandled.set(promise, reason);
    giveUpAfter(promise, local.runQueue.round);
  });
  process.on("rejectionHandled", (promise) => unhandled.delete(promise));
}

/** Ends this thread as soon as the run queue has come to `round`, if nobody has handled the promise by then. */
function giveUpAfter(promise: Promise<unknown>, round: number): void {
  if (!unhandled.has(promise)) return;
  const { runQueue } = local;
  if (runQueue.length > 0 && ((runQueue.shifted - round) | 0) < 0) return void setImmediate(giveUpAfter, promise, round);
  const reason = unhandled.get(promise);
  unhandled.delete(promise);
  throw unhandledRejection(reason);
}

/** Its stack and cause are those of the reason: where Node noticed the rejection helps nobody. */
function unhandledRejection(reason: unknown): AgnerError {
  const lost = reason instanceof Error ? toErrorTerm(reason) : undefined;
  const error = new AgnerError(
    "AGNER_UNHANDLED_REJECTION",
    `a promise was rejected with ${lost === undefined ? describeValue(reason) : `${lost.name}: ${lost.message}`}, and nobody handled it: catch that, or let a process wait for the promise`,
    lost?.cause === undefined ? {} : { cause: lost.cause },
  );
  const frames = lost?.stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? [];
  error.stack = [`${error.name} [${error.code}]: ${error.message}`, ...frames].join("\n");
  return error;
}
