/**
 * What crosses with a process that has started: who it is, what others know of it, and its state.
 */
import { initialCallOf } from "./process/info.ts";
import { Mailbox } from "./process/mailbox.ts";
import type { Pid } from "./process/pid.ts";
import type { PlacesRecord } from "./process/places.ts";
import { Process, rareOf, RUNNABLE, type Bond, type Entry } from "./process/process.ts";
import type { Ref } from "./process/ref.ts";
import { itemsOf } from "./process/ring.ts";
import { bond } from "./signals/bonds.ts";
import { lookAtBoundOf } from "./signals/bound-watch.ts";
import { giveStanding, lineageOf, standingOf, type Standing } from "./standing.ts";
import { readProcessState, writeProcessState } from "./state/process-state.ts";
import { host } from "./terms/host.ts";
import type { Reader } from "./terms/reader.ts";
import type { Writer } from "./terms/writer.ts";

/** All of it is terms. */
interface LiveRecord {
  readonly standing: Standing;
  readonly entry: readonly [module: number, index: number] | undefined;
  readonly initialCall: string | undefined;
  readonly trapExit: boolean;
  readonly reductions: number;
  readonly unlinking: readonly (readonly [other: Pid, id: number, relinked: boolean])[];
  readonly bonds: readonly { ref: Ref; target: Pid | undefined; name: string | undefined; alias: Bond["alias"] }[];
  readonly places: PlacesRecord | undefined;
}

/** Writes a process that is suspended and waits for nothing. Throws `PinnedStateError`, which says what cannot leave this core. */
export function writeLive(writer: Writer, p: Process): void {
  lookAtBoundOf(p); // the count goes on where it lives next
  writer.u32(p.pid.slot);
  writer.u32(p.pid.serial);
  writer.term(recordOf(p));
  writeProcessState(writer, p);
}

function recordOf(p: Process): LiveRecord {
  const { rare } = p;
  const entry = p.entry === null ? undefined : host.functionRef(p.entry);
  return {
    standing: standingOf(p),
    entry: entry === undefined ? undefined : [entry.module, entry.index],
    initialCall: entry === undefined ? initialCallOf(p) : undefined,
    trapExit: p.trapExit,
    reductions: p.reductions,
    unlinking: [...(rare?.unlinking ?? [])].map(([other, { id, relinked }]) => [other, id, relinked]),
    bonds: itemsOf(rare?.bonds).map(({ ref, target, name, alias }) => ({ ref, target, name, alias })),
    places: p.mailbox?.places(),
  };
}

/** Reads a process after its slot and serial; it is this thread's own when the caller has made it so. */
export function readLive(reader: Reader, pid: Pid): Process {
  const record = reader.term() as LiveRecord;
  const entry = record.entry === undefined ? null : (host.resolveFunction(...record.entry) as Entry);
  const p = new Process(pid, entry, null, lineageOf(record.standing));
  p.status = RUNNABLE;
  p.started = true;
  p.trapExit = record.trapExit;
  p.reductions = record.reductions;
  readStateOf(p, reader, record);
  giveStanding(p, record.standing, "move");
  for (const [other, id, relinked] of record.unlinking) (rareOf(p).unlinking ??= new Map()).set(other, { id, relinked });
  for (const { ref, target, name, alias } of record.bonds) bond(p, ref, target, name, alias);
  if (record.initialCall !== undefined) rareOf(p).initialCall = record.initialCall;
  return p;
}

function readStateOf(p: Process, reader: Reader, { places }: LiveRecord): void {
  const { frames, value, threw, messages, dictionary } = readProcessState(reader);
  p.frames = frames;
  p.value = value;
  p.threw = threw;
  if (messages.length > 0) p.mailbox = Mailbox.from(messages, places);
  if (dictionary !== undefined) rareOf(p).dictionary = dictionary;
}
