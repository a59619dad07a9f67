/**
 * Debugging a live process: what `sys.trace`, `sys.log`, `sys.logToFile`, `sys.statistics` and `sys.install` have switched on in it.
 */
import { appendFileSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import {
  isPid,
  packFunction,
  processInfo,
  self,
  sendOrDrop,
  unpackFunction,
  type Dest,
  type PackedFunction,
  type Pid,
} from "@agner/vm";
import { formatTerm } from "@agner/vm/report";

/** What a debugged process does: it took a message, answered one, sent one, or went on without an answer. */
export type DebugEvent =
  | { readonly kind: "in"; readonly message: unknown }
  | { readonly kind: "out"; readonly message: unknown; readonly to: Pid | string }
  | { readonly kind: "noreply"; readonly state: unknown }
  | { readonly kind: "custom"; readonly event: unknown };

/** What an installed debug function returns to be removed. */
export const DONE = "done";

/** A debug function: gets its state, the event and the process's name; returns its next state, or `"done"` to be removed. */
export type DebugFunction = (state: any, event: DebugEvent, module: string) => unknown;

interface Installed {
  readonly id: unknown;
  readonly fn: DebugFunction;
  state: unknown;
}

interface Counts {
  readonly startTime: number;
  readonly startReductions: number;
  messagesIn: number;
  messagesOut: number;
}

/** Figures of a debugged process. */
export interface DebugStatistics {
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly currentTime: number;
  readonly reductions: number;
  readonly messagesIn: number;
  readonly messagesOut: number;
}

/** Where `sys.trace` sends events: true for standard output, or a process, which gets `{ type: "TRACE", pid, module, event }`. */
export type TraceSink = true | Dest;

/** Everything that is switched on in a process. A process with none of it has no such object. */
export interface Debug {
  trace: TraceSink | undefined;
  log: { readonly size: number; events: DebugEvent[] } | undefined;
  file: string | undefined;
  counts: Counts | undefined;
  installed: Installed[];
}

/** How many events `sys.log` keeps unless told otherwise. */
const LOG_SIZE = 10;

export function noDebug(): Debug {
  return { trace: undefined, log: undefined, file: undefined, counts: undefined, installed: [] };
}

/** The same object, or undefined if nothing in it is switched on any more. */
export function debugOrNone(debug: Debug): Debug | undefined {
  const { trace, log, file, counts, installed } = debug;
  const none = trace === undefined && log === undefined && file === undefined && counts === undefined && installed.length === 0;
  return none ? undefined : debug;
}

/** Tells everything that is switched on of an event. A debug function that throws is removed. */
export function tell(debug: Debug, event: DebugEvent, module: string): void {
  if (debug.counts !== undefined) {
    if (event.kind === "in") debug.counts.messagesIn++;
    else if (event.kind === "out") debug.counts.messagesOut++;
  }
  const { log } = debug;
  if (log !== undefined) {
    log.events.push(event);
    if (log.events.length > log.size) log.events.shift();
  }
  if (debug.trace !== undefined) trace(debug.trace, event, module);
  if (debug.file !== undefined) appendFileSync(debug.file, `${lineOf(event, module)}\n`);
  if (debug.installed.length > 0) debug.installed = debug.installed.filter((installed) => stays(installed, event, module));
}

function stays(installed: Installed, event: DebugEvent, module: string): boolean {
  try {
    const next = installed.fn(installed.state, event, module);
    if (next === DONE) return false;
    installed.state = next;
    return true;
  } catch {
    return false;
  }
}

function trace(sink: TraceSink, event: DebugEvent, module: string): void {
  if (sink === true) {
    process.stdout.write(`${lineOf(event, module)}\n`);
    return;
  }
  try {
    sendOrDrop(sink, { type: "TRACE", pid: self(), module, event });
  } catch {
    // The sink's name is free now: nobody wants to know any more.
  }
}

/** An event as a line of text, like OTP's `*DBG*` lines. */
export function lineOf(event: DebugEvent, module: string): string {
  const who = `*DBG* ${module} ${self().toString()}`;
  switch (event.kind) {
    case "in":
      return `${who} got ${formatTerm(event.message)}`;
    case "out":
      return `${who} sent ${formatTerm(event.message)} to ${isPid(event.to) ? event.to.toString() : JSON.stringify(event.to)}`;
    case "noreply":
      return `${who} new state ${formatTerm(event.state)}`;
    case "custom":
      return `${who} ${formatTerm(event.event)}`;
  }
}

/** Keeps the last `size` events. As in OTP, a log that is on already stays as it is. */
export function keepLog(debug: Debug, size: number = LOG_SIZE): void {
  debug.log ??= { size, events: [] };
}

/** Writes events to a file, which begins empty. Throws what the file system says. */
export function logToFile(debug: Debug, path: string): void {
  writeFileSync(path, "");
  debug.file = path;
}

/** Writes the events of the log to standard output. */
export function printLog(debug: Debug | undefined, module: string): void {
  for (const event of debug?.log?.events ?? []) process.stdout.write(`${lineOf(event, module)}\n`);
}

/** Begins to count, unless that has begun already. */
export function startCounting(debug: Debug): void {
  debug.counts ??= {
    startTime: Date.now(),
    startReductions: processInfo()!.reductions,
    messagesIn: 0,
    messagesOut: 0,
  };
}

/** The figures so far; undefined if nobody counts. */
export function countsOf(debug: Debug | undefined): DebugStatistics | undefined {
  const counts = debug?.counts;
  if (counts === undefined) return undefined;
  const { startTime, startReductions, messagesIn, messagesOut } = counts;
  return {
    startTime,
    currentTime: Date.now(),
    reductions: processInfo()!.reductions - startReductions,
    messagesIn,
    messagesOut,
  };
}

/** Adds a debug function, unless there is one with that id. */
export function install(debug: Debug, id: unknown, packed: PackedFunction<DebugFunction>, state: unknown): void {
  if (!debug.installed.some((other) => isDeepStrictEqual(other.id, id)))
    debug.installed.push({ id, fn: unpackFunction(packed), state });
}

/** Removes the debug function with this id. */
export function uninstall(debug: Debug, id: unknown): void {
  debug.installed = debug.installed.filter((other) => !isDeepStrictEqual(other.id, id));
}

/** What a start may switch on: the option `debug`. A function to install must be declared at the top level of its module. */
export type DebugOption =
  | "trace"
  | "log"
  | "statistics"
  | { readonly trace: TraceSink }
  | { readonly log: number }
  | { readonly logToFile: string }
  | { readonly install: readonly [fn: DebugFunction, state: unknown, id?: unknown] };

/** What the options of a start switch on. An option that cannot be is left out, as in OTP, and so is one that is none. */
export function debugOf(options: readonly DebugOption[] | undefined): Debug | undefined {
  if (options === undefined || options.length === 0) return undefined;
  const debug = noDebug();
  for (const option of options) {
    if (option === "trace") debug.trace = true;
    else if (option === "log") keepLog(debug);
    else if (option === "statistics") startCounting(debug);
    else if ("trace" in option) debug.trace = option.trace;
    else if ("log" in option) keepLog(debug, option.log);
    else if ("install" in option) {
      const [fn, state, id] = option.install;
      const packed = packFunction(fn);
      install(debug, id ?? packed, packed, state);
    } else tryLogToFile(debug, option.logToFile);
  }
  return debugOrNone(debug);
}

function tryLogToFile(debug: Debug, path: string): void {
  try {
    logToFile(debug, path);
  } catch {
    // The process starts without it.
  }
}
