/**
 * Names of processes that live on another core: their own scheduler must know, since it frees the name when they end.
 */
import { local } from "../local.ts";
import type { Pid } from "../process/pid.ts";
import { rareOf } from "../process/process.ts";
import { begin, end, onSignal, readPid, receiveFor, threadOf, writePid } from "./remote.ts";
import * as wire from "./wire.ts";

/** Tells the core of `pid` that it now has this name, or none. */
export function registerFar(pid: Pid, name: string | undefined): void {
  const thread = threadOf(pid);
  if (thread < 0) {
    if (name !== undefined) local.names.unregister(name, pid.slot, pid.serial);
    return;
  }
  const writer = begin(thread, wire.NAMED);
  writePid(writer, pid);
  writer.term(name);
  end(thread);
}

onSignal(wire.NAMED, (reader) => {
  const pid = readPid(reader);
  const name = reader.term() as string | undefined;
  receiveFor(
    pid,
    (p) => {
      rareOf(p).name = name;
    },
    () => registerFar(pid, name),
    () => {
      if (name !== undefined) local.names.unregister(name, pid.slot, pid.serial);
    },
  );
});
