/**
 * Looking into live processes: their state, what they do, and stopping them for a while. Works for every process of this library's behaviours, and for processes written
 * by hand that handle system messages. The counterpart of OTP's sys.
 */
import { isPid, packFunction, whereis, type Dest, type Pid } from "@agner/vm";
import { badArgument } from "./errors.ts";
import { call, callFailure } from "./gen/call.ts";
import { ownAncestors } from "./gen/ancestors.ts";
import { debugOf, tell, type DebugEvent, type DebugFunction, type DebugOption, type DebugStatistics } from "./gen/debug.ts";
import { targetOf, type AnyDest } from "./gen/dest.ts";
import { formatReason } from "./gen/format.ts";
import type { System } from "./gen/message.ts";
import { ownName, resolveDest } from "./gen/names.ts";
import {
  handleSystem,
  type Status,
  type SystemAnswer,
  type SystemCallbacks,
  type SystemProcess,
  type Termination,
} from "./gen/system.ts";

/** How long a process has to answer. */
export interface SysOptions {
  /** Milliseconds, or `Infinity`; default that of the client, else 5,000. */
  readonly timeout?: number;
}

/** Sends a system message and waits for the answer. */
function ask(what: string, server: AnyDest, args: readonly unknown[], options: SysOptions | undefined): unknown {
  const target = targetOf(`sys.${what}`, server, options?.timeout);
  const answer = call(target, "$system", what, args) as SystemAnswer;
  if ("value" in answer) return answer.value;
  const { failed } = answer;
  const { dest } = target;
  const inner = isCallbackFailed(failed) ? failed.callbackFailed.reason : failed;
  throw callFailure(
    target,
    isPid(dest) ? dest : resolveDest(dest),
    what,
    "AGNER_CALLBACK_FAILED",
    failed,
    `it could not do that: ${formatReason(inner)}`,
  );
}

function isCallbackFailed(reason: unknown): reason is { readonly callbackFailed: { readonly reason: unknown } } {
  return typeof reason === "object" && reason !== null && "callbackFailed" in reason;
}

/**
 * The state of a server.
 *
 * @throws {CallError} as any call; `AGNER_CALLBACK_FAILED` if the state is no term.
 * @example
 * sys.getState("counter"); // 15
 */
export function getState(server: AnyDest, options?: SysOptions): unknown {
  return ask("getState", server, [], options);
}

/**
 * Replaces the state by what `fn(state, ...args)` returns, and returns it. Runs in the server; if `fn` throws the state stays what it is. How long to wait is said by the
 * client: `client.with({ timeout })`.
 *
 * @param fn a function of a compiled module. A closure gets copies of what it has captured.
 * @throws {CallError} as any call; `AGNER_CALLBACK_FAILED` if `fn` throws: its `reason` is `{ callbackFailed: { request, reason } }`.
 * @throws {BadTermError} if `fn` has captured what cannot be copied.
 * @example
 * sys.replaceState(counter, (n: number) => n + 1);
 */
export function replaceState<A extends readonly unknown[]>(
  server: AnyDest,
  fn: (state: any, ...args: A) => unknown,
  ...args: A
): unknown {
  return ask("replaceState", server, [packFunction(fn), ...args], undefined);
}

/** All that a process says of itself: whether it is suspended, parent, dictionary, what debugging is on, and its state as `formatStatus` shows it. */
export function getStatus(server: AnyDest, options?: SysOptions): Status {
  return ask("getStatus", server, [], options) as Status;
}

/** Suspends a process: until it is resumed it answers only system messages; all others wait. */
export function suspend(server: AnyDest, options?: SysOptions): void {
  ask("suspend", server, [], options);
}

/** Lets a suspended process go on. */
export function resume(server: AnyDest, options?: SysOptions): void {
  ask("resume", server, [], options);
}

/** Ends a process with `reason`, after its `terminate`. Returns when the process has been told; `genServer.stop` waits for the end. */
export function terminate(server: AnyDest, reason: unknown, options?: SysOptions): void {
  ask("terminate", server, [reason], options);
}

/**
 * Has a suspended process adapt its state to new code, by its callback `codeChange(state, oldVersion, extra)`. If that throws, the state stays what it is.
 *
 * @param module the definition whose code the process runs from now on; undefined: the one that it has.
 * @throws {CallError} as any call; `AGNER_CALLBACK_FAILED` if it is not suspended or the callback throws.
 */
export function changeCode(
  server: AnyDest,
  module: object | undefined,
  oldVersion: unknown,
  extra: unknown,
  options?: SysOptions,
): void {
  ask("changeCode", server, [oldVersion, extra, module], options);
}

/** Writes what the process does to standard output (true), sends it to `to` as `{ type: "TRACE", pid, module, event }`, or no longer (false). */
export function trace(server: AnyDest, to: boolean | Dest, options?: SysOptions): void {
  ask("trace", server, [to], options);
}

/** Keeps the last events: true for 10, or that many; false to stop. A log that is on keeps its size. */
export function log(server: AnyDest, keep: boolean | number, options?: SysOptions): void {
  if (typeof keep !== "boolean" && !(Number.isInteger(keep) && keep > 0))
    throw badArgument("sys.log: the second argument must be true, false, or a whole number of events above 0");
  ask("log", server, [keep], options);
}

/** The events that are kept, oldest first. */
export function getLog(server: AnyDest, options?: SysOptions): DebugEvent[] {
  return ask("getLog", server, [], options) as DebugEvent[];
}

/** Has the process write the events that are kept to standard output. */
export function printLog(server: AnyDest, options?: SysOptions): void {
  ask("printLog", server, [], options);
}

/**
 * Writes events to a file, which begins empty; false to stop.
 *
 * @throws {CallError} `AGNER_CALLBACK_FAILED` if the file cannot be written.
 */
export function logToFile(server: AnyDest, path: string | false, options?: SysOptions): void {
  if (path !== false && typeof path !== "string")
    throw badArgument("sys.logToFile: the second argument must be the path of a file, or false");
  ask("logToFile", server, [path], options);
}

/** Counts messages and reductions from now on, or no longer. System messages do not count. */
export function statistics(server: AnyDest, on: boolean, options?: SysOptions): void {
  ask("statistics", server, [on], options);
}

/** The figures so far; `"no_statistics"` if nobody counts. */
export function getStatistics(server: AnyDest, options?: SysOptions): DebugStatistics | "no_statistics" {
  return ask("getStatistics", server, [], options) as DebugStatistics | "no_statistics";
}

/**
 * Installs a debug function: `fn(state, event, module)` runs in the process at every event and returns its next state, or `"done"` to be removed; one that throws is
 * removed, too. Nothing happens if one with this id is there.
 *
 * @param fn a function of a compiled module. A closure gets copies of what it has captured.
 * @param id default: the function.
 * @throws {BadTermError} if `fn` has captured what cannot be copied.
 * @example
 * sys.install(counter, (n: number, event) => (event.kind === "in" ? n + 1 : n), 0, "messages");
 */
export function install(server: AnyDest, fn: DebugFunction, state: unknown, id?: unknown, options?: SysOptions): void {
  const packed = packFunction(fn);
  ask("install", server, [id ?? packed, packed, state], options);
}

/** Removes a debug function, by its id or itself. */
export function remove(server: AnyDest, id: unknown, options?: SysOptions): void {
  ask("remove", server, [typeof id === "function" ? packFunction(id as DebugFunction) : id], options);
}

/** Switches all debugging off. */
export function noDebug(server: AnyDest, options?: SysOptions): void {
  ask("noDebug", server, [], options);
}

/** A process written by hand that handles system messages. */
export interface SpecialProcess<S> extends SystemProcess {
  state: S;
}

/** What a hand-written process may do its own way; all may be left out. */
export type SpecialCallbacks<P> = Partial<{
  /** What `sys.getState` shows; default `process.state`. */
  getState(process: P): unknown;
  /** Puts what `replace` makes of the state in its place, and returns it; default for `process.state`. */
  replaceState(process: P, replace: (state: any) => unknown): unknown;
  /** What `sys.getStatus` shows as `misc`; default `process.state`. */
  status(process: P): unknown;
  /** Adapts the state to new code; default: nothing. */
  codeChange(process: P, oldVersion: unknown, extra: unknown, module: unknown): void;
}>;

/**
 * What a hand-written process must keep to handle system messages. Its parent is its nearest ancestor.
 *
 * @param module how reports and traces call what it runs.
 */
export function specialProcess<S>(module: string, state: S, debug?: readonly DebugOption[]): SpecialProcess<S> {
  return { parent: parentOf(), name: ownName(), module, state, debug: debugOf(debug), suspended: false };
}

function parentOf(): Pid | undefined {
  const nearest = ownAncestors()?.[0];
  return typeof nearest === "string" ? whereis(nearest) : nearest;
}

/** Whether a message is one that {@link handleSystemMessage} must get. */
export function isSystemMessage(message: unknown): message is System {
  return typeof message === "object" && message !== null && (message as { type?: unknown }).type === "$system";
}

/**
 * Handles a system message in a hand-written process; while the process is suspended it does not return.
 *
 * @returns undefined if the process goes on, or why it must end: call `exit(reason)` when you have cleaned up.
 * @example
 * if (sys.isSystemMessage(message)) {
 *   const end = sys.handleSystemMessage(message, me);
 *   if (end !== undefined) exit(end.reason);
 * }
 */
export function handleSystemMessage<P extends SpecialProcess<any>>(
  message: System,
  process: P,
  callbacks: SpecialCallbacks<P> = {},
): Termination | undefined {
  return handleSystem(message, process, { ...SPECIAL, ...callbacks } as SystemCallbacks<P>);
}

const SPECIAL: SystemCallbacks<SpecialProcess<any>> = {
  behaviour: "special",
  getState: (process) => process.state,
  replaceState: (process, replace) => (process.state = replace(process.state)),
  status: (process) => process.state,
  codeChange: () => {},
};

/** Tells traces, logs, statistics and debug functions of an event of the calling process; costs next to nothing while none is on. */
export function handleDebug(process: SystemProcess, event: DebugEvent): void {
  if (process.debug !== undefined) tell(process.debug, event, process.module);
}
