/**
 * Who goes next. Small cases are explored exhaustively: every schedule with at most so many preemptions (a thread that could go on and must
 * not), depth first, each from the beginning (M. Musuvathi, S. Qadeer, "Iterative Context Bounding", 2007). Large ones at random, in three ways
 * that find different faults: a new choice at every step, long runs of one thread, and priorities that change at few points (S. Burckhardt
 * et al., "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs", 2010).
 */
import type { Chooser } from "./machine.ts";
import type { SimulatedThread } from "./threads.ts";

/** A generator of numbers from 0 up to 1 (mulberry32). */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const CHANGE_POINTS = 5;
const FAIRNESS = 200;

/** A schedule drawn from a seed. `length`: about how many steps it will have. */
export class RandomChooser implements Chooser {
  readonly draw: () => number;
  private readonly stay: number;
  private readonly priorities: number[] | undefined;
  private readonly changeAt: number[] = [];
  private picks = 0;
  private lowest = 0;

  constructor(seed: number, length: number) {
    this.draw = random(seed);
    const way = this.draw();
    this.stay = way < 0.3 ? 0 : 0.5 + this.draw() * 0.48;
    if (way < 0.7) return;
    this.priorities = Array.from({ length: 16 }, () => this.draw());
    const changes = this.choose(CHANGE_POINTS + 1);
    for (let i = 0; i < changes; i++) this.changeAt.push(this.choose(Math.max(1, length)));
  }

  pick(ready: readonly SimulatedThread[], count: number, current: number, isReady: boolean): number {
    if (this.priorities !== undefined) return this.first(this.priorities, ready, count);
    if (isReady && this.draw() < this.stay) {
      for (let i = 0; i < count; i++) if (ready[i]!.id === current) return i;
    }
    return this.choose(count);
  }

  private first(priorities: number[], ready: readonly SimulatedThread[], count: number): number {
    let best = 0;
    for (let i = 1; i < count; i++) if (priorities[ready[i]!.id]! > priorities[ready[best]!.id]!) best = i;
    // Threads that wait for another by looking again and again must not keep it from its turn for ever.
    if (this.changeAt.includes(++this.picks) || this.picks % FAIRNESS === 0) priorities[ready[best]!.id] = --this.lowest;
    return best;
  }

  choose(n: number): number {
    return Math.floor(this.draw() * n);
  }
}

/** All schedules with at most `preemptions` preemptions, one after another. */
export class ExhaustiveChooser implements Chooser {
  private readonly preemptions: number;
  private left = 0;
  /** The decisions of this run: what was chosen, of how many. */
  readonly choices: number[] = [];
  private readonly options: number[] = [];
  private at = 0;

  constructor(preemptions: number, choices: readonly number[] = []) {
    this.preemptions = preemptions;
    this.choices.push(...choices);
    this.restart();
  }

  private restart(): void {
    this.at = 0;
    this.left = this.preemptions;
  }

  /** Goes on to the next schedule; false if there is none. */
  next(): boolean {
    this.choices.length = this.options.length = this.at;
    while (this.choices.length > 0) {
      const last = this.choices.length - 1;
      if (++this.choices[last]! < this.options[last]!) {
        this.restart();
        return true;
      }
      this.choices.pop();
      this.options.pop();
    }
    return false;
  }

  pick(ready: readonly SimulatedThread[], count: number, current: number, isReady: boolean): number {
    if (!isReady) return this.choose(count);
    let own = 0;
    while (ready[own]!.id !== current) own++;
    if (this.left === 0) return own;
    const choice = this.choose(count);
    if (choice === 0) return own;
    this.left--;
    return choice <= own ? choice - 1 : choice;
  }

  choose(n: number): number {
    if (n === 1) return 0;
    const { at } = this;
    if (at === this.choices.length) this.choices.push(0);
    this.options[at] = n;
    this.at++;
    return this.choices[at]!;
  }

  draw(): number {
    throw new Error("a case that is explored exhaustively draws no numbers: use choose");
  }
}
