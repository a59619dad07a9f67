/**
 * What crosses with a process that has started: who it is, what others know of it, and its state.
 */
import { initialCallOf } from "./process/info.ts";
import type { PlacesRecord } from "./process/places.ts";
import { boundMailbox } from "./process/bound.ts";
import { Mailbox } from "./process/mailbox.ts";
import type { Pid } from "./process/pid.ts";
import {
  Process,
  RUNNABLE,
  rareOf,
  type Bond,
  type Entry,
  type Lineage,
  type MaxMailbox,
  type ResultTarget,
} from "./process/process.ts";
import type { Ref } from "./process/ref.ts";
import { itemsOf } from "./process/ring.ts";
import { bond } from "./signals/bonds.ts";
import { addLink } from "./signals/links.ts";
import { addWatcher } from "./signals/watchers.ts";
import { readProcessState, writeProcessState } from "./state/process-state.ts";
import { host } from "./terms/host.ts";
import type { Reader } from "./terms/reader.ts";
import type { Writer } from "./terms/writer.ts";

/** All of it is terms. */
interface LiveRecord {
  readonly entry: readonly [module: number, index: number] | undefined;
  readonly initialCall: string | undefined;
  readonly lineage: readonly Pid[];
  readonly priority: number;
  readonly trapExit: boolean;
  readonly reductions: number;
  readonly links: readonly Pid[];
  readonly unlinking: readonly (readonly [other: Pid, id: number, relinked: boolean])[];
  readonly bonds: readonly { ref: Ref; target: Pid | undefined; name: string | undefined; alias: Bond["alias"] }[];
  readonly watchers: readonly { ref: Ref; pid: Pid; name: string | undefined }[];
  readonly name: string | undefined;
  readonly maxMailbox: MaxMailbox | undefined;
  /** Messages that the bound has dropped. */
  readonly dropped: number;
  readonly resultTo: ResultTarget | undefined;
  readonly places: PlacesRecord | undefined;
}

/** Writes a process that is suspended and waits for nothing. Throws `PinnedStateError`, which says what cannot leave this core. */
export function writeLive(writer: Writer, p: Process): void {
  writer.u32(p.pid.slot);
  writer.u32(p.pid.serial);
  writer.term(recordOf(p));
  writeProcessState(writer, p);
}

function recordOf(p: Process): LiveRecord {
  const { rare } = p;
  const lineage: Pid[] = [];
  for (let node = p.lineage; node !== null; node = node.up) lineage.push(node.pid);
  const entry = p.entry === null ? undefined : host.functionRef(p.entry);
  return {
    entry: entry === undefined ? undefined : [entry.module, entry.index],
    initialCall: entry === undefined ? initialCallOf(p) : undefined,
    lineage,
    priority: p.priority,
    trapExit: p.trapExit,
    reductions: p.reductions,
    links: [...(rare?.links ?? [])],
    unlinking: [...(rare?.unlinking ?? [])].map(([other, { id, relinked }]) => [other, id, relinked]),
    bonds: itemsOf(rare?.bonds).map(({ ref, target, name, alias }) => ({ ref, target, name, alias })),
    watchers: itemsOf(rare?.watchers).map(({ ref, pid, name }) => ({ ref, pid, name })),
    name: rare?.name,
    maxMailbox: rare?.maxMailbox,
    dropped: rare?.dropped ?? 0,
    resultTo: rare?.resultTo,
    places: p.mailbox?.places(),
  };
}

/** Reads a process after its slot and serial; it is this thread's own when the caller has made it so. */
export function readLive(reader: Reader, pid: Pid): Process {
  const record = reader.term() as LiveRecord;
  let lineage: Lineage | null = null;
  for (let i = record.lineage.length - 1; i >= 0; i--)
    lineage = { pid: record.lineage[i]!, up: lineage, depth: record.lineage.length - i };
  const entry = record.entry === undefined ? null : (host.resolveFunction(...record.entry) as Entry);
  const p = new Process(pid, entry, null, lineage);
  p.status = RUNNABLE;
  p.started = true;
  p.exported = true;
  p.priority = record.priority;
  p.trapExit = record.trapExit;
  p.reductions = record.reductions;
  readStateOf(p, reader, record);
  giveRare(p, record);
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

function giveRare(p: Process, record: LiveRecord): void {
  for (const other of record.links) addLink(p, other);
  for (const [other, id, relinked] of record.unlinking) (rareOf(p).unlinking ??= new Map()).set(other, { id, relinked });
  for (const { ref, target, name, alias } of record.bonds) bond(p, ref, target, name, alias);
  for (const { ref, pid, name } of record.watchers) addWatcher(p, ref, pid, name);
  if (record.name !== undefined) rareOf(p).name = record.name;
  if (record.maxMailbox !== undefined) boundMailbox(p, record.maxMailbox, "move");
  if (record.dropped > 0) rareOf(p).dropped = record.dropped;
  if (record.resultTo !== undefined) rareOf(p).resultTo = record.resultTo;
  if (record.initialCall !== undefined) rareOf(p).initialCall = record.initialCall;
}
