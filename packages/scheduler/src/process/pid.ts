/**
 * Process identifiers. A `Pid` is interned: one object for one process on a thread, so that `===`, `Map` keys and pattern matching work.
 *
 * A process is a slot in the shared directory and the serial with which the slot was taken. The table holds, per slot, the newest Pid
 * strongly (an array of objects costs least for a million processes), until its process has ended if no other thread knows it, and Pids of
 * earlier serials weakly while somebody still holds them.
 * The Pid of a process that lives on this thread leads to it without a look-up.
 */
import type { Process } from "./process.ts";

/** Identifies one process for ever: a slot is used again only with another serial. Made by the VM, never by applications. */
export class Pid {
  readonly slot: number;
  readonly serial: number;
  /** The process itself while it lives on this thread. Private, so that a pattern compares slot and serial alone. */
  #process: Process | undefined;
  /** Whether another thread may know it, so that it may come back from there. */
  #known: boolean;

  constructor(slot: number, serial: number, known: boolean) {
    this.slot = slot;
    this.serial = serial;
    this.#process = undefined;
    this.#known = known;
  }

  /** From now on another thread may know `pid`; it can be found again, also where its process has ended. */
  static publish(pid: Pid): void {
    if (pid.#known) return;
    pid.#known = true;
    enter(pid);
  }

  static isKnown(pid: Pid): boolean {
    return pid.#known;
  }

  /** The process behind `pid` if it lives on this thread. */
  static local(pid: Pid): Process | undefined {
    return pid.#process;
  }

  /** Ties `pid` to its process on this thread, or unties it. */
  static bind(pid: Pid, process: Process | undefined): void {
    pid.#process = process;
  }

  toString(): string {
    return `<0.${this.slot}.${this.serial - 1}>`;
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** Whether `value` is a process identifier. */
export function isPid(value: unknown): value is Pid {
  return value instanceof Pid;
}

const newest: (Pid | undefined)[] = [];
let displaced = new Map<string, WeakRef<Pid>>();
let sweepAt = 1024;

/** Forgets the Pids of a VM that ran on this thread before. */
export function forgetPids(): void {
  newest.length = 0;
  displaced.clear();
}

/** The one Pid object of this thread for `slot` and `serial`. */
export function internPid(slot: number, serial: number): Pid {
  const found = newest[slot];
  if (found !== undefined && found.serial === serial) return found;
  return internOther(slot, serial, found);
}

/** The Pid of a process that this thread has just given a slot. */
export function newPid(slot: number, serial: number): Pid {
  const pid = new Pid(slot, serial, false);
  const found = newest[slot];
  if (found === undefined) while (newest.length < slot) newest.push(undefined); // stay packed: a hole would turn every look-up into a dictionary one
  else if (Pid.isKnown(found) || Pid.local(found) !== undefined) displace(found); // what others have taken may have ended before this thread has learned of it
  newest[slot] = pid;
  return pid;
}

/** The process of `pid` has ended. Who still holds the Pid keeps it; if no other thread knows it, it need not be found again. */
export function forgetPid(pid: Pid): void {
  if (newest[pid.slot] === pid && !Pid.isKnown(pid)) newest[pid.slot] = undefined;
}

/** Makes a Pid that was forgotten, because no other thread knew it, known again. */
function enter(pid: Pid): void {
  const found = newest[pid.slot];
  if (found === pid) return;
  if (found === undefined) newest[pid.slot] = pid;
  else displace(pid);
}

/** The newest Pid known on this thread for `slot`. */
export function newestPid(slot: number): Pid | undefined {
  return newest[slot];
}

/** Calls `visit` for every process of this thread. Cold: it looks at every slot known here. */
export function forEachProcess(visit: (p: Process) => void): void {
  for (const pid of newest) {
    const p = pid === undefined ? undefined : Pid.local(pid);
    if (p !== undefined) visit(p);
  }
}

function internOther(slot: number, serial: number, found: Pid | undefined): Pid {
  if (found === undefined || isNewer(serial, found.serial)) {
    if (found !== undefined) displace(found);
    const pid = displaced.size === 0 ? new Pid(slot, serial, true) : recall(slot, serial);
    while (newest.length < slot) newest.push(undefined);
    newest[slot] = pid;
    return pid;
  }
  const pid = recall(slot, serial);
  displace(pid);
  return pid;
}

function recall(slot: number, serial: number): Pid {
  return displaced.get(`${slot}.${serial}`)?.deref() ?? new Pid(slot, serial, true);
}

/** Serials are 31-bit and wrap: newer means less than half the circle ahead. */
function isNewer(a: number, b: number): boolean {
  return ((a - b) & 0x7fffffff) < 0x40000000;
}

function displace(pid: Pid): void {
  displaced.set(`${pid.slot}.${pid.serial}`, new WeakRef(pid));
  if (displaced.size < sweepAt) return;
  const kept = new Map<string, WeakRef<Pid>>();
  for (const [key, ref] of displaced) if (ref.deref() !== undefined) kept.set(key, ref);
  displaced = kept;
  sweepAt = Math.max(1024, kept.size * 2);
}
