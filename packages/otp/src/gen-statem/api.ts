/** What programs do with state machines beside the calls of their clients. */
import { badArgument } from "../errors.ts";
import { ACTION, isAction } from "../gen/action.ts";
import type { DebugOption } from "../gen/debug.ts";
import type { AnyDest } from "../gen/dest.ts";
import type { ServerName } from "../gen/names.ts";
import { stopProcess } from "../gen/stop.ts";
import type { StartIn } from "./action.ts";
import { enterStatem } from "./loop.ts";
import { isStatemCode } from "./machine.ts";

/**
 * Ends a state machine in order, with `terminate`, and waits until it is gone.
 *
 * @param reason default `"normal"`.
 * @param timeout milliseconds; default `Infinity`.
 * @throws {CallError} `AGNER_NOPROC` if nobody is there, `AGNER_TIMEOUT`, `AGNER_CALLING_SELF`, or `AGNER_CALL` if it ended for another reason, which is the error's.
 * @example
 * genStatem.stop(door, "shutdown", 1_000);
 */
export function stopStatem(machine: AnyDest, reason: unknown = "normal", timeout: number = Infinity): void {
  stopProcess("genStatem.stop", machine, reason, timeout);
}

/** How a process goes on as a state machine. */
export interface EnterStatemOptions {
  /** The name under which the process has registered itself. */
  readonly name?: ServerName;
  readonly hibernateAfter?: number;
  readonly debug?: readonly DebugOption[];
}

/**
 * Makes the calling process, which `procLib` has started and which has initialised itself, a state machine: `init` is not called, and the call does not return.
 *
 * @param begin what `init` would have returned.
 * @throws {AgnerError} `AGNER_BAD_ARGUMENT` for what is no state machine, or no beginning.
 * @example
 * function connected(port: number): void {
 *   const data = connect(port);
 *   procLib.initAck(self());
 *   genStatem.enterLoop(Connection, startIn("connected", data));
 * }
 */
export function enterLoop(machine: object, begin: StartIn<any, any>, options: EnterStatemOptions = {}): never {
  if (!isStatemCode(machine)) throw badArgument("genStatem.enterLoop: the first argument must be what genStatem has made");
  if (!isAction(begin) || begin[ACTION] !== "startIn")
    throw badArgument("genStatem.enterLoop: the second argument must be what startIn has made");
  const { name, hibernateAfter = Infinity, debug } = options;
  enterStatem(machine, name, begin, { hibernateAfter, debug });
}
