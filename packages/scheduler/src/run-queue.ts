/**
 * HOT PATH (benchmarks: ping-pong, ring). The run queue, with the BEAM's rules: all of "max" first, then all of "high", then "normal" and "low". Within a priority
 * processes run in the order in which they came. Of normal and low, a process of normal priority runs eight times as often as one of low priority, however
 * many there are of each.
 */
import type { Process } from "./process/process.ts";

const LOW = 0;
const NORMAL = 1;
const MAX = 3;
/** Rounds of all normal processes for one of those of low priority: `RESCHEDULE_LOW` in the BEAM's erl_process.c. */
const ROUNDS_PER_LOW = 8;

/** A first-in-first-out queue that grows and never shrinks below what it once needed at rest. */
class Fifo<T> {
  length = 0;
  /** How many were ever shifted, modulo 2^32; masked, the index of the first. */
  shifted = 0;
  #mask: number;
  #items: (T | undefined)[];

  constructor(capacity: number) {
    this.#mask = capacity - 1;
    this.#items = new Array<T | undefined>(capacity).fill(undefined);
  }

  /** The oldest; the queue must not be empty. */
  get first(): T {
    return this.#items[this.shifted & this.#mask]!;
  }

  push(item: T): void {
    if (this.length > this.#mask) this.#grow();
    this.#items[(this.shifted + this.length) & this.#mask] = item;
    this.length++;
  }

  shift(): T {
    const at = this.shifted & this.#mask;
    const item = this.#items[at]!;
    this.#items[at] = undefined;
    this.shifted = (this.shifted + 1) | 0;
    this.length--;
    return item;
  }

  pop(): T {
    this.length--;
    const at = (this.shifted + this.length) & this.#mask;
    const item = this.#items[at]!;
    this.#items[at] = undefined;
    return item;
  }

  #grow(): void {
    const capacity = (this.#mask + 1) * 2;
    const items = new Array<T | undefined>(capacity).fill(undefined);
    for (let i = 0; i < this.length; i++)
      items[(this.shifted + i) & (capacity - 1)] = this.#items[(this.shifted + i) & this.#mask];
    this.#items = items;
    this.#mask = capacity - 1;
  }
}

/** Processes in the order in which they came, each with the moment from which on it may run, in a count of the owner's. */
class MarkedFifo {
  readonly processes: Fifo<Process>;
  readonly marks: Fifo<number>;

  constructor(capacity: number) {
    this.processes = new Fifo(capacity);
    this.marks = new Fifo(capacity);
  }

  get length(): number {
    return this.processes.length;
  }

  push(p: Process, mark: number): void {
    this.processes.push(p);
    this.marks.push(mark);
  }

  shift(): Process {
    this.marks.shift();
    return this.processes.shift();
  }

  /** Whether the first may run when the count, modulo 2^32, is `now`. */
  isDue(now: number): boolean {
    return ((this.marks.first - now) | 0) <= 0;
  }
}

export class RunQueue {
  length = 0;
  /** Processes of normal priority that have started. */
  readonly #normal = new Fifo<Process>(1024);
  /** Those that have not, apart, so that thieves find them; each runs after those of `#normal` that came before it. */
  readonly #fresh = new MarkedFifo(1024);
  /** Each runs after so many rounds. */
  readonly #low = new MarkedFifo(16);
  readonly #high = new Fifo<Process>(16);
  readonly #max = new Fifo<Process>(16);
  /** Counts rounds, modulo 2^32, while there are processes of low priority: in each, every one of normal priority that was there when it began has its turn. */
  #round = 0;
  #leftInRound = 0;

  push(p: Process): void {
    this.length++;
    if (p.priority === NORMAL) {
      if (p.started) this.#normal.push(p);
      else this.#fresh.push(p, (this.#normal.shifted + this.#normal.length) | 0);
    } else if (p.priority === LOW) this.#pushLow(p);
    else (p.priority === MAX ? this.#max : this.#high).push(p);
  }

  /** The process that runs next; the queue must not be empty. */
  shift(): Process {
    this.length--;
    if (this.#normal.length > this.length) return this.#normal.shift(); // there are no others
    if (this.#max.length > 0) return this.#max.shift();
    if (this.#high.length > 0) return this.#high.shift();
    if (this.#low.length > 0 && this.#isLowNext()) return this.#low.shift();
    const fresh = this.#fresh;
    if (fresh.length > 0 && (this.#normal.length === 0 || fresh.isDue(this.#normal.shifted))) return fresh.shift();
    return this.#normal.shift();
  }

  /** How many processes were ever shifted, modulo 2^32. */
  get shifted(): number {
    return (this.shiftedBelow + this.#high.shifted + this.#max.shifted) | 0;
  }

  /** How many of them had normal or low priority. */
  get shiftedBelow(): number {
    return (this.#normal.shifted + this.#fresh.processes.shifted + this.#low.processes.shifted) | 0;
  }

  /** A value of {@link shifted} by which every process that is in the queue now has had its turn, whatever is pushed meanwhile (of those below others that never rest, none has). */
  get round(): number {
    return (this.shifted + (ROUNDS_PER_LOW + 1) * this.length) | 0;
  }

  /** How many processes of normal priority have not started. */
  get fresh(): number {
    return this.#fresh.length;
  }

  /** Takes up to `limit` processes for which `wanted` holds from those of normal priority that have not started, the newest first; the order of the others stays. */
  takeFresh(limit: number, wanted: (p: Process) => boolean): Process[] {
    return this.#take(this.#fresh.processes, this.#fresh.marks, limit, wanted);
  }

  /** The same of those of normal priority that have started, then of all of low, then of high. */
  takeOthers(limit: number, wanted: (p: Process) => boolean): Process[] {
    const taken = this.#take(this.#normal, undefined, limit, wanted);
    if (taken.length < limit) taken.push(...this.#take(this.#low.processes, this.#low.marks, limit - taken.length, wanted));
    if (taken.length < limit) taken.push(...this.#take(this.#high, undefined, limit - taken.length, wanted));
    return taken;
  }

  /** Takes out one process that has started, wherever it stands. Cold. */
  takeOut(p: Process): void {
    const [fifo, marks] =
      p.priority === LOW
        ? [this.#low.processes, this.#low.marks]
        : [p.priority === NORMAL ? this.#normal : p.priority === MAX ? this.#max : this.#high, undefined];
    this.#take(fifo, marks, fifo.length, (other) => other === p);
  }

  #take(fifo: Fifo<Process>, marks: Fifo<number> | undefined, limit: number, wanted: (p: Process) => boolean): Process[] {
    const taken: Process[] = [];
    const kept: { readonly p: Process; readonly mark: number }[] = [];
    while (fifo.length > 0 && taken.length < limit && kept.length < limit) {
      const p = fifo.pop();
      const mark = marks === undefined ? 0 : marks.pop();
      if (wanted(p)) taken.push(p);
      else kept.push({ p, mark });
    }
    for (const { p, mark } of kept.reverse()) {
      fifo.push(p);
      marks?.push(mark);
    }
    this.length -= taken.length;
    return taken;
  }

  #pushLow(p: Process): void {
    if (this.#low.length === 0) this.#leftInRound = this.#normal.length + this.#fresh.length;
    this.#low.push(p, (this.#round + ROUNDS_PER_LOW) | 0);
  }

  /** Whether it is the turn of low priority; if not, one of normal priority is about to have it. */
  #isLowNext(): boolean {
    const normal = this.#normal.length + this.#fresh.length;
    if (normal === 0) return true;
    if (this.#leftInRound <= 0) {
      this.#round = (this.#round + 1) | 0;
      this.#leftInRound = normal;
    }
    if (this.#low.isDue(this.#round)) return true;
    this.#leftInRound--;
    return false;
  }
}
