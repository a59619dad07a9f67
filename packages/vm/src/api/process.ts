/**
 * The calling process, and others: identity, links, monitors, exit, flags, dictionary, information.
 */
import {
  boundMailbox,
  callingProcess,
  checkMaxMailbox,
  checkMonitorOptions,
  copyTerm,
  demonitor as demonitorOf,
  describeValue,
  ExitError,
  internPid,
  isAlive as isAliveAt,
  isPid,
  isRef,
  link as linkTo,
  local,
  lookupName,
  monitor as monitorOf,
  newestPid,
  outsidePid,
  type Pid,
  PRIORITIES,
  processInfo as infoOf,
  rareOf,
  S,
  sendExit,
  suspend,
  suspendableProcess,
  unlink as unlinkFrom,
  atomic,
  yieldNow as yieldSlice,
  type MaxMailbox,
  type MonitorOptions,
  type Priority,
  type ProcessInfo,
  type Ref,
} from "@agner/scheduler";
import { badArgument, requireScheduler } from "./context.ts";

/** The calling process's own identifier. Throws `AGNER_NOT_A_PROCESS` outside a process. */
export function self(): Pid {
  const p = local.current;
  return p === null ? callingProcess("self").pid : p.pid;
}

function checkPid(what: string, value: unknown): Pid {
  if (isPid(value)) return value;
  throw badArgument(`${what}: the argument must be a pid, not ${describeValue(value)}`);
}

/**
 * With one argument, ends the calling process with `reason`, as a thrown error does: `catch` and `finally` see it. With two, sends an exit
 * signal to `pid`: it ends too unless it traps exits or the reason is `"normal"`; `"kill"` cannot be trapped and is seen as `"killed"`.
 *
 * @example
 * exit("done");
 * exit(worker, "shutdown");
 */
export function exit(reason: unknown): never;
export function exit(pid: Pid, reason: unknown): void;
export function exit(...args: [unknown] | [Pid, unknown]): void {
  if (args.length === 1) {
    callingProcess("exit");
    throw new ExitError(copyTerm(args[0]));
  }
  if (local.current === null) requireScheduler("exit");
  const pid = checkPid("exit", args[0]);
  const p = local.current;
  sendExit(p?.pid ?? outsidePid(), pid, copyTerm(args[1]), false);
  // Killed by its own signal, directly or through a link: nothing after this call runs.
  if (p !== null && p.status === EXITING && S.nat === 0) return suspend() as never;
}

const EXITING = 3;

/** Links the calling process with `pid`: when one ends, the other gets an exit signal. Throws `NoProcError` if it has ended and the caller does not trap exits. */
export function link(pid: Pid): void {
  linkTo(callingProcess("link"), checkPid("link", pid));
}

/** Takes a link down. Once it has returned, no exit signal comes through that link. */
export function unlink(pid: Pid): void {
  unlinkFrom(callingProcess("unlink"), checkPid("unlink", pid));
}

/**
 * Watches a process, by pid or registered name. When it ends, the caller receives `{ type: "DOWN", ref, pid, reason }`, with reason `"noproc"` if there
 * is no such process. Each call makes a monitor of its own.
 *
 * @param options with `alias` the reference is an alias of the caller as well, so that one reference serves a whole call. What ends the alias:
 *   `"explicitUnalias"`: only {@link unalias}. `"demonitor"`: also {@link demonitor}, and the delivery of the `Down`. `"replyDemonitor"`: also the first
 *   message that is sent to it, which takes the monitor down too. There is no alias where a process watches itself.
 * @throws {AgnerError} `AGNER_BAD_ARGUMENT` for an unknown option or value.
 * @example
 * const ref = monitor(server, { alias: "replyDemonitor" });
 * send(server, { replyTo: ref, question: 1 });
 * const answer = receive((message) => message.ref === ref, 5_000);
 * if (answer === TIMEOUT) demonitor(ref, { flush: true }); // a late answer goes nowhere
 */
export function monitor(dest: Pid | string, options?: MonitorOptions): Ref {
  const p = callingProcess("monitor");
  const alias = options === undefined ? undefined : checkMonitorOptions("monitor", options);
  if (typeof dest === "string") return monitorOf(p, lookupName(dest), dest, alias);
  return monitorOf(p, checkPid("monitor", dest), undefined, alias);
}

/** Takes a monitor down, and the alias that ends with it: true if it was still there. With `flush`, a `Down` that has already arrived is removed as well. */
export function demonitor(ref: Ref, options?: { readonly flush?: boolean }): boolean {
  const p = callingProcess("demonitor");
  if (!isRef(ref)) throw badArgument(`demonitor: the argument must be a reference, not ${describeValue(ref)}`);
  return demonitorOf(p, ref, options?.flush === true);
}

/** The flags of a process and the types of their values. */
export interface ProcessFlags {
  trapExit: boolean;
  priority: Priority;
  maxMailbox: MaxMailbox | undefined;
}

/** Sets a flag of the calling process and returns its old value. Throws `AGNER_BAD_ARGUMENT` for an unknown flag or value. */
export function processFlag<F extends keyof ProcessFlags>(flag: F, value: ProcessFlags[F]): ProcessFlags[F];
export function processFlag(flag: string, value: unknown): unknown {
  const p = callingProcess("processFlag");
  switch (flag) {
    case "trapExit": {
      if (typeof value !== "boolean")
        throw badArgument(`processFlag: trapExit must be true or false, not ${describeValue(value)}`);
      const old = p.trapExit;
      p.trapExit = value;
      return old;
    }
    case "priority": {
      const priority = PRIORITIES.indexOf(value as Priority);
      if (priority < 0)
        throw badArgument(`processFlag: priority must be one of ${PRIORITIES.join(", ")}, not ${describeValue(value)}`);
      const old = PRIORITIES[p.priority];
      p.priority = priority;
      return old;
    }
    case "maxMailbox": {
      const old = p.rare?.maxMailbox;
      boundMailbox(p, value === undefined ? undefined : checkMaxMailbox("processFlag", value));
      return old;
    }
    default:
      throw badArgument(`processFlag: there is no flag ${JSON.stringify(flag)}; there are trapExit, priority, maxMailbox`);
  }
}

/** Whether the process is alive: false as soon as a signal that the caller sent before has ended it. */
export function isAlive(pid: Pid): boolean {
  if (local.current === null) requireScheduler("isAlive");
  return isAliveAt(checkPid("isAlive", pid));
}

/** A snapshot of a process on any core, by default the caller; undefined if it has ended. */
export function processInfo(pid?: Pid): ProcessInfo | undefined {
  const p = callingProcess("processInfo");
  return infoOf(pid === undefined ? p.pid : checkPid("processInfo", pid));
}

/** Processes that are listed for one reduction, as a power of two. */
const LISTED_SHIFT = 2;

/** All processes of the VM that are alive, on all cores. */
export function processes(): Pid[] {
  requireScheduler("processes");
  const pids: Pid[] = [];
  local.directory.forEachAlive((slot, serial, owner) => {
    if (owner < 0 || owner >= local.schedulers) return;
    if (owner !== local.thread && !local.directory.noteSeen(slot, serial)) return;
    const known = newestPid(slot);
    pids.push(known !== undefined && known.serial === serial ? known : internPid(slot, serial));
  });
  S.r -= pids.length >> LISTED_SHIFT;
  return pids;
}

/**
 * Runs `work` without a break: no other process of this core runs meanwhile, so that state which they share in variables of a module is consistent again when it ends.
 * What it spends is charged afterwards. In Node code outside of processes it simply runs.
 *
 * @throws {AgnerError} `AGNER_NATIVE_FRAME` out of whatever in `work` would have to wait.
 * @example
 * const balance = new Map([["a", 10], ["b", 0]]);
 * atomically(() => {
 *   balance.set("a", balance.get("a")! - 5);
 *   balance.set("b", balance.get("b")! + 5);
 * });
 */
export function atomically<T>(work: () => T): T {
  return atomic(work, undefined, []) as T;
}

/** Ends the caller's slice: every other process that is ready on this core runs first. */
export function yieldNow(): void {
  suspendableProcess("yieldNow");
  return yieldSlice() as never;
}

/** The process dictionary: values of the calling process alone, by any key that is a term. */
export const dictionary = {
  /** The value under `key`; undefined if there is none. */
  get(key: unknown): unknown {
    return callingProcess("dictionary.get").rare?.dictionary?.get(key);
  },
  /** Puts a value under `key` and returns the one that it replaces. */
  put(key: unknown, value: unknown): unknown {
    const entries = (rareOf(callingProcess("dictionary.put")).dictionary ??= new Map());
    const old: unknown = entries.get(key);
    entries.set(key, value);
    return old;
  },
  /** Removes the value under `key`, or all of them, and returns what was removed. */
  erase(...keys: [key?: unknown]): unknown {
    const entries = callingProcess("dictionary.erase").rare?.dictionary;
    if (keys.length === 0) {
      const all = [...(entries ?? [])];
      entries?.clear();
      return all;
    }
    const old = entries?.get(keys[0]);
    entries?.delete(keys[0]);
    return old;
  },
};
