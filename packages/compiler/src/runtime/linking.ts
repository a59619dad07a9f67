/** Exports of a module: live bindings, also through `export *` and cycles. */

/** What `$m` is: made by whoever loads the module. */
export interface ModuleRecord {
  /** By slot; `x` is the exports object (or namespace) and may be replaced by that of a newer version. */
  imports: { x: Record<string, unknown> }[];
  exports: object;
  meta: object;
  import(specifier: unknown, options?: unknown): Promise<unknown>;
  /** Filled while linking: functions of the top level by index. */
  functions?: Function[];
  /** Set while linking: how error messages call what is called, by line. */
  texts?: string;
  /** Set while linking: what the constants of the top level hold, once it has run. */
  constants?: () => unknown[];
}

/** Who re-exports all of whom, so that names that appear late (in a cycle) arrive too. */
const followers = new WeakMap<object, Set<{ to: object; from: { x: Record<string, unknown> } }>>();

export function linkExports(module: ModuleRecord, values: Record<string, unknown>, getters: Record<string, () => unknown>): void {
  const target = module.exports;
  for (const name in values)
    Object.defineProperty(target, name, { value: values[name], enumerable: true, configurable: true, writable: false });
  for (const name in getters) Object.defineProperty(target, name, { get: getters[name]!, enumerable: true, configurable: true });
  spread(target);
}

export function starExports(module: ModuleRecord, from: { x: Record<string, unknown> }): void {
  const follower = { to: module.exports, from };
  const source = from.x;
  if (source === null || (typeof source !== "object" && typeof source !== "function")) return;
  let set = followers.get(source);
  if (set === undefined) followers.set(source, (set = new Set()));
  set.add(follower);
  follow(follower);
}

function follow({ to, from }: { to: object; from: { x: Record<string, unknown> } }): void {
  let grown = false;
  for (const name of Object.keys(from.x)) {
    if (name === "default" || Object.hasOwn(to, name)) continue;
    Object.defineProperty(to, name, { get: () => from.x[name], enumerable: true, configurable: true });
    grown = true;
  }
  if (grown) spread(to);
}

function spread(source: object): void {
  for (const f of followers.get(source) ?? []) follow(f);
}
