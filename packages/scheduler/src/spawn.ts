/**
 * Making processes: here, on another core, or from a record that was stolen. No spawn ever parks: the spawner allocates slot and pid itself.
 */
import { types } from "node:util";
import { AgnerError, BadTermError } from "./errors.ts";
import { enqueue, local } from "./local.ts";
import { boundMailbox } from "./process/bound.ts";
import { captureEntry, CALL, INFO, type Frame } from "./process/frames.ts";
import { addLink, removeLink } from "./process/links.ts";
import { internPid, newPid, Pid } from "./process/pid.ts";
import {
  EXTERNAL,
  familyOf,
  NO_ARGS,
  NORMAL,
  pin,
  PRIORITIES,
  Process,
  rareOf,
  RUNNABLE,
  type Entry,
  type MaxMailbox,
  type Priority,
  type ResultTarget,
} from "./process/process.ts";
import { newRefOf, Ref } from "./process/ref.ts";
import { checkMonitorOptions, type MonitorOptions } from "./signals/aliases.ts";
import { unbond } from "./signals/bonds.ts";
import { terminate } from "./signals/exit.ts";
import { watch } from "./signals/monitors.ts";
import { releaseHeld } from "./signals/held.ts";
import { lookupName, takeName } from "./signals/names.ts";
import { applyEarly, begin, end, exported, onSignal } from "./signals/remote.ts";
import { addWatcher, takeWatchers } from "./signals/watchers.ts";
import * as wire from "./signals/wire.ts";
import { giveStanding, lineageOf, standingOf, type Standing } from "./standing.ts";
import { isForeign } from "./state/instances.ts";
import { whatCannotMove } from "./state/pinned.ts";
import { copyState, packState, unpackState, type PackedState } from "./state/packed.ts";
import { describeValue } from "./terms/bad-term.ts";
import { copyTerm } from "./terms/copy.ts";
import { host } from "./terms/host.ts";
import type { Reader } from "./terms/reader.ts";
import type { Writer } from "./terms/writer.ts";

/** See the public `spawnOpt`. */
export interface SpawnOptions {
  readonly link?: boolean;
  readonly monitor?: boolean | MonitorOptions;
  readonly name?: string;
  readonly priority?: Priority;
  /** Index of the core to which the process is bound. */
  readonly scheduler?: number;
  readonly maxMailbox?: MaxMailbox;
}

/** Spawns `fn`; the parent is the running process, if one runs. */
export function spawn(fn: Entry, args: readonly unknown[]): Pid {
  checkEntry("spawn", fn);
  return start(make(fn, args, local.thread, local.current));
}

/** Spawns with options. With `monitor`, the reference is the second result. */
export function spawnWith(
  what: string,
  options: SpawnOptions,
  fn: Entry,
  args: readonly unknown[],
): { pid: Pid; ref: Ref | undefined } {
  checkEntry(what, fn);
  const parent = local.current;
  const { link, monitor, name, priority, scheduler, maxMailbox } = checkOptions(what, options);
  const isMonitored = monitor !== undefined && monitor !== false;
  if ((link === true || isMonitored) && parent === null) {
    throw new AgnerError(
      "AGNER_NOT_A_PROCESS",
      `${what}() with a link or a monitor was called outside a process; spawn a process that spawns it, or use spawn()`,
    );
  }
  const alias = isMonitored && monitor !== true ? checkMonitorOptions(what, monitor) : undefined;
  const thread = scheduler ?? local.thread;
  const p = make(fn, args, thread, parent);
  if (scheduler !== undefined) pin(p, `it was bound to scheduler ${scheduler} when it was spawned`);
  if (priority !== undefined) p.priority = PRIORITIES.indexOf(priority);
  if (maxMailbox !== undefined) boundMailbox(p, maxMailbox);
  if (name !== undefined) nameNewborn(p, name);
  let ref: Ref | undefined;
  if (link === true) {
    addLink(parent!, p.pid);
    addLink(p, parent!.pid);
  }
  if (isMonitored) {
    ref = newRefOf(parent!);
    watch(parent!, ref, p.pid, undefined, alias);
    addWatcher(p, ref, parent!.pid, undefined);
  }
  if (thread === local.thread) start(p);
  else sendSpawn(thread, p);
  return { pid: p.pid, ref };
}

function nameNewborn(p: Process, name: string): void {
  if (takeName(name, p.pid) !== "ok") {
    Pid.bind(p.pid, undefined);
    local.directory.release(p.pid.slot, p.pid.serial);
    throw nameTaken("spawnOpt", name);
  }
  rareOf(p).name = name;
}

/** The error for a name that somebody else has. */
export function nameTaken(what: string, name: string): AgnerError {
  const holder = lookupName(name);
  const by = holder === undefined ? "" : ` by ${holder.toString()}`;
  return new AgnerError("AGNER_NAME_TAKEN", `${what}: the name ${JSON.stringify(name)} is taken${by}`, {
    details: { registeredName: name },
  });
}

function checkEntry(what: string, fn: unknown): void {
  const version = typeof fn === "function" ? (fn as { [CALL]?: unknown })[CALL] : undefined;
  if (version !== undefined && (version === fn || !types.isGeneratorFunction(fn))) return;
  if (typeof fn !== "function")
    throw new AgnerError("AGNER_BAD_ARGUMENT", `${what}: the first argument must be a function, not ${describeValue(fn)}`);
  const kind = Object.prototype.toString.call(fn).slice(8, -1);
  const name = fn.name === "" ? "the function" : fn.name;
  throw new AgnerError(
    "AGNER_BAD_ARGUMENT",
    kind === "Function"
      ? `${what}: ${name} does not belong to a compiled module; wrap the call in a function of your own: ${what}(() => …)`
      : `${what}: ${name} is ${kind === "AsyncFunction" ? "an async function" : "a generator"}; a process runs an ordinary function: drop the async and use wait(promise) where it awaits`,
  );
}

const OPTION_NAMES = ["link", "monitor", "name", "priority", "scheduler", "maxMailbox"];

function checkOptions(what: string, options: SpawnOptions): SpawnOptions {
  const bad = (message: string): AgnerError => new AgnerError("AGNER_BAD_ARGUMENT", `${what}: ${message}`);
  if (typeof options !== "object" || options === null) throw bad(`the options must be an object, not ${describeValue(options)}`);
  for (const key of Object.keys(options))
    if (!OPTION_NAMES.includes(key)) throw bad(`there is no option ${JSON.stringify(key)}; there are ${OPTION_NAMES.join(", ")}`);
  const { scheduler, priority, name, maxMailbox } = options;
  if (scheduler !== undefined && !(Number.isInteger(scheduler) && scheduler >= 0 && scheduler < local.schedulers)) {
    throw bad(
      `scheduler must be a whole number from 0 to ${local.schedulers - 1} (there are ${local.schedulers}), not ${describeValue(scheduler)}`,
    );
  }
  if (priority !== undefined && !PRIORITIES.includes(priority))
    throw bad(`priority must be one of ${PRIORITIES.join(", ")}, not ${describeValue(priority)}`);
  if (name !== undefined && typeof name !== "string") throw bad(`name must be a string, not ${describeValue(name)}`);
  if (maxMailbox !== undefined) checkMaxMailbox(what, maxMailbox);
  return options;
}

const POLICIES = ["error", "dropNewest", "dropOldest", "kill"];

/** Throws unless `value` is a mailbox bound. */
export function checkMaxMailbox(what: string, value: unknown): MaxMailbox {
  const { limit, policy } =
    typeof value === "object" && value !== null
      ? (value as { limit?: unknown; policy?: unknown })
      : { limit: value, policy: "error" };
  const whole = limit === Infinity || (Number.isInteger(limit) && (limit as number) > 0);
  if (whole && POLICIES.includes(policy as string)) return value as MaxMailbox;
  throw new AgnerError(
    "AGNER_BAD_ARGUMENT",
    `${what}: maxMailbox must be a number of messages above 0, or { limit, policy } with policy one of ${POLICIES.join(", ")}; not ${describeValue(value)}`,
  );
}

/** A process that is in no queue yet. Its arguments and captures are copies. */
function make(fn: Entry, args: readonly unknown[], thread: number, parent: Process | null): Process {
  const copied = args.length === 0 ? NO_ARGS : copyTerm(args);
  const isTopLevel = (fn as { [INFO]?: unknown })[INFO] !== undefined;
  const slot = local.directory.allocate(thread);
  const pid = newPid(slot, local.directory.serialOf(slot));
  const p = new Process(pid, fn, isTopLevel ? copied : null, parent === null ? null : familyOf(parent));
  if (!isTopLevel) {
    try {
      p.frames = copyEntryFrame(p, fn, copied);
    } catch (e) {
      local.directory.release(slot, pid.serial);
      throw e;
    }
  }
  local.counters.spawns++;
  return p;
}

/** A closure starts from the frame that it saves at its entry; what it captured is copied, what cannot be copied is shared and pins. */
function copyEntryFrame(p: Process, fn: Entry, args: readonly unknown[]): Frame {
  const frame = captureEntry(fn, args);
  if (frame === undefined)
    throw new AgnerError(
      "AGNER_BAD_ARGUMENT",
      `spawn: ${fn.name || "the function"} does not belong to a compiled module; wrap the call in a function of your own: spawn(() => …)`,
    );
  const captures = frame.slice(2);
  return [null, frame[1], ...(copyTerms(p, captures, args) ?? copyGraph(p, captures))];
}

/** The copies of captures that are terms, or certainly stay as they are; undefined if one is neither. Arguments are copies already. */
function copyTerms(p: Process, captures: readonly unknown[], args: readonly unknown[]): unknown[] | undefined {
  if (captures.some((value) => typeof value === "function" || isBoxOfFunction(value))) return undefined;
  try {
    return captures.map((value) => {
      if (args.includes(value)) return value;
      if (!isForeign(value)) return copyTerm(value);
      share(p, whatCannotMove(value));
      return value;
    });
  } catch (e) {
    if (BadTermError.is(e)) return undefined;
    throw e;
  }
}

/** A variable that somebody assigns is captured as an array of one element. */
function isBoxOfFunction(value: unknown): boolean {
  return Array.isArray(value) && value.length === 1 && typeof value[0] === "function";
}

/** Copies captures as one graph: what two closures share they share in the copy. */
function copyGraph(p: Process, captures: readonly unknown[]): unknown[] {
  return copyState(captures, (what) => share(p, what));
}

/** `p` shares what its function has captured with others of this core. */
function share(p: Process, what: string): void {
  pin(p, `its function captured ${what}, which cannot be copied`);
}

function start(p: Process): Pid {
  Pid.bind(p.pid, p);
  local.counters.processes++;
  enqueue(p);
  return p.pid;
}

let resolveExport: (url: string, name: string) => Function = () => {
  throw new AgnerError("AGNER_MODULE_NOT_FOUND", "no modules are loaded on this thread");
};

/** How an export of a loaded module is found; set by whoever loads modules. */
export function setExportResolver(resolve: (url: string, name: string) => Function): void {
  resolveExport = resolve;
}

/** How a spawn record names what the process runs: a function of a module, an export by name, or an entry frame. */
type EntryRef =
  | readonly ["function", module: number, index: number]
  | readonly ["export", url: string, name: string]
  | readonly ["frame", site: number, values: PackedState];

/** What crosses to the thread that starts the process, besides its pid. All of it is terms; a list, since the keys of an object would be longer than all of it. */
type SpawnRecord = readonly [entry: EntryRef, args: readonly unknown[], pinned: string | undefined, standing: Standing];

/** The record of a process that has not started; throws BadTermError if something in it cannot leave this core. */
function recordOf(p: Process): SpawnRecord {
  let entry: EntryRef;
  if (p.frames !== null) entry = ["frame", p.frames[1], packState(p.frames.slice(2))];
  else {
    const found = host.functionRef(p.entry!);
    if (found === undefined) throw new BadTermError(`${p.entry!.name} cannot be found on other cores`, "");
    entry = ["function", found.module, found.index];
  }
  return [entry, p.args ?? NO_ARGS, p.rare?.pinned, standingOf(p)];
}

/** The frame with which a process begins; null if it begins with a function. */
function frameOf(entry: EntryRef): Frame | null {
  return entry[0] === "frame" ? [null, entry[1], ...unpackState(entry[2])] : null;
}

/** Writes the record of `p`, which has not started. */
export function writeSpawn(writer: Writer, p: Process): void {
  const record = recordOf(p);
  writer.u32(p.pid.slot);
  writer.u32(p.pid.serial);
  writer.term(record);
}

/** Reads a record and starts its process on this thread; `victim` is the scheduler from which it was stolen. */
export function readSpawn(reader: Reader, victim: number = -1): Process {
  const slot = reader.u32();
  const pid = internPid(slot, reader.u32());
  if (victim >= 0) local.directory.moveIfOwner(slot, pid.serial, victim, local.thread);
  const [entryRef, args, pinned, standing] = reader.term() as SpawnRecord;
  const [kind, first, second] = entryRef;
  let entry: Entry | null = null;
  let failure: unknown;
  if (kind === "function" || kind === "export") {
    try {
      entry = (
        kind === "function"
          ? host.resolveFunction(first as number, second as number)
          : resolveExport(first as string, second as string)
      ) as Entry;
      checkEntry("spawn", entry);
    } catch (e) {
      failure = e;
    }
  }
  const p = new Process(pid, entry, entry === null || failure !== undefined ? null : args, lineageOf(standing));
  p.frames = frameOf(entryRef);
  if (failure !== undefined) {
    p.value = failure;
    p.threw = 1;
  }
  giveStanding(p, standing, victim < 0 ? "spawn" : "steal");
  if (pinned !== undefined) pin(p, pinned);
  p.status = RUNNABLE;
  start(p);
  applyEarly(pid);
  return p;
}

function sendSpawn(thread: number, p: Process): void {
  try {
    const writer = begin(thread, wire.SPAWN);
    exported(p);
    writeSpawn(writer, p);
    end(thread);
  } catch (e) {
    undoSpawn(p);
    throw BadTermError.is(e) ? notSent(p, thread, e) : e;
  }
  takeWatchers(p.rare?.watchers); // a reference that is held for long must not hold the process, whose arguments are over there
}

/** The error for a process that cannot leave this core. Its arguments are not to blame: they were copied before. What a closure has captured is, and has pinned it. */
function notSent(p: Process, thread: number, cause: BadTermError): BadTermError {
  const why = p.frames === null ? cause.message : (p.rare?.pinned ?? cause.message);
  return new BadTermError(
    `spawnOpt: the process cannot run on scheduler ${thread}: ${why}; pass what it needs as arguments, or leave out the option scheduler`,
    "",
    { cause },
  );
}

/** A spawn record that could not be sent never existed. */
function undoSpawn(p: Process): void {
  const rare = p.rare;
  if (rare?.name !== undefined) local.names.unregister(rare.name, p.pid.slot, p.pid.serial);
  const parent = local.current;
  if (parent !== null) {
    removeLink(parent, p.pid);
    for (const { ref } of takeWatchers(rare?.watchers)) unbond(Ref.bond(ref)!);
  }
  local.directory.release(p.pid.slot, p.pid.serial);
}

onSignal(wire.SPAWN, (reader) => {
  const { pid } = readSpawn(reader);
  local.directory.setMoving(pid.slot, false); // it may have been made while this thread had not started
  releaseHeld(pid); // or what processes here have sent to it would be overtaken by what they send it next
});

/** Starts an export of a loaded module on `thread`; for callers outside the VM. The return value goes to `resultTo`. */
export function spawnExport(
  thread: number,
  url: string,
  name: string,
  args: readonly unknown[],
  watcher: { pid: Pid; ref: Ref } | undefined,
  resultTo: ResultTarget | undefined,
): Pid {
  const slot = local.directory.allocate(thread);
  const pid = newPid(slot, local.directory.serialOf(slot));
  const watchers = watcher === undefined ? [] : [{ ref: watcher.ref, pid: watcher.pid, name: undefined }];
  const bonds = { links: [], watchers, name: undefined, maxMailbox: undefined, dropped: 0, resultTo };
  const record: SpawnRecord = [["export", url, name], args, undefined, [[], NORMAL, bonds]];
  Pid.publish(pid);
  const writer = begin(thread, wire.SPAWN);
  try {
    writer.u32(pid.slot);
    writer.u32(pid.serial);
    writer.term(record);
  } catch (e) {
    local.directory.release(slot, pid.serial);
    throw e;
  }
  end(thread);
  return pid;
}

let outside: Pid | undefined;

/** The sender of signals that no process sends, such as an exit from a callback of the event loop: an address where nobody listens. */
export function outsidePid(): Pid {
  if (outside !== undefined && local.directory.isAlive(outside.slot, outside.serial)) return outside;
  const slot = local.directory.allocate(local.schedulers);
  outside = newPid(slot, local.directory.serialOf(slot));
  Pid.publish(outside);
  return outside;
}

/** Makes an inbox on this thread: an address whose messages go to `onMessage` at once. */
export function makeInbox(onMessage: (message: unknown) => void): Process {
  const slot = local.directory.allocate(local.thread);
  const p = new Process(newPid(slot, local.directory.serialOf(slot)), null, null, null);
  p.status = EXTERNAL;
  p.trapExit = true;
  rareOf(p).onMessage = onMessage;
  Pid.publish(p.pid);
  Pid.bind(p.pid, p);
  return p;
}

/** Gives up the address of an inbox. */
export function releaseInbox(inbox: Process): void {
  terminate(inbox, "normal");
}
