/**
 * Where a call was made: on a scheduler thread, in a process or not.
 */
import { AgnerError, local, suspendableProcess } from "@agner/scheduler";

/** Throws unless this thread is a scheduler of a running VM. */
export function requireScheduler(what: string): void {
  if (local.thread >= 0 && local.thread < local.schedulers) return;
  throw new AgnerError(
    "AGNER_NOT_A_PROCESS",
    local.thread < 0
      ? `${what}() was called where no VM runs; run the module with \`agner run\` or \`node --import @agner/vm/boot\`, or boot a VM with boot()`
      : `${what}() was called on the main thread, which runs no processes; use the VM's own method (vm.${what}) or call it in a process`,
  );
}

/** Whether the caller runs in a process; false in a callback of the event loop, while a module is loaded, and where no VM runs. Never throws. */
export function inProcess(): boolean {
  return local.current !== null;
}

/**
 * Throws unless the caller may wait where it is: for libraries, before they begin something (a request, a start) whose end has to be waited for.
 *
 * @param what name of the function that is going to wait, for the message.
 * @throws {AgnerError} `AGNER_NOT_A_PROCESS` outside a process; `AGNER_NATIVE_FRAME` below a native frame.
 * @example
 * checkCanWait("lookUp");
 */
export function checkCanWait(what: string): void {
  suspendableProcess(what);
}

/** An `AGNER_BAD_ARGUMENT` error. */
export function badArgument(message: string): AgnerError {
  return new AgnerError("AGNER_BAD_ARGUMENT", message);
}
