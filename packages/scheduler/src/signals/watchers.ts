/**
 * The watched one's half of a monitor.
 */
import type { Pid } from "../process/pid.ts";
import { Ref } from "../process/ref.ts";
import { append, itemsOf, takeOut } from "../process/ring.ts";
import { rareOf, type Process, type Watcher } from "../process/process.ts";
import { toProcess } from "./held.ts";
import { begin, end, here, onSignal, readPid, readRef, receiveFor, threadOf, writePid, writeRef } from "./remote.ts";
import * as wire from "./wire.ts";

/** Makes `p` remember who watches it. */
export function addWatcher(p: Process, ref: Ref, watcher: Pid, name: string | undefined): void {
  const rare = rareOf(p);
  const made: Watcher = { owner: p, ref, pid: watcher, name, before: undefined!, after: undefined! };
  rare.watchers = append(rare.watchers, made);
  Ref.setWatcher(ref, made);
}

/** Makes `target`, wherever it lives, forget the watcher with that reference. */
export function removeWatcher(target: Pid, ref: Ref): void {
  const q = here(target);
  if (q !== undefined) forgetWatcher(q, ref);
  else toProcess(target, undefined, (thread) => sendDemonitor(thread, ref, target));
}

/** Makes `p` forget the watchers that do not live any more. */
export function forgetDeadWatchers(p: Process): void {
  for (const { ref, pid } of itemsOf(p.rare?.watchers)) if (threadOf(pid) < 0) forgetWatcher(p, ref);
}

function forgetWatcher(p: Process, ref: Ref): void {
  const watcher = Ref.watcher(ref);
  if (watcher?.owner !== p) return;
  const rare = p.rare!; // it is there as long as its process has watchers
  rare.watchers = takeOut(rare.watchers, watcher);
  Ref.setWatcher(ref, undefined);
}

/** Forgets the watchers of a process that has ended or moved. Returns them, in the order in which they came. */
export function takeWatchers(first: Watcher | undefined): readonly Watcher[] {
  const watchers = itemsOf(first);
  for (const { ref } of watchers) Ref.setWatcher(ref, undefined);
  return watchers;
}

function sendDemonitor(thread: number, ref: Ref, target: Pid): void {
  const writer = begin(thread, wire.DEMONITOR);
  writeRef(writer, ref);
  writePid(writer, target);
  end(thread);
}

onSignal(wire.DEMONITOR, (reader) => {
  const ref = readRef(reader);
  const target = readPid(reader);
  receiveFor(
    target,
    (p) => forgetWatcher(p, ref),
    (thread) => sendDemonitor(thread, ref, target),
    () => {},
  );
});
