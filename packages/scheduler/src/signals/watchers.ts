/**
 * The watched one's half of a monitor.
 */
import type { Pid } from "../process/pid.ts";
import type { Ref } from "../process/ref.ts";
import { rareOf, type Process } from "../process/process.ts";
import { begin, end, here, onSignal, readPid, readRef, receiveFor, threadOf, writePid, writeRef } from "./remote.ts";
import * as wire from "./wire.ts";

/** Makes `p` remember who watches it. */
export function addWatcher(p: Process, ref: Ref, watcher: Pid, name: string | undefined): void {
  (rareOf(p).watchers ??= new Map()).set(ref, { ref, pid: watcher, name });
}

/** Makes `target`, wherever it lives, forget the watcher with that reference. */
export function removeWatcher(target: Pid, ref: Ref): void {
  const q = here(target);
  if (q !== undefined) {
    q.rare?.watchers?.delete(ref);
    return;
  }
  const thread = threadOf(target);
  if (thread >= 0) sendDemonitor(thread, ref, target);
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
    (p) => p.rare?.watchers?.delete(ref),
    (thread) => sendDemonitor(thread, ref, target),
    () => {},
  );
});
