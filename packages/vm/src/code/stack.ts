/**
 * Stack traces of a scheduler thread, in terms of the app's sources.
 *
 * A process's stack is native only as far back as its last resumption; behind that it is frames, which V8 does not see. So a trace has two
 * parts: V8's call sites, mapped and freed of the VM's own, and lines made from the frames that stood behind when the error reached the driver.
 *
 * V8 formats `stack` at the first reading. What the driver learns before that is only noted (sites, not frames: an error must not keep the
 * values of a whole stack alive), since most errors are caught and never printed.
 */
import type { Frame } from "@agner/scheduler/frames";
import { resolve } from "import-meta-resolve";
import type { SourcePositions } from "./positions.ts";
import type { Sites } from "./sites.ts";

export interface StackTraceOptions {
  /** Knows the compiled scripts and the sites. */
  readonly table: { readonly positions: SourcePositions; readonly sites: Pick<Sites, "describe"> };
  /** URL prefixes of files whose frames are left out; default {@link ownPrefixes}. */
  readonly internal?: readonly string[];
}

export interface StackTraces {
  /** Notes, once per error, the callers that were suspended when `error` left the innermost frames; a trace hook of the driver. */
  readonly attachCallers: (error: unknown, callers: Frame | null) => void;
  /** Puts back what `Error.prepareStackTrace` was. */
  readonly uninstall: () => void;
}

/** How many suspended callers a trace shows. */
const SHOWN_CALLERS = 50;
/** The function of the driver below which no frame is the process's. */
const DRIVER = "runSlice";

interface Callers {
  readonly sites: readonly number[];
  readonly more: number;
}

interface Formatted {
  readonly text: string;
  /** V8 recorded no more (`Error.stackTraceLimit`), and what follows in the stack is not known. */
  readonly cut: boolean;
}

/** The URL prefixes of the packages that the VM itself consists of. */
export function ownPrefixes(): string[] {
  const entries = ["@agner/scheduler", "@agner/compiler"].map((name) => resolve(name, import.meta.url));
  return [new URL("../", import.meta.url).href, ...entries.map((entry) => new URL("./", entry).href)];
}

/** Installs `Error.prepareStackTrace` for this thread. */
export function installStackTraces(options: StackTraceOptions): StackTraces {
  const { table, internal = ownPrefixes() } = options;
  const { positions } = table;
  const callersOf = new WeakMap<Error, Callers>();
  const formatted = new WeakMap<object, Formatted>();
  const before = Error.prepareStackTrace;

  const isInternal = (file: string): boolean => internal.some((prefix) => file.startsWith(prefix)) && !positions.has(file);

  const prepare = (error: Error, sites: readonly NodeJS.CallSite[]): string => {
    const lines = [header(error)];
    let left = false;
    let cut = sites.length >= Error.stackTraceLimit;
    for (const [i, site] of sites.entries()) {
      const file = fileOf(site);
      if (isInternal(file)) {
        if (site.getFunctionName() === DRIVER) {
          cut = false;
          break;
        }
        left = true;
        continue;
      }
      if (left && file.startsWith("node:internal/")) continue; // what called the VM: the event loop
      left = false;
      const below = sites[i + 1];
      if (file === "" && site.getFunctionName() === "next" && below !== undefined && isInternal(fileOf(below))) continue; // a module's top level is run as a generator
      const line = positions.has(file) ? compiledLine(site, file, positions) : `${site as unknown as string}`;
      if (line !== undefined) lines.push(`    at ${line}`);
    }
    const callers = callersOf.get(error);
    const text = lines.join("\n") + (callers === undefined ? "" : callerLines(callers, cut, table));
    formatted.set(error, { text, cut });
    return text;
  };

  Error.prepareStackTrace = prepare as typeof Error.prepareStackTrace;
  return {
    attachCallers: (error, frames) => {
      if (frames === null || !(error instanceof Error) || callersOf.has(error)) return;
      const callers = collect(frames);
      callersOf.set(error, callers);
      const known = formatted.get(error);
      // Somebody read the stack before it was complete; what somebody else wrote there stays.
      if (known !== undefined && error.stack === known.text && !Object.isFrozen(error))
        error.stack = known.text + callerLines(callers, known.cut, table);
    },
    uninstall: () => {
      Error.prepareStackTrace = before;
    },
  };
}

function header(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "<error>"; // a `name` or `message` getter that throws
  }
}

function fileOf(site: NodeJS.CallSite): string {
  return site.getFileName() ?? site.getScriptNameOrSourceURL() ?? "";
}

function collect(frames: Frame): Callers {
  const sites: number[] = [];
  let more = 0;
  for (let frame: Frame | null = frames; frame !== null; frame = frame[0]) {
    if (sites.length < SHOWN_CALLERS) sites.push(frame[1]);
    else more++;
  }
  return { sites, more };
}

function callerLines({ sites, more }: Callers, cut: boolean, table: StackTraceOptions["table"]): string {
  let text = cut ? "\n    …" : "";
  for (const site of sites) {
    const found = table.sites.describe(site);
    if (found !== undefined) text += `\n    at ${place(found.functionName, found.url, found.line, found.column)}`;
  }
  return more === 0 ? text : `${text}\n    … ${more} more`;
}

/** As V8 writes a call site, with the place in the source; `undefined` if the compiler made the code. */
function compiledLine(site: NodeJS.CallSite, script: string, positions: SourcePositions): string | undefined {
  const line = site.getLineNumber();
  const column = site.getColumnNumber();
  const found = line === null || column === null ? undefined : positions.map(script, line, column);
  if (found === undefined) return undefined;
  const written = site.getFunctionName() ?? "";
  const name = sourceName(written);
  let shown = name;
  if (site.isConstructor()) shown = `new ${name === "" ? "<anonymous>" : name}`;
  else if (name !== "" && name === written && !site.isToplevel()) shown = methodName(site, name);
  return `${isAsync(site) ? "async " : ""}${place(shown, found.url, found.line, found.column)}`;
}

function methodName(site: NodeJS.CallSite, name: string): string {
  const type = site.getTypeName();
  const method = site.getMethodName();
  const full = type === null || name.startsWith(`${type}.`) ? name : `${type}.${name}`;
  return method === null || method === name || name.endsWith(`.${method}`) || name.endsWith(` ${method}`)
    ? full
    : `${full} [as ${method}]`;
}

function isAsync(site: NodeJS.CallSite): boolean {
  return (site as NodeJS.CallSite & { isAsync?(): boolean }).isAsync?.() === true;
}

function place(name: string, url: string, line: number, column: number): string {
  const at = `${url}:${line}:${column}`;
  return name === "" ? at : `${name} (${at})`;
}

/** A function's name as it was written: without the prefix of the compiler (`$r4_loop` → `loop`), empty if it had none (`$mk7`, `$fn`). */
export function sourceName(name: string): string {
  return name === "$fn" ? "" : name.replace(/^\$[a-z]+\d+(?:_|$)/, "");
}
