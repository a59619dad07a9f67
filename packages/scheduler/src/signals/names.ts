/**
 * Registered names. The table in shared memory says who has which; the process keeps its own, so that its scheduler can free it when it ends.
 *
 * A process on another core is told of its name, or of its loss, by a signal. Until that arrives the table alone is right: the process may end
 * without knowing what to free, so a name whose holder has ended counts as free, and whoever comes across it takes it out of the table.
 */
import { local } from "../local.ts";
import { S } from "../process/frames.ts";
import { internPid, Pid } from "../process/pid.ts";
import { rareOf } from "../process/process.ts";
import { toProcess } from "./held.ts";
import { begin, end, onSignal, readPid, receiveFor, writePid } from "./remote.ts";
import * as wire from "./wire.ts";

/** The process registered as `name`, on whichever core. */
export function lookupName(name: string): Pid | undefined {
  const found = local.names.lookup(name);
  if (found === undefined || !local.directory.isAlive(found.slot, found.serial)) return undefined;
  return internPid(found.slot, found.serial);
}

/** What a look for a similar name costs, in reductions: about as much as it takes. */
const NEAREST_COST = 500;

/** The registered name most like this one, for a message. */
export function nearestName(name: string): string | undefined {
  S.r -= NEAREST_COST;
  return local.names.nearest(name);
}

/** Enters a name into the table. Returns "taken" if a process that lives has it, "named" if the process has another. */
export function takeName(name: string, pid: Pid): "ok" | "taken" | "named" {
  for (;;) {
    const result = local.names.register(name, pid.slot, pid.serial);
    if (result === "ok") Pid.publish(pid); // any thread may find it now, and send it here
    if (result !== "taken") return result;
    const holder = local.names.lookup(name);
    if (holder === undefined) continue; // freed in this moment
    if (local.directory.isAlive(holder.slot, holder.serial)) return "taken";
    local.names.unregister(name, holder.slot, holder.serial);
  }
}

/** All names of processes that live. */
export function namesInUse(): string[] {
  const all = local.names.entries();
  S.r -= all.length;
  return all.filter(({ slot, serial }) => local.directory.isAlive(slot, serial)).map(({ name }) => name);
}

/** The name of a process, on whichever core. */
export function nameOf(pid: Pid): string | undefined {
  return local.names.nameOf(pid.slot, pid.serial);
}

/** Tells the core of `pid` that it now has this name, or none. */
export function registerFar(pid: Pid, name: string | undefined): void {
  if (toProcess(pid, name, (thread) => sendNamed(thread, pid, name))) return;
  if (name !== undefined) local.names.unregister(name, pid.slot, pid.serial);
}

function sendNamed(thread: number, pid: Pid, name: string | undefined): void {
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
      // News may be old: the process, or a third one, may have changed its name meanwhile.
      rareOf(p).name = nameOf(pid);
    },
    (thread) => sendNamed(thread, pid, name),
    () => {
      if (name !== undefined) local.names.unregister(name, pid.slot, pid.serial);
    },
  );
});
