/**
 * A tiny lock on one shared word, for cold paths (registering a name, moving a batch of free slots).
 *
 * The word is 0 (free) or the holder's thread + 1, with `WAITERS` added when somebody may be asleep on it. A holder can lose its CPU, so
 * waiting spins a little and then sleeps. A thread that died holding the lock is known by the word: `takeOver`.
 * Source: the third mutex of U. Drepper, "Futexes Are Tricky" (2011), with the holder in the word.
 */
const WAITERS = 0x1_0000;
/** Tries before sleeping. A guess: about a microsecond, longer than most holders take. */
const SPINS = 200;
/** Longest sleep, in ms; only a bound on the damage should a thread die between its release and its notify. */
const NAP_MS = 20;

/** Takes the lock; blocks the thread if it must, for so many naps at most. Returns whether it has the lock. */
export function acquire(words: Int32Array, lock: number, thread: number, naps: number = Infinity): boolean {
  const me = thread + 1;
  for (let i = 0; i < SPINS; i++) {
    if (Atomics.compareExchange(words, lock, 0, me) === 0) return true;
  }
  return acquireSleeping(words, lock, me, naps);
}

function acquireSleeping(words: Int32Array, lock: number, me: number, naps: number): boolean {
  for (let slept = 0; ;) {
    const held = Atomics.load(words, lock);
    if (held === 0) {
      // Others may sleep: keep saying so, or the one after us would not be woken.
      if (Atomics.compareExchange(words, lock, 0, me | WAITERS) === 0) return true;
    } else if (slept >= naps) return false;
    else if ((held & WAITERS) !== 0 || Atomics.compareExchange(words, lock, held, held | WAITERS) === held) {
      Atomics.wait(words, lock, held | WAITERS, NAP_MS);
      slept++;
    }
  }
}

/** The main thread's patience with a lock, in naps: it hears that a holder was lost from its event loop, and must not wait there for what only it can bring about. */
const MAIN_NAPS = 10;

/** How long a thread waits for a lock. */
export class Patience {
  private readonly most: number;
  private naps: number;

  constructor(isMain: boolean) {
    this.most = isMain ? MAIN_NAPS : Infinity;
    this.naps = this.most;
  }

  /** As {@link acquire}. Who has waited in vain does not wait again before it has had the lock. */
  acquire(words: Int32Array, lock: number, thread: number): boolean {
    const acquired = acquire(words, lock, thread, this.naps);
    this.naps = acquired ? this.most : 0;
    return acquired;
  }
}

/** Gives the lock back. */
export function release(words: Int32Array, lock: number): void {
  const held = Atomics.exchange(words, lock, 0);
  if ((held & WAITERS) !== 0) Atomics.notify(words, lock, 1);
}

/**
 * Takes the lock from a thread that no longer runs, if that held it. Returns whether it did: the caller then puts in order what the lock guards,
 * and releases it.
 */
export function takeOver(words: Int32Array, lock: number, lost: number, thread: number): boolean {
  for (;;) {
    const held = Atomics.load(words, lock);
    if ((held & ~WAITERS) !== lost + 1) return false;
    if (Atomics.compareExchange(words, lock, held, (thread + 1) | WAITERS) === held) return true;
  }
}
