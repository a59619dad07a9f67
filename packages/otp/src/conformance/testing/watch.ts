/** Waiting for what must come, and making sure that nothing else does: as in the tests of processes, and with what servers need. */
import { isAlive, monitor, type Pid } from "@agner/vm";
import { downOf } from "../../../../vm/src/conformance/testing/watch.ts";

export {
  downOf,
  exitFrom,
  kill,
  nothing,
  numbers,
  onOneCore,
  park,
  settled,
  taken,
  until,
} from "../../../../vm/src/conformance/testing/watch.ts";

/** Why a process ends, or has ended: `"noproc"` if that was before the call. */
export function endOf(pid: Pid): unknown {
  return downOf(monitor(pid)).reason;
}

/** Waits for the end of a process, however short its slices are, and tells whether it is gone then. */
export function isGone(pid: Pid): boolean {
  endOf(pid);
  return !isAlive(pid);
}

/** What a call throws; fails if it throws nothing. */
export function thrown(call: () => unknown): any {
  try {
    call();
  } catch (e) {
    return e;
  }
  throw new Error("nothing was thrown");
}

/** The `reason` of the error that a call throws. */
export function reasonOf(call: () => unknown): unknown {
  return thrown(call).reason;
}
