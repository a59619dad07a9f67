/**
 * Monitors. The watcher and the watched each keep their half; a monitor fires at most once, and one by name is bound to the process that has
 * the name when it is made.
 */
import type { Pid } from "../process/pid.ts";
import { newRef, type Ref } from "../process/ref.ts";
import { rareOf, type Process, type Rare } from "../process/process.ts";
import { copyTerm } from "../terms/copy.ts";
import { deliver } from "./message.ts";
import { begin, end, here, onSignal, readPid, readRef, receiveFor, threadOf, writePid, writeRef } from "./remote.ts";
import * as wire from "./wire.ts";

/** What a watcher receives when the watched process has ended. */
export interface Down {
  readonly type: "DOWN";
  readonly ref: Ref;
  /** The process, or the name by which it was watched. */
  readonly pid: Pid | string;
  readonly reason: unknown;
}

/** Makes `p` watch `target`; `name` if it is watched by name. `target` is undefined if nobody has the name. */
export function monitor(p: Process, target: Pid | undefined, name: string | undefined): Ref {
  const ref = newRef();
  if (target === p.pid) return ref; // no process outlives itself
  if (target === undefined) {
    deliver(p, down(ref, name!, "noproc"));
    return ref;
  }
  const q = here(target);
  if (q !== undefined) {
    watch(p, ref, target, name);
    addWatcher(q, ref, p.pid, name);
    return ref;
  }
  const thread = threadOf(target);
  if (thread < 0) {
    deliver(p, down(ref, name ?? target, "noproc"));
    return ref;
  }
  watch(p, ref, target, name);
  sendMonitor(thread, ref, p.pid, target, name);
  return ref;
}

/** The watcher's half. */
export function watch(p: Process, ref: Ref, target: Pid, name: string | undefined): void {
  (rareOf(p).monitors ??= new Map()).set(ref, { ref, target, name });
}

/** The watched one's half. */
export function addWatcher(p: Process, ref: Ref, watcher: Pid, name: string | undefined): void {
  (rareOf(p).watchers ??= new Map()).set(ref, { ref, pid: watcher, name });
}

/** Takes a monitor down: true if it was there. A `Down` that was delivered before stays in the mailbox unless `flush`. */
export function demonitor(p: Process, ref: Ref, flush: boolean): boolean {
  const found = p.rare?.monitors?.get(ref);
  if (found !== undefined) {
    p.rare!.monitors!.delete(ref);
    removeWatcher(found.target, ref);
  } else if (flush && p.mailbox !== null) {
    const mailbox = p.mailbox;
    for (let i = 0; i < mailbox.length; i++) {
      const message = mailbox.at(i) as Partial<Down> | null | undefined;
      if (typeof message === "object" && message !== null && message.type === "DOWN" && message.ref === ref) {
        mailbox.remove(i);
        break;
      }
    }
  }
  return found !== undefined;
}

function removeWatcher(target: Pid, ref: Ref): void {
  const q = here(target);
  if (q !== undefined) {
    q.rare?.watchers?.delete(ref);
    return;
  }
  const thread = threadOf(target);
  if (thread >= 0) sendDemonitor(thread, ref, target);
}

/** Both halves of what an ended process leaves behind: its watchers hear of it, and those it watched forget it. */
export function endMonitorsOf(rare: Rare, reason: unknown): void {
  if (rare.monitors !== undefined) for (const { ref, target } of rare.monitors.values()) removeWatcher(target, ref);
  if (rare.watchers !== undefined) for (const { ref, pid } of rare.watchers.values()) sendDown(pid, ref, reason);
}

function sendDown(watcher: Pid, ref: Ref, reason: unknown): void {
  const p = here(watcher);
  if (p !== undefined) return receiveDown(p, ref, copyTerm(reason));
  const thread = threadOf(watcher);
  if (thread >= 0) sendDownTo(thread, watcher, ref, reason);
}

function receiveDown(p: Process, ref: Ref, reason: unknown): void {
  const found = p.rare?.monitors?.get(ref);
  if (found === undefined) return; // taken down meanwhile
  p.rare!.monitors!.delete(ref);
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

function sendDemonitor(thread: number, ref: Ref, target: Pid): void {
  const writer = begin(thread, wire.DEMONITOR);
  writeRef(writer, ref);
  writePid(writer, target);
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

onSignal(wire.DEMONITOR, (reader) => {
  const ref = readRef(reader);
  const target = readPid(reader);
  receiveFor(
    target,
    (p) => p.rare?.watchers?.delete(ref),
    (thread) => sendDemonitor(thread, ref, target),
    () => {},
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
