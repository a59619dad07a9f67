/**
 * Monitors. The watcher and the watched each keep their half; a monitor fires at most once, and one by name is bound to the process that has
 * the name when it is made.
 */
import { local } from "../local.ts";
import type { Pid } from "../process/pid.ts";
import { newRefOf, sinceRef, type Ref } from "../process/ref.ts";
import { rareOf, type AliasMode, type Monitor, type Process, type Rare } from "../process/process.ts";
import { copyTerm } from "../terms/copy.ts";
import { addAlias } from "./aliases.ts";
import { deliver } from "./message.ts";
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
  const thread = target === undefined || q !== undefined ? -1 : threadOf(target);
  if (q === undefined && thread < 0) {
    if (alias === "explicitUnalias") addAlias(p, ref);
    deliver(p, down(ref, name ?? target!, "noproc"));
    return ref;
  }
  watch(p, ref, target!, name, alias);
  if (q !== undefined) addWatcher(q, ref, p.pid, name);
  else sendMonitor(thread, ref, p.pid, target!, name);
  return ref;
}

/** The watcher's half. */
export function watch(p: Process, ref: Ref, target: Pid, name: string | undefined, alias?: AliasMode): void {
  const lasting = alias === "explicitUnalias";
  const made: Monitor = { owner: p, mode: lasting ? undefined : alias, ref, target, name };
  (rareOf(p).monitors ??= new Map()).set(ref, made);
  if (lasting) addAlias(p, ref);
  else if (alias !== undefined) local.aliases.set(ref, made);
}

/** Takes the watcher's half down, and the alias that ends with it; undefined if it was gone. */
function unwatch(p: Process, ref: Ref): Monitor | undefined {
  const found = p.rare?.monitors?.get(ref);
  if (found === undefined) return undefined;
  p.rare!.monitors!.delete(ref);
  if (found.mode !== undefined) local.aliases.delete(ref);
  return found;
}

/** Takes a monitor down: true if it was there. A `Down` that was delivered before stays in the mailbox unless `flush`. */
export function demonitor(p: Process, ref: Ref, flush: boolean): boolean {
  const found = unwatch(p, ref);
  if (found !== undefined) removeWatcher(found.target, ref);
  else if (flush && p.mailbox !== null) {
    const mailbox = p.mailbox;
    for (let i = sinceRef(mailbox, ref); i < mailbox.length; i++) {
      const message = mailbox.at(i) as Partial<Down> | null | undefined;
      if (typeof message === "object" && message !== null && message.type === "DOWN" && message.ref === ref) {
        mailbox.remove(i);
        break;
      }
    }
  }
  return found !== undefined;
}

/** Both halves of what an ended process leaves behind: its watchers hear of it, and those it watched forget it. */
export function endMonitorsOf(rare: Rare, reason: unknown): void {
  if (rare.monitors !== undefined) {
    for (const { ref, target, mode } of rare.monitors.values()) {
      if (mode !== undefined) local.aliases.delete(ref);
      removeWatcher(target, ref);
    }
  }
  if (rare.watchers !== undefined) for (const { ref, pid } of rare.watchers.values()) sendDown(pid, ref, reason);
}

function sendDown(watcher: Pid, ref: Ref, reason: unknown): void {
  const p = here(watcher);
  if (p !== undefined) return receiveDown(p, ref, copyTerm(reason));
  const thread = threadOf(watcher);
  if (thread >= 0) sendDownTo(thread, watcher, ref, reason);
}

function receiveDown(p: Process, ref: Ref, reason: unknown): void {
  const found = unwatch(p, ref);
  if (found === undefined) return; // taken down meanwhile
  deliver(p, down(ref, found.name ?? found.target, reason));
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
