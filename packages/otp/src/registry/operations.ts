/** What a program does with a registry: methods of its definition, and of its handles. */
import { isPid, self, standIn, whereis, type Pid } from "@agner/vm";
import { formatTerm } from "@agner/vm/report";
import { isMatching } from "ts-pattern";
import { badArgument, CallError } from "../errors.ts";
import { suggestName } from "../gen/describe.ts";
import type { Via } from "../gen/names.ts";
import { stopProcess } from "../gen/stop.ts";
import { termKey } from "../gen/term-key.ts";
import { RegistryError } from "./error.ts";
import { ask, askAll, askFor, nameOf, SCOPE, scopeOf, type Scope } from "./scope.ts";
import type { RegistryEntry } from "./types.ts";

type Pair = [pid: Pid, value: unknown];

/** The operations of both kinds. */
export const OPERATIONS = {
  register(key: unknown, value?: unknown): Pid {
    const scope = scopeOf(this);
    const { holder, partition } = tryRegister(scope, key, value);
    if (holder === undefined) return partition;
    throw new RegistryError(
      `the key ${formatTerm(key)} of the registry ${JSON.stringify(nameOf(scope))} is taken by ${holder === self() ? "the caller itself" : holder.toString()}`,
      { alreadyRegistered: holder },
    );
  },
  unregister(key: unknown): void {
    askFor(scopeOf(this), key, "unregister", [termKey(key)]);
  },
  unregisterMatch(key: unknown, pattern: unknown): void {
    const own: { readonly id: number; readonly value: unknown }[] = askFor(scopeOf(this), key, "own", [termKey(key)]).value;
    const matches = matcher(pattern);
    const ids = own.filter(({ value }) => matches(value)).map(({ id }) => id);
    if (ids.length > 0) askFor(scopeOf(this), key, "unregister", [termKey(key), ids]);
  },
  lookup(key: unknown): Pair[] {
    return askFor(scopeOf(this), key, "lookup", [termKey(key)]).value;
  },
  match(key: unknown, pattern: unknown): Pair[] {
    const matches = matcher(pattern);
    return this.lookup(key).filter(([, value]) => matches(value));
  },
  countMatch(key: unknown, pattern: unknown): number {
    return this.match(key, pattern).length;
  },
  select(pattern?: unknown): RegistryEntry[] {
    const all: RegistryEntry[] = askAll(scopeOf(this), "entries", []).flat();
    if (pattern === undefined) return all;
    const matches = matcher(pattern);
    return all.filter((entry) => matches(entry));
  },
  countSelect(pattern: unknown): number {
    return this.select(pattern).length;
  },
  keys(pid: Pid = self()): unknown[] {
    return askAll(scopeOf(this), "keys", [checkPid("keys", pid)]).flat();
  },
  values(key: unknown, pid: Pid): unknown[] {
    return askFor(scopeOf(this), key, "values", [termKey(key), checkPid("values", pid)]).value;
  },
  count(): number {
    return askAll(scopeOf(this), "count", []).reduce((sum: number, count: number) => sum + count, 0);
  },
  dispatch(key: unknown, act: (entries: Pair[]) => void): void {
    const entries = this.lookup(key);
    if (entries.length > 0) act(entries);
  },
  putMeta(key: unknown, value: unknown): void {
    ask(scopeOf(this), 0, "putMeta", [termKey(key), value]);
  },
  meta(key: unknown): unknown {
    return ask(scopeOf(this), 0, "getMeta", [termKey(key)]).value;
  },
  deleteMeta(key: unknown): void {
    ask(scopeOf(this), 0, "deleteMeta", [termKey(key)]);
  },
  lock(key: unknown, run: () => unknown): unknown {
    const scope = scopeOf(this);
    const index = termKey(key);
    if (!askFor(scope, key, "lock", [index]).value)
      throw new RegistryError(
        `the caller holds the lock ${formatTerm(key)} of the registry ${JSON.stringify(nameOf(scope))} already, and would wait for itself`,
        "already_locked",
      );
    try {
      return run();
    } finally {
      askFor(scope, key, "unlock", [index]);
    }
  },
};

/** What registries of unique keys have beside these. */
export const UNIQUE_OPERATIONS = {
  whereis(key: unknown): Pid | undefined {
    return askFor(scopeOf(this), key, "holder", [termKey(key)]).value;
  },
  updateValue(key: unknown, change: (value: unknown) => unknown): readonly [unknown, unknown] | undefined {
    const scope = scopeOf(this);
    const [own] = askFor(scope, key, "own", [termKey(key)]).value as { readonly value: unknown }[];
    if (own === undefined) return undefined;
    const next = change(own.value);
    askFor(scope, key, "setValue", [termKey(key), next]);
    return [next, own.value];
  },
  via(key: unknown, value?: unknown): Via {
    return { via: names(scopeOf(this), value), key };
  },
  registerName(key: unknown): boolean {
    return tryRegister(scopeOf(this), key, undefined).holder === undefined;
  },
  unregisterName(key: unknown): void {
    askFor(scopeOf(this), key, "unregister", [termKey(key)]);
  },
  whereisName(key: unknown): Pid | undefined {
    return this.whereis(key);
  },
};

/** What only handles have. */
const HANDLE = {
  get pid(): Pid {
    const name = nameOf(scopeOf(this));
    const pid = whereis(name);
    if (pid !== undefined) return pid;
    throw new CallError("AGNER_NOPROC", `the registry ${JSON.stringify(name)} is not there: ${suggestName(name)}`, {
      reason: "noproc",
      details: { server: name, request: "pid" },
    });
  },
  stop(): void {
    stopProcess("stop", nameOf(scopeOf(this)), "normal", Infinity);
  },
};

/** What travels of a handle; `value` is there if it stands for the names of servers that are registered with it. */
export interface HandleData {
  readonly name: string | undefined;
  readonly value?: unknown;
}

const UNIQUE_HANDLE = Object.defineProperties({}, methodsOf(OPERATIONS, UNIQUE_OPERATIONS, HANDLE));
const DUPLICATE_HANDLE = Object.defineProperties({}, methodsOf(OPERATIONS, HANDLE));

function methodsOf(...objects: object[]): PropertyDescriptorMap {
  return Object.assign({}, ...objects.map((object) => Object.getOwnPropertyDescriptors(object))) as PropertyDescriptorMap;
}

/** A registry that runs under a name. */
export function handleOn({ definition, spec }: Scope, data: HandleData): object {
  const scope: Scope = { definition, spec, name: data.name };
  const handle = Object.create(spec.keys === "unique" ? UNIQUE_HANDLE : DUPLICATE_HANDLE, {
    [SCOPE]: { value: scope },
  }) as object;
  if ("value" in data)
    Object.defineProperty(handle, "registerName", {
      value: (key: unknown) => tryRegister(scope, key, data.value).holder === undefined,
    });
  return standIn(handle, { definition, data });
}

/** The server of names that registers with a value. */
function names(scope: Scope, value: unknown): Via["via"] {
  if (value === undefined && scope.name === undefined) return scope.definition as Via["via"];
  return handleOn(scope, value === undefined ? { name: scope.name } : { name: scope.name, value }) as Via["via"];
}

function tryRegister(scope: Scope, key: unknown, value: unknown): { readonly holder: Pid | undefined; readonly partition: Pid } {
  const index = termKey(key);
  const { value: holder, partition } = askFor(scope, key, "register", [index, key, value]);
  return { holder, partition };
}

function matcher(pattern: unknown): (value: unknown) => boolean {
  return typeof pattern === "function" ? (pattern as (value: unknown) => boolean) : isMatching(pattern as never);
}

function checkPid(what: string, pid: unknown): Pid {
  if (isPid(pid)) return pid;
  throw badArgument(`registry: ${what} needs a pid`);
}
