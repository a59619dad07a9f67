/**
 * A promise of this thread that was rejected and that nobody handles ends the VM, as it ends a Node.js program. What ends it says so: the reason
 * alone would look like an error that was thrown somewhere.
 */
import { AgnerError, describeValue, toErrorTerm } from "@agner/scheduler";

/** Ends this thread with `AGNER_UNHANDLED_REJECTION`, unless the app listens for unhandled rejections itself. */
export function reportUnhandledRejections(): void {
  process.on("unhandledRejection", (reason) => {
    if (process.listenerCount("unhandledRejection") === 1) throw unhandledRejection(reason);
  });
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
