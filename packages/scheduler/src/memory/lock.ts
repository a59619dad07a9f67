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

/** Takes the lock; blocks the thread if it must. */
export function acquire(words: Int32Array, lock: number, thread: number): void {
  const me = thread + 1;
  for (let i = 0; i < SPINS; i++) {
    if (Atomics.compareExchange(words, lock, 0, me) === 0) return;
  }
  acquireSleeping(words, lock, me);
}

function acquireSleeping(words: Int32Array, lock: number, me: number): void {
  for (;;) {
    const held = Atomics.load(words, lock);
    if (held === 0) {
      // Others may sleep: keep saying so, or the one after us would not be woken.
      if (Atomics.compareExchange(words, lock, 0, me | WAITERS) === 0) return;
    } else if ((held & WAITERS) !== 0 || Atomics.compareExchange(words, lock, held, held | WAITERS) === held) {
      Atomics.wait(words, lock, held | WAITERS, NAP_MS);
    }
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
