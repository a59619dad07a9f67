/** Ending a process of this library from outside, in order. */
import { isDeepStrictEqual } from "node:util";
import { checkCanWait, demonitor, isPid, makeRef, monitor, receiveSince, self, send, TIMEOUT, type Down } from "@agner/vm";
import { callFailure, noProcess, unsendable } from "./call.ts";
import { describeActivity } from "./describe.ts";
import { targetOf, type AnyDest } from "./dest.ts";
import { formatReason } from "./format.ts";
import { resolveDest } from "./names.ts";

/**
 * Asks a process to terminate with `reason` and waits until it is gone.
 *
 * @throws {CallError} if nobody is there, it takes longer than `timeout` milliseconds, it is the caller, or it ends for another reason.
 */
export function stopProcess(what: string, to: AnyDest, reason: unknown, timeout: number): void {
  const target = targetOf(what, to, timeout);
  const { dest } = target;
  const pid = isPid(dest) ? dest : resolveDest(dest);
  if (pid === undefined) throw noProcess(target, "stop");
  checkCanWait(what);
  const me = self();
  if (pid === me) throw callFailure(target, pid, "stop", "AGNER_CALLING_SELF", "calling_self", "a process cannot stop itself so");
  const ref = monitor(pid);
  try {
    // Nobody waits for the answer: what counts is the end.
    send(pid, { type: "$system", pid: me, ref: makeRef(), request: "terminate", args: [reason] });
  } catch (e) {
    demonitor(ref, { flush: true });
    throw unsendable(e, target, pid, "stop");
  }
  const down = receiveSince<Down>(ref, undefined, timeout);
  if (down === TIMEOUT) {
    demonitor(ref, { flush: true });
    throw callFailure(
      target,
      pid,
      "stop",
      "AGNER_TIMEOUT",
      "timeout",
      `it did not end within ${timeout} ms: ${describeActivity(pid)}`,
    );
  }
  if (isDeepStrictEqual(down.reason, reason)) return;
  if (down.reason === "noproc") throw noProcess(target, "stop");
  throw callFailure(target, pid, "stop", "AGNER_CALL", down.reason, `it ended for another reason: ${formatReason(down.reason)}`);
}
