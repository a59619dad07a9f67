/**
 * Namespace objects of compiled modules, and the resolution of names through re-exports (ECMA-262, ResolveExport).
 */
import type { CompiledReexport } from "./image.ts";

/** What an importer holds of a module: stable for the life of the thread, while `x` is the namespace of the newest version. */
export interface LinkRecord {
  x: Record<string, unknown>;
}

/** Names and sources of one module's exports, before any is evaluated. */
export interface ExportTable {
  readonly own: ReadonlySet<string>;
  readonly reexports: readonly CompiledReexport[];
  /** By import slot: the table of a compiled module, or the namespace of one that Node or the VM serves. */
  readonly sources: readonly ExportSource[];
}

export interface ExportSource {
  readonly record: LinkRecord;
  readonly table: ExportTable | undefined;
}

/** Where an exported name's value is read: from the property `name` of `record.x`, or all of it for `"*"`. */
export interface Binding {
  readonly record: LinkRecord;
  readonly name: string;
}

/** `undefined`: there is no such export. `"own"`: the module's own. `"ambiguous"`: two `export *` disagree. */
export type ExportResolution = Binding | "own" | "ambiguous" | undefined;

/** Every name that `table`'s module exports, those of `export *` that conflict left out; in code-unit order, as a namespace has them. */
export function exportedNames(table: ExportTable): string[] {
  if (table.reexports.length === 0) return [...table.own].sort();
  const names = new Set<string>();
  collectNames(table, names, new Set());
  return [...names]
    .filter((name) => resolveExport(table, name) !== "ambiguous" && resolveExport(table, name) !== undefined)
    .sort();
}

function collectNames(table: ExportTable, into: Set<string>, seen: Set<ExportTable>): void {
  if (seen.has(table)) return;
  seen.add(table);
  for (const name of table.own) into.add(name);
  for (const { slot, as } of table.reexports) {
    if (as !== "*") {
      into.add(as);
      continue;
    }
    const source = table.sources[slot]!;
    const starred = new Set<string>();
    if (source.table === undefined) for (const name of Object.keys(source.record.x)) starred.add(name);
    else collectNames(source.table, starred, seen);
    for (const name of starred) if (name !== "default") into.add(name);
  }
}

/** Where `name`, as exported by `table`'s module, is to be read. */
export function resolveExport(table: ExportTable, name: string): ExportResolution {
  return resolve(table, name, new Map());
}

function resolve(table: ExportTable, name: string, seen: Map<ExportTable, Set<string>>): ExportResolution {
  let names = seen.get(table);
  if (names?.has(name) === true) return undefined; // a circle of re-exports leads nowhere
  if (names === undefined) seen.set(table, (names = new Set()));
  names.add(name);
  if (table.own.has(name)) return "own";
  for (const made of table.reexports) {
    if (made.as !== name || made.as === "*") continue;
    const source = table.sources[made.slot]!;
    return made.name === "*" ? { record: source.record, name: "*" } : through(source, made.name, seen);
  }
  if (name === "default") return undefined;
  let found: Binding | undefined;
  for (const made of table.reexports) {
    if (made.as !== "*") continue;
    const other = through(table.sources[made.slot]!, name, seen);
    if (other === "ambiguous") return other;
    if (other === undefined || other === "own") continue;
    if (found !== undefined && (found.record !== other.record || found.name !== other.name)) return "ambiguous";
    found = other;
  }
  return found;
}

/** A name of an imported module, as a binding to the module that really declares it. */
function through(source: ExportSource, name: string, seen: Map<ExportTable, Set<string>>): ExportResolution {
  if (source.table === undefined) return name in source.record.x ? { record: source.record, name } : undefined;
  const found = resolve(source.table, name, seen);
  return found === "own" ? { record: source.record, name } : found;
}

/**
 * The namespace object of a module: its own exports as its link phase has defined them in `own` (values, or getters of what is assigned
 * later), re-exports as live getters. Nothing can be added or assigned.
 */
export function createNamespace(table: ExportTable, own: object): Record<string, unknown> {
  const namespace: Record<string, unknown> = {};
  for (const name of exportedNames(table)) {
    const binding = table.own.has(name) ? "own" : resolveExport(table, name);
    if (binding === "own") Object.defineProperty(namespace, name, closed(Object.getOwnPropertyDescriptor(own, name)));
    else Object.defineProperty(namespace, name, { get: reader(binding as Binding), enumerable: true });
  }
  return seal(namespace);
}

/** The namespace object of a module whose exports are all there and never change; a bundler's own would call a function at each reading. */
export function namespaceOf(exports: object): Record<string, unknown> {
  const names = Object.keys(exports).sort();
  const namespace = Object.fromEntries(names.map((name) => [name, (exports as Record<string, unknown>)[name]]));
  return Object.freeze(seal(namespace));
}

function closed(descriptor: PropertyDescriptor = {}): PropertyDescriptor {
  descriptor.enumerable = true;
  descriptor.configurable = false;
  return descriptor;
}

function seal(namespace: Record<string, unknown>): Record<string, unknown> {
  Object.defineProperty(namespace, Symbol.toStringTag, { value: "Module" });
  Object.setPrototypeOf(namespace, null); // `Object.create(null)` would make a dictionary of functions too
  Object.preventExtensions(namespace);
  // More than a dozen getters make it a dictionary, too: each reading of an import then is a search. V8 makes prototypes fast that are walked through (benchmark: server-call-small).
  for (const _ in Object.create(namespace)) break;
  return namespace;
}

/** Of what a version exports for good, such as a function, the value is remembered: all readers are one function to V8, which makes their search for a name slow. */
function reader({ record, name }: Binding): () => unknown {
  if (name === "*") return () => record.x;
  let asked: object | undefined;
  let lasting = false;
  let value: unknown;
  return () => {
    const { x } = record;
    if (x !== asked) {
      const own = Object.getOwnPropertyDescriptor(x, name);
      lasting = own?.writable === false && own.configurable === false;
      value = own?.value;
      asked = x;
    }
    return lasting ? value : x[name];
  };
}
