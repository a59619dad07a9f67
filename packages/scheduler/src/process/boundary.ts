/**
 * What a built-in may do where it is called: suspend the process, or only act for it.
 */
import { AgnerError } from "../errors.ts";
import { local } from "../local.ts";
import { S, suspend } from "./frames.ts";
import { nativeFrameError } from "./native-frame.ts";
import { EXITING, WAITING, type Process, type Wait } from "./process.ts";

/** The process that calls `what`; throws where none runs. */
export function callingProcess(what: string): Process {
  const p = local.current;
  if (p === null) throw notAProcess(what);
  return p;
}

/** The process that calls `what`, which may suspend it: throws where none runs and under a native frame. */
export function suspendableProcess(what: string): Process {
  const p = local.current;
  if (p === null) throw notAProcess(what);
  if (S.nat !== 0) throw nativeFrameError(what);
  return p;
}

/** Parks `p`, the running process, until somebody ends `wait`. The caller returns what this returns. */
export function park(p: Process, wait: Wait): never {
  if (p.status === EXITING) return suspend() as never; // its own signal, sent below a native frame, has ended it
  p.wait = wait;
  p.status = WAITING;
  return suspend() as never;
}

function notAProcess(what: string): AgnerError {
  return new AgnerError(
    "AGNER_NOT_A_PROCESS",
    local.thread >= 0 && local.thread < local.schedulers
      ? `${what}() was called outside a process (in a callback of the event loop, after an await of an async function, where wait(promise) in an ordinary one would do, or while a module was loaded); spawn a process for this`
      : `${what}() was called outside a process: this thread runs none. Boot a VM and spawn a process for this, or run the module with \`agner run\``,
  );
}
