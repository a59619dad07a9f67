/**
 * The server's side of `sys`: what a process does with a system message. See `sys.ts` for what each request means.
 */
import { processInfo, receive, self, send, unpackFunction, type Exit, type PackedFunction, type Pid } from "@agner/vm";
import {
  countsOf,
  debugOrNone,
  install,
  keepLog,
  logToFile,
  noDebug,
  printLog,
  startCounting,
  uninstall,
  type Debug,
  type DebugFunction,
  type TraceSink,
} from "./debug.ts";
import type { System } from "./message.ts";
import { reasonOf } from "./reason.ts";

/** What system messages need of a process. */
export interface SystemProcess {
  /** The process that started it by a link; undefined if there is none. */
  readonly parent: Pid | undefined;
  /** The name under which it was started. */
  readonly name: string | undefined;
  /** How reports call what it runs. */
  readonly module: string;
  debug: Debug | undefined;
  suspended: boolean;
}

/** What system messages need of what the process runs. */
export interface SystemCallbacks<P extends SystemProcess> {
  readonly behaviour: string;
  getState(process: P): unknown;
  /** Puts a new state in place, made by `replace` from the one that there is; returns the new one. */
  replaceState(process: P, replace: (state: any) => unknown): unknown;
  /** What `sys.getStatus` shows of the process beside what all processes have. */
  status(process: P): unknown;
  /** Adapts the state to new code, that of `module` if one is given; throws if it cannot, and has then changed nothing. */
  codeChange(process: P, oldVersion: unknown, extra: unknown, module: unknown): void;
}

/** What a system message may ask of its process: to end. */
export interface Termination {
  readonly reason: unknown;
}

/** The answer to a system message. `failed` is the reason: `{ callbackFailed: { request, reason } }`, or that the answer is no term. */
export type SystemAnswer = { readonly value: unknown } | { readonly failed: unknown };

/** What `sys.getStatus` returns. */
export interface Status {
  readonly pid: Pid;
  readonly behaviour: string;
  readonly module: string;
  readonly status: "running" | "suspended";
  readonly parent: Pid | undefined;
  readonly name: string | undefined;
  readonly dictionary: readonly (readonly [key: unknown, value: unknown])[];
  /** What of `sys`'s debugging is on. */
  readonly debug: readonly string[];
  /** What the behaviour shows: of a server, its state. */
  readonly misc: unknown;
}

/**
 * Handles a system message. If it suspends the process, returns when the process is resumed, or is told to end.
 *
 * @returns why the process must terminate now, or undefined if it goes on.
 */
export function handleSystem<P extends SystemProcess>(
  message: System,
  process: P,
  callbacks: SystemCallbacks<P>,
): Termination | undefined {
  let end = act(message, process, callbacks);
  while (process.suspended && end === undefined) {
    const next = receive<System | Exit>(
      (m: any) => m?.type === "$system" || (m?.type === "EXIT" && m.from === process.parent && process.parent !== undefined),
    );
    end = next.type === "EXIT" ? { reason: next.reason } : act(next, process, callbacks);
  }
  return end;
}

function act<P extends SystemProcess>(message: System, process: P, callbacks: SystemCallbacks<P>): Termination | undefined {
  const { request, args } = message;
  if (request === "terminate") {
    answer(message, { value: "ok" });
    return { reason: args[0] };
  }
  answer(message, outcome(request, args, process, callbacks));
  return undefined;
}

function answer({ ref }: System, value: SystemAnswer): void {
  try {
    send(ref, { type: "$reply", ref, value });
  } catch (e) {
    send(ref, { type: "$reply", ref, value: { failed: reasonOf(e) } }); // a state that is no term
  }
}

function outcome<P extends SystemProcess>(
  request: string,
  args: readonly unknown[],
  process: P,
  callbacks: SystemCallbacks<P>,
): SystemAnswer {
  try {
    return { value: run(request, args, process, callbacks) };
  } catch (e) {
    return { failed: { callbackFailed: { request, reason: reasonOf(e) } } };
  }
}

function run<P extends SystemProcess>(
  request: string,
  args: readonly unknown[],
  process: P,
  callbacks: SystemCallbacks<P>,
): unknown {
  switch (request) {
    case "getState":
      return callbacks.getState(process);
    case "replaceState": {
      const [packed, ...more] = args as [PackedFunction<(state: unknown, ...args: unknown[]) => unknown>, ...unknown[]];
      const fn = unpackFunction(packed);
      return callbacks.replaceState(process, (state) => fn(state, ...more));
    }
    case "getStatus":
      return statusOf(process, callbacks);
    case "suspend":
      process.suspended = true;
      return "ok";
    case "resume":
      process.suspended = false;
      return "ok";
    case "changeCode":
      if (!process.suspended) throw new Error("the process is not suspended; call sys.suspend first");
      callbacks.codeChange(process, args[0], args[1], args[2]);
      return "ok";
    case "getLog":
      return process.debug?.log?.events ?? [];
    case "printLog":
      printLog(process.debug, process.module);
      return "ok";
    case "getStatistics":
      return countsOf(process.debug) ?? "no_statistics";
    default:
      switchDebug(request, args, process);
      return "ok";
  }
}

function switchDebug(request: string, [first, second, third]: readonly unknown[], process: SystemProcess): void {
  const debug = process.debug ?? noDebug();
  switch (request) {
    case "trace":
      debug.trace = first === false ? undefined : (first as TraceSink);
      break;
    case "log":
      if (first === false) debug.log = undefined;
      else keepLog(debug, first === true ? undefined : (first as number));
      break;
    case "logToFile":
      if (first === false) debug.file = undefined;
      else logToFile(debug, first as string);
      break;
    case "statistics":
      if (first === false) debug.counts = undefined;
      else startCounting(debug);
      break;
    case "install":
      install(debug, first, second as PackedFunction<DebugFunction>, third);
      break;
    case "remove":
      uninstall(debug, first);
      break;
    case "noDebug":
      Object.assign(debug, noDebug());
      break;
    default:
      throw new Error(`there is no system request ${JSON.stringify(request)}`);
  }
  process.debug = debugOrNone(debug);
}

function statusOf<P extends SystemProcess>(process: P, callbacks: SystemCallbacks<P>): Status {
  const { debug } = process;
  const on: string[] = [];
  if (debug?.trace !== undefined) on.push("trace");
  if (debug?.log !== undefined) on.push("log");
  if (debug?.file !== undefined) on.push("logToFile");
  if (debug?.counts !== undefined) on.push("statistics");
  for (const { id } of debug?.installed ?? []) on.push(typeof id === "string" ? id : "installed");
  return {
    pid: self(),
    behaviour: callbacks.behaviour,
    module: process.module,
    status: process.suspended ? "suspended" : "running",
    parent: process.parent,
    name: process.name,
    dictionary: processInfo()!.dictionary,
    debug: on,
    misc: callbacks.status(process),
  };
}
