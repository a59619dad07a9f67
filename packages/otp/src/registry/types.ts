/** The types of registries. */
import type { Pid } from "@agner/vm";
import type { P } from "ts-pattern";
import type { NameServer, Via } from "../gen/names.ts";
import type { StartOptions } from "../gen/start.ts";
import type { ChildOptions, ChildSpec, Startable } from "../supervisor/child-spec.ts";

/** What a registry is. */
export interface RegistrySpec {
  /** Whether a key has one process at most, or any number of entries. */
  readonly keys: "unique" | "duplicate";
  /** How many processes share the keys among them; a function is called at the start, and must return the same on every core. Default 1. */
  readonly partitions?: number | (() => number);
  /** Registered names of processes that are told of every change: see {@link RegistryEvent}. One that is not there misses it. */
  readonly listeners?: readonly string[];
}

/** What listeners get. */
export interface RegistryEvent<K = unknown, V = unknown> {
  readonly type: "register" | "unregister";
  /** The registry's registered name. */
  readonly registry: string;
  readonly key: K;
  readonly pid: Pid;
  readonly value: V;
}

/** A registration. */
export interface RegistryEntry<K = unknown, V = unknown> {
  readonly key: K;
  readonly pid: Pid;
  readonly value: V;
}

/** A value may be left out where it may be undefined. */
export type ValueArgs<V> = undefined extends V ? [value?: V] : [value: V];

/** What can be done with any registry. Every operation is one request to a partition, or to all of them at once, unless it says otherwise. */
export interface AnyRegistry<K, V> {
  /**
   * Registers the caller under a key and links it with the partition that has the key, whose pid is returned.
   *
   * @throws {RegistryError} with the reason `{ alreadyRegistered: pid }` if keys are unique and somebody has this one, the caller or another.
   */
  register(key: K, ...value: ValueArgs<V>): Pid;
  /** Removes the caller's entries of a key, if there are any. */
  unregister(key: K): void;
  /** Removes those of the caller's entries of a key whose value matches. Two requests. */
  unregisterMatch(key: K, predicate: (value: V) => boolean): void;
  unregisterMatch<const Pt extends P.Pattern<V>>(key: K, pattern: Pt): void;
  /** Who is registered under a key and lives, oldest first. */
  lookup(key: K): [pid: Pid, value: V][];
  /** As `lookup`, for those whose value matches; the caller does the matching. */
  match<W extends V>(key: K, guard: (value: V) => value is W): [pid: Pid, value: W][];
  match(key: K, predicate: (value: V) => boolean): [pid: Pid, value: V][];
  match<const Pt extends P.Pattern<V>>(key: K, pattern: Pt): [pid: Pid, value: P.narrow<V, Pt>][];
  /** How many entries of a key match. */
  countMatch(key: K, predicate: (value: V) => boolean): number;
  countMatch<const Pt extends P.Pattern<V>>(key: K, pattern: Pt): number;
  /** All entries that match, or just all; the caller does the matching. */
  select(predicate?: (entry: RegistryEntry<K, V>) => boolean): RegistryEntry<K, V>[];
  select<const Pt extends P.Pattern<RegistryEntry<K, V>>>(pattern: Pt): RegistryEntry<K, V>[];
  /** How many entries match. */
  countSelect(predicate: (entry: RegistryEntry<K, V>) => boolean): number;
  countSelect<const Pt extends P.Pattern<RegistryEntry<K, V>>>(pattern: Pt): number;
  /** The keys of a process, by default the caller: one for each of its entries. */
  keys(pid?: Pid): K[];
  /** The values that a process has under a key. */
  values(key: K, pid: Pid): V[];
  /** How many entries there are. */
  count(): number;
  /** Calls a function with the entries of a key, in the caller; not at all if there are none. */
  dispatch(key: K, act: (entries: [pid: Pid, value: V][]) => void): void;
  /** Keeps a value under a name of its own, beside the entries, until the partition that keeps it ends. */
  putMeta(key: unknown, value: unknown): void;
  /** The value that was put there, or undefined. */
  meta<T = unknown>(key: unknown): T | undefined;
  deleteMeta(key: unknown): void;
  /**
   * Runs a function while no other process runs one with the same key, and returns what it returns. The key need not be registered, and has nothing to do with
   * entries. The lock of a process that ends is given to the next. Two requests, and the wait.
   *
   * @throws {RegistryError} with the reason `"already_locked"` if the caller holds this lock already.
   */
  lock<T>(key: unknown, run: () => T): T;
}

/** What can be done with a registry of unique keys. */
export interface UniqueRegistry<K, V> extends AnyRegistry<K, V>, NameServer {
  /** Who has a key, and lives. */
  whereis(key: K): Pid | undefined;
  /**
   * Changes the value of the caller's own entry: returns the new one and the old one; undefined if the caller does not have the key. The function runs in the
   * caller. Two requests.
   */
  updateValue(key: K, change: (value: V) => V): readonly [newValue: V, oldValue: V] | undefined;
  /** A key as the name of a server, or as the destination of a client. What is started under it is registered with `value`. */
  via(key: K, value?: V): Via;
}

/** What can be done with a registry of duplicate keys. */
export interface DuplicateRegistry<K, V> extends AnyRegistry<K, V> {}

/** A running registry, by its name. A term. */
export type RegistryHandle<R> = R & {
  /** Its supervisor. Throws `CallError` if nobody has the name. */
  readonly pid: Pid;
  /** Ends it, and with it every process that is registered and does not trap exits. */
  stop(): void;
};

/** How a registry is started. */
export interface RegistryOptions extends Omit<StartOptions, "name"> {
  /** Its registered name. Default: the name under which its module exports the definition. */
  readonly name?: string;
}

/** A registry's definition: its operations, for the registry that runs under the name that its module exports it by. A term if its module exports it. */
export type RegistryDefinition<R> = R &
  Startable & {
    /** Starts the registry linked with the caller. Throws `StartError`. */
    startLink(argument?: undefined, options?: RegistryOptions): RegistryHandle<R>;
    /** As `startLink`, without the link. */
    start(argument?: undefined, options?: RegistryOptions): RegistryHandle<R>;
    /** The same operations for a registry that runs under another name. */
    ref(name: string): RegistryHandle<R>;
    /** How a supervisor starts one. */
    child(argument?: undefined, options?: RegistryOptions & ChildOptions): ChildSpec;
  };
