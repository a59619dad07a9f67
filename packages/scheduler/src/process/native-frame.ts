/**
 * The error for a suspension under a native frame: it names the native function, and the place where compiled code was entered from it.
 */
import { AgnerError } from "../errors.ts";
import { entered, S } from "./frames.ts";

let isCompiled: (script: string) => boolean = () => false;
let mapPosition: (script: string, line: number, column: number) => string | undefined = (script, line, column) =>
  `${script}:${line}:${column}`;

/** How scripts of compiled modules are recognised, and places in them are told to people, if they are of the source; set by whoever loads modules. */
export function setScripts(
  test: (script: string) => boolean,
  map: (script: string, line: number, column: number) => string | undefined,
): void {
  isCompiled = test;
  mapPosition = map;
}

/** `what()` had to suspend the process while a native function, or one of an uncompiled module, lay on its stack. */
export function nativeFrameError(what: string): AgnerError {
  const { native, place } = findNativeFrame();
  if (entered.fn !== null && S.nat === entered.nat) return asyncError(what, entered.fn.name, place);
  const by = native === undefined ? "a native function" : native;
  const at = place === undefined ? "" : ` at ${place}`;
  return new AgnerError(
    "AGNER_NATIVE_FRAME",
    `${what}() cannot suspend the process here: it was called${at} below ${by}, which cannot be suspended. ` +
      `Call ${what}() outside that callback, or compile the package (see docs/compiler.md)`,
    { details: { ...(native === undefined ? {} : { native }), ...(place === undefined ? {} : { place }) } },
  );
}

/** Compiled equivalents of built-ins: their places are nobody's. */
const isEquivalent = (script: string): boolean => script.startsWith("agner:");
/** What compiled code calls, which wraps methods that syntax and built-ins call. */
const isRuntime = (script: string): boolean => /[\\/]compiler[\\/](?:dist|src)[\\/]runtime[\\/]/.test(script);
/** Functions there that a wrapper calls. */
const HELPERS = new Set(["advance", "atomicEntry"]);
/** What saves frames, and may go on in one at once. `runSlice` there is where a process begins. */
const isDriver = (script: string): boolean =>
  /[\\/](?:process[\\/]frames|compiler[\\/](?:dist|src)[\\/]runtime[\\/](?:savers|resuming))\.[jt]s$/.test(script);

/** An async function goes on when its promises say so, and cannot be part of a stack that is suspended. */
function asyncError(what: string, name: string, place: string | undefined): AgnerError {
  const fn = name === "" ? "an async function" : `the async function ${name}`;
  return new AgnerError(
    "AGNER_NATIVE_FRAME",
    `${what}() cannot suspend the process here: it was called${place === undefined ? "" : ` at ${place}`} in ${fn}, which runs as a promise of its own. ` +
      `Make it an ordinary function that says wait(promise) where it awaits, or call ${what}() outside and pass it what that gives`,
    { details: { native: name, ...(place === undefined ? {} : { place }) } },
  );
}

/** Where the innermost frame of this stack is that stands at a place of the source: not the check at a function's entry. */
export function compiledPlace(): string | undefined {
  for (const site of callSites()) {
    const script = site.getFileName() ?? undefined;
    if (script === undefined || !isCompiled(script)) continue;
    const place = mapPosition(script, site.getLineNumber() ?? 0, site.getColumnNumber() ?? 0);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** The first frame below compiled code that is not compiled, or whoever else cannot be suspended, and the compiled place that it called. */
function findNativeFrame(): { native: string | undefined; place: string | undefined } {
  let place: string | undefined;
  let first: string | undefined;
  let wrapped: string | undefined;
  for (const site of callSites()) {
    const script = site.getFileName() ?? undefined;
    const name = nameOf(site);
    if (script !== undefined && isEquivalent(script)) continue;
    if (script !== undefined && isCompiled(script)) {
      if (wrapped !== undefined)
        return { native: wrapped === "construct" ? "a constructor" : `${wrapped}, called by an operator or a built-in`, place };
      place = mapPosition(script, site.getLineNumber() ?? 0, site.getColumnNumber() ?? 0) ?? place;
      first ??= place;
      if (/^[gs]et /.test(name ?? "")) return { native: `the accessor ${name!.slice(4)}`, place };
    } else if (place !== undefined) {
      if (script !== undefined && isDriver(script)) {
        if (name === "runSlice") break;
        continue;
      }
      if (script !== undefined && isRuntime(script)) wrapped ??= HELPERS.has(name ?? "") ? undefined : name;
      else if (name !== undefined) return { native: script === undefined ? name : `${name} (${script})`, place };
    }
  }
  return { native: undefined, place: first };
}

function nameOf(site: NodeJS.CallSite): string | undefined {
  const fn = site.getFunctionName() ?? undefined;
  if (fn === undefined)
    return site.getFileName() === undefined || site.getFileName() === null ? undefined : "an anonymous function";
  const type = site.getTypeName();
  return site.getFileName() == null && type !== null && type !== undefined && type !== "Object" && !fn.includes(".")
    ? `${type}.prototype.${fn}`
    : fn;
}

function callSites(): NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 100;
    Error.prepareStackTrace = (_error, sites) => sites;
    return new Error("probe").stack as unknown as NodeJS.CallSite[];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}
