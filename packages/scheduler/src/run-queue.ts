/**
 * HOT PATH (benchmarks: ping-pong, ring). The run queue: one circular buffer a priority, with the BEAM's rules: all of "max" first, then all of "high", then
 * "normal" and "low", where low gets one turn for every eight of normal.
 */
import type { Process } from "./process/process.ts";

const LOW = 0;
const NORMAL = 1;
const HIGH = 2;
const MAX = 3;
/** Turns of normal for one of low: `RESCHEDULE_LOW` in the BEAM's erl_process.c. */
const NORMAL_PER_LOW = 8;
/** Turns of processes that have started for one of those that have not: what has not started can still be given away. A guess. */
const STARTED_PER_FRESH = 4;

/** A first-in-first-out queue of processes that grows and never shrinks below what it once needed at rest. */
class Fifo {
  length = 0;
  #head = 0;
  #mask: number;
  #items: (Process | undefined)[];

  constructor(capacity: number) {
    this.#mask = capacity - 1;
    this.#items = new Array<Process | undefined>(capacity).fill(undefined);
  }

  push(p: Process): void {
    if (this.length > this.#mask) this.#grow();
    this.#items[(this.#head + this.length) & this.#mask] = p;
    this.length++;
  }

  shift(): Process {
    const p = this.#items[this.#head]!;
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) & this.#mask;
    this.length--;
    return p;
  }

  pop(): Process {
    this.length--;
    const at = (this.#head + this.length) & this.#mask;
    const p = this.#items[at]!;
    this.#items[at] = undefined;
    return p;
  }

  #grow(): void {
    const capacity = (this.#mask + 1) * 2;
    const items = new Array<Process | undefined>(capacity).fill(undefined);
    for (let i = 0; i < this.length; i++) items[i] = this.#items[(this.#head + i) & this.#mask];
    this.#items = items;
    this.#head = 0;
    this.#mask = capacity - 1;
  }
}

export class RunQueue {
  length = 0;
  readonly #normal = new Fifo(1024);
  /** Processes of normal priority that have not started. */
  readonly #fresh = new Fifo(1024);
  readonly #low = new Fifo(16);
  readonly #high = new Fifo(16);
  readonly #max = new Fifo(16);
  #normalInARow = 0;
  #startedInARow = 0;

  push(p: Process): void {
    this.length++;
    if (p.priority === NORMAL) {
      if (p.started) this.#normal.push(p);
      else this.#fresh.push(p);
    } else this.#of(p.priority).push(p);
  }

  /** The process that runs next; the queue must not be empty. */
  shift(): Process {
    this.length--;
    if (this.#normal.length + this.#fresh.length === this.length + 1) return this.#shiftNormal();
    return this.#shiftByPriority();
  }

  /** How many processes of normal priority have not started. */
  get fresh(): number {
    return this.#fresh.length;
  }

  /** Takes up to `limit` processes for which `wanted` holds from those that have not started, the newest first; the order of the others stays. */
  takeFresh(limit: number, wanted: (p: Process) => boolean): Process[] {
    return this.#take(this.#fresh, limit, wanted);
  }

  /** The same of those that have started: of normal priority, then of low, then of high. */
  takeStarted(limit: number, wanted: (p: Process) => boolean): Process[] {
    const taken = this.#take(this.#normal, limit, wanted);
    for (const fifo of [this.#low, this.#high])
      if (taken.length < limit) taken.push(...this.#take(fifo, limit - taken.length, wanted));
    return taken;
  }

  #take(fifo: Fifo, limit: number, wanted: (p: Process) => boolean): Process[] {
    const taken: Process[] = [];
    const kept: Process[] = [];
    while (fifo.length > 0 && taken.length < limit && kept.length < limit) {
      const p = fifo.pop();
      if (wanted(p)) taken.push(p);
      else kept.push(p);
    }
    while (kept.length > 0) fifo.push(kept.pop()!);
    this.length -= taken.length;
    return taken;
  }

  #shiftNormal(): Process {
    if (this.#fresh.length === 0) return this.#normal.shift();
    if (this.#normal.length > 0 && this.#startedInARow < STARTED_PER_FRESH) {
      this.#startedInARow++;
      return this.#normal.shift();
    }
    this.#startedInARow = 0;
    return this.#fresh.shift();
  }

  #shiftByPriority(): Process {
    if (this.#max.length > 0) return this.#max.shift();
    if (this.#high.length > 0) return this.#high.shift();
    if (this.#low.length > 0 && (this.#normal.length + this.#fresh.length === 0 || this.#normalInARow >= NORMAL_PER_LOW)) {
      this.#normalInARow = 0;
      return this.#low.shift();
    }
    this.#normalInARow++;
    return this.#shiftNormal();
  }

  #of(priority: number): Fifo {
    if (priority === MAX) return this.#max;
    if (priority === HIGH) return this.#high;
    return priority === LOW ? this.#low : this.#normal;
  }
}
