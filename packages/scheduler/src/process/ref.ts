/**
 * References: unique for the life of the VM. A reference names the scheduler that made it, because what it stands for (a monitor, an alias,
 * a timer) lives there.
 *
 * Interning: a reference that never left its thread needs no table. One that did (it was encoded) is remembered weakly, so that the copy
 * which comes back is the same object.
 */
import type { Mailbox } from "./mailbox.ts";
import type { Pid } from "./pid.ts";
import type { Bond, Process, Watcher } from "./process.ts";
import type { SendTimer } from "../signals/timers.ts";

/** A unique reference: of a monitor, a timer, an alias, or of nothing at all (`makeRef()`). */
export class Ref {
  /** Index of the scheduler that made it. */
  readonly scheduler: number;
  /** Unique on that scheduler: incarnation × 2^32 + count. */
  readonly id: number;
  /** What the process that made it has under it. Private, as all that follows, so that a pattern compares scheduler and id alone. */
  #bond: Bond | undefined;
  /** If it is a monitor of a process on this thread. */
  #watcher: Watcher | undefined;
  /** If it is that of a timer that will send a message, or did. */
  #timer: SendTimer | undefined;
  /** If it is an alias, or was one: of which process. That may live anywhere. */
  #owner: Pid | undefined;
  #takesOne: boolean;
  /** Whether another thread may know it, so that it may come back from there. */
  #known: boolean;

  constructor(scheduler: number, id: number, known: boolean) {
    this.scheduler = scheduler;
    this.id = id;
    this.#bond = undefined;
    this.#watcher = undefined;
    this.#timer = undefined;
    this.#owner = undefined;
    this.#takesOne = false;
    this.#known = known;
  }

  /** From now on another thread may know `ref`. Returns whether that is new. */
  static publish(ref: Ref): boolean {
    if (ref.#known) return false;
    ref.#known = true;
    return true;
  }

  /** The monitor or alias of a process on this thread whose reference this is. */
  static bond(ref: Ref): Bond | undefined {
    return ref.#bond;
  }

  static bind(ref: Ref, bond: Bond | undefined): void {
    ref.#bond = bond;
  }

  /** The process that `ref` is or was an alias of. */
  static owner(ref: Ref): Pid | undefined {
    return ref.#owner;
  }

  /** Whether `ref`, if it is an alias, takes but one message. */
  static takesOne(ref: Ref): boolean {
    return ref.#takesOne;
  }

  /** Makes `ref` an address of `owner` for good, or for one message: whether anybody still listens there is another matter. */
  static setOwner(ref: Ref, owner: Pid, takesOne: boolean): void {
    ref.#owner = owner;
    ref.#takesOne = takesOne;
  }

  /** The watched one's half of the monitor whose reference this is, if that one lives on this thread. */
  static watcher(ref: Ref): Watcher | undefined {
    return ref.#watcher;
  }

  static setWatcher(ref: Ref, watcher: Watcher | undefined): void {
    ref.#watcher = watcher;
  }

  /** The timer of this thread whose reference this is. */
  static timer(ref: Ref): SendTimer | undefined {
    return ref.#timer;
  }

  static setTimer(ref: Ref, timer: SendTimer): void {
    ref.#timer = timer;
  }

  toString(): string {
    return `#Ref<${this.scheduler}.${Math.floor(this.id / 0x1_0000_0000)}.${this.id % 0x1_0000_0000}>`;
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** Whether `value` is a reference. */
export function isRef(value: unknown): value is Ref {
  return value instanceof Ref;
}

let here = 0;
let next = 0;
let known = new Map<string, WeakRef<Ref>>();
let sweepAt = 1024;

/** Gives this thread its number space; called before any reference is made. `incarnation` counts the threads that ever started. */
export function startRefs(scheduler: number, incarnation: number): void {
  here = scheduler;
  next = incarnation * 0x1_0000_0000;
  known.clear(); // of a VM that ran on this thread before
}

/** A new reference of this thread. */
export function newRef(): Ref {
  next++;
  return new Ref(here, next, false);
}

/** A new reference of `p`, whose mailbox remembers how far it was filled: see the public `receiveSince`. */
export function newRefOf(p: Process): Ref {
  const ref = newRef();
  p.mailbox?.mark(here, ref.id);
  return ref;
}

/** Index from which on the messages are in `mailbox` that came after its process made `ref`, on whichever core; less if that was forgotten. */
export function sinceRef(mailbox: Mailbox, ref: Ref): number {
  return mailbox.since(ref.scheduler, ref.id);
}

/** Remembers a reference that is about to leave this thread. */
export function exportRef(ref: Ref): void {
  if (!Ref.publish(ref)) return;
  remember(`${ref.scheduler}.${ref.id}`, ref);
  Ref.timer(ref)?.keep(ref);
}

/** The one Ref object of this thread for what was read from another. */
export function internRef(scheduler: number, id: number): Ref {
  const key = `${scheduler}.${id}`;
  const held = known.get(key)?.deref();
  if (held !== undefined) return held;
  const ref = new Ref(scheduler, id, true);
  remember(key, ref);
  return ref;
}

function remember(key: string, ref: Ref): void {
  known.set(key, new WeakRef(ref));
  if (known.size < sweepAt) return;
  const kept = new Map<string, WeakRef<Ref>>();
  for (const [k, r] of known) if (r.deref() !== undefined) kept.set(k, r);
  known = kept;
  sweepAt = Math.max(1024, kept.size * 2);
}
