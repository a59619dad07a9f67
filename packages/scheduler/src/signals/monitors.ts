/**
 * Monitors. The watcher and the watched each keep their half; a monitor fires at most once, and one by name is bound to the process that has
 * the name when it is made.
 */
import type { Pid } from "../process/pid.ts";
import { S } from "../process/frames.ts";
import { newRefOf, Ref, sinceRef } from "../process/ref.ts";
import type { AliasMode, Bond, Process, Rare } from "../process/process.ts";
import { takeOut } from "../process/ring.ts";
import { copyTerm } from "../terms/copy.ts";
import { addAlias } from "./aliases.ts";
import { bond, unbond } from "./bonds.ts";
import { deliver } from "./message.ts";
import { toProcess } from "./held.ts";
import { begin, end, here, onSignal, readPid, readRef, receiveFor, threadOf, writePid, writeRef } from "./remote.ts";
import { addWatcher, removeWatcher } from "./watchers.ts";
import * as wire from "./wire.ts";

/** What a watcher receives when the watched process has ended. */
export interface Down {
  readonly type: "DOWN";
  readonly ref: Ref;
  /** The process, or the name by which it was watched. */
  readonly pid: Pid | string;
  readonly reason: unknown;
}

/**
 * Makes `p` watch `target`; `name` if it is watched by name. `target` is undefined if nobody has the name. With an alias mode the reference is an
 * alias of `p` as well, except where a process watches itself.
 */
export function monitor(p: Process, target: Pid | undefined, name: string | undefined, alias?: AliasMode): Ref {
  const ref = newRefOf(p);
  if (target === p.pid) return ref; // no process outlives itself
  const q = target === undefined ? undefined : here(target);
  if (q === undefined && (target === undefined || threadOf(target) < 0)) {
    if (alias === "explicitUnalias") addAlias(p, ref);
    deliver(p, down(ref, name ?? target!, "noproc"));
    return ref;
  }
  watch(p, ref, target!, name, alias);
  const { pid } = p;
  if (q !== undefined) addWatcher(q, ref, pid, name);
  else if (!toProcess(target!, undefined, (thread) => sendMonitor(thread, ref, pid, target!, name)))
    receiveDown(p, ref, "noproc");
  return ref;
}

/** The watcher's half. */
export function watch(p: Process, ref: Ref, target: Pid, name: string | undefined, alias?: AliasMode): void {
  bond(p, ref, target, name, alias);
}

/** The monitor of `p` with that reference. */
function monitorOf(p: Process, ref: Ref): Bond | undefined {
  const found = Ref.bond(ref);
  return found?.owner === p && found.target !== undefined ? found : undefined;
}

/** Takes the watcher's half down, and the alias that ends with it. */
function unwatch(found: Bond): void {
  if (found.alias === "explicitUnalias") found.target = undefined;
  else unbond(found);
}

/** Takes a monitor down: true if it was there. A `Down` that was delivered before stays in the mailbox unless `flush`. */
export function demonitor(p: Process, ref: Ref, flush: boolean): boolean {
  const found = monitorOf(p, ref);
  if (found !== undefined) {
    const target = found.target!;
    unwatch(found);
    removeWatcher(target, ref);
  } else if (flush && p.mailbox !== null) {
    const mailbox = p.mailbox;
    for (let i = sinceRef(mailbox, ref); i < mailbox.length; i++) {
      S.r--;
      const message = mailbox.at(i) as Partial<Down> | null | undefined;
      if (typeof message === "object" && message !== null && message.type === "DOWN" && message.ref === ref) {
        mailbox.remove(i);
        break;
      }
    }
  }
  return found !== undefined;
}

/**
 * Ends one of the things that an ended process leaves behind: its aliases end, those it watched forget it, and its watchers hear of it. Returns false if there is
 * none left.
 */
export function endNextBond(rare: Rare, reason: unknown): boolean {
  const { bonds, watchers } = rare;
  if (bonds !== undefined) {
    rare.bonds = takeOut(bonds, bonds);
    Ref.bind(bonds.ref, undefined);
    if (bonds.target !== undefined) removeWatcher(bonds.target, bonds.ref);
  } else if (watchers !== undefined) {
    rare.watchers = takeOut(watchers, watchers);
    Ref.setWatcher(watchers.ref, undefined);
    sendDown(watchers.pid, watchers.ref, reason);
  } else return false;
  return true;
}

function sendDown(watcher: Pid, ref: Ref, reason: unknown): void {
  const p = here(watcher);
  if (p !== undefined) receiveDown(p, ref, copyTerm(reason));
  else toProcess(watcher, reason, (thread, term) => sendDownTo(thread, watcher, ref, term));
}

/** Fires the monitor `found`, if it still stands, of a process that has ended without a signal. */
export function fire(found: Bond, reason: unknown): void {
  if (found.target !== undefined) receiveDown(found.owner, found.ref, reason);
}

function receiveDown(p: Process, ref: Ref, reason: unknown): void {
  const found = monitorOf(p, ref);
  if (found === undefined) return; // taken down meanwhile
  const target = found.target!;
  unwatch(found);
  deliver(p, down(ref, found.name ?? target, reason));
}

function down(ref: Ref, pid: Pid | string, reason: unknown): Down {
  return { type: "DOWN", ref, pid, reason };
}

function sendMonitor(thread: number, ref: Ref, watcher: Pid, target: Pid, name: string | undefined): void {
  const writer = begin(thread, wire.MONITOR);
  writeRef(writer, ref);
  writePid(writer, watcher);
  writePid(writer, target);
  writer.term(name);
  end(thread);
}

function sendDownTo(thread: number, watcher: Pid, ref: Ref, reason: unknown): void {
  const writer = begin(thread, wire.DOWN);
  writeRef(writer, ref);
  writePid(writer, watcher);
  writer.term(reason);
  end(thread);
}

onSignal(wire.MONITOR, (reader) => {
  const ref = readRef(reader);
  const watcher = readPid(reader);
  const target = readPid(reader);
  const name = reader.term() as string | undefined;
  receiveFor(
    target,
    (p) => addWatcher(p, ref, watcher, name),
    (thread) => sendMonitor(thread, ref, watcher, target, name),
    () => sendDown(watcher, ref, "noproc"),
  );
});

onSignal(wire.DOWN, (reader) => {
  const ref = readRef(reader);
  const watcher = readPid(reader);
  const reason = reader.term();
  receiveFor(
    watcher,
    (p) => receiveDown(p, ref, reason),
    (thread) => sendDownTo(thread, watcher, ref, reason),
    () => {},
  );
});
