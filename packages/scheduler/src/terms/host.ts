/** What terms need to know of the rest of the VM: which functions and constants have names that every core knows. */
import { AgnerError } from "../errors.ts";
import type { Pid } from "../process/pid.ts";

/** Where a value of the top level of a module is found: numbers for the constant of a compiled one, else its URL and the name of the export. */
export interface ValueRef {
  readonly module: number | string;
  readonly name: number | string;
}

/** Names for things that travel by reference; one host a thread. */
export interface TermHost {
  /** The name of a function declared at the top level of a compiled module; undefined for a closure or an uncompiled function. */
  functionRef(fn: Function): { module: number; index: number } | undefined;
  /** This core's function with that name. */
  resolveFunction(module: number, index: number): Function;
  /** The name of a constant that was marked with `definition`; undefined if no module exports it. */
  definitionRef(value: object): { module: string; name: string } | undefined;
  /** This core's instance of a constant. */
  resolveDefinition(module: string, name: string): unknown;
  /** The name of something that a module keeps at its top level: what a constant of a compiled module holds, an export of any other, a module's namespace. */
  valueRef(value: object | symbol): ValueRef | undefined;
  /** This core's value with that name. */
  resolveValue(module: ValueRef["module"], name: ValueRef["name"]): unknown;
  /** Called when a Pid is encoded: from now on another core may know it. */
  pidExported(pid: Pid): void;
}

const NO_HOST: TermHost = {
  functionRef: () => undefined,
  resolveFunction: unknownReference,
  definitionRef: () => undefined,
  resolveDefinition: unknownReference,
  valueRef: () => undefined,
  resolveValue: unknownReference,
  pidExported: () => {},
};

/** The host of this thread. */
export let host: TermHost = NO_HOST;

/** Sets the host of this thread; `undefined` takes it away. */
export function setTermHost(next: TermHost | undefined): void {
  host = next ?? NO_HOST;
}

function unknownReference(): never {
  throw new AgnerError("AGNER_INTERNAL", "a function or definition arrived on a thread that has no term host");
}

/**
 * Own property, not enumerable, of objects that are not copied property by property: "literal", "definition", or a {@link StandIn}.
 * A property, and not a WeakSet, because every object that is sent is asked: a load that misses costs a third of a look-up.
 */
export const TERM: unique symbol = Symbol.for("agner.term");
/** Method of a definition that makes, on the core where a stand-in arrives, the object that it stood for. */
export const REVIVE: unique symbol = Symbol.for("agner.revive");

/** How an immutable object with methods (a server's client) travels: as a definition and a term, from which `definition[REVIVE](data)` makes it again. */
export interface StandIn {
  readonly definition: object;
  readonly data: unknown;
}
