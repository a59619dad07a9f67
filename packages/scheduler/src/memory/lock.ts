/**
 * A tiny lock on one shared word, for cold paths (registering a name, moving a batch of free slots).
 *
 * The word is 0 (free) or the holder's thread + 1, with `WAITERS` added when somebody may be asleep on it. A holder can lose its CPU, so
 * waiting spins a little and then sleeps. A thread that died holding the lock is known by the word: `breakLock`.
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

/** Frees the lock if the thread, which no longer runs, held it. Returns whether it did. */
export function breakLock(words: Int32Array, lock: number, deadThread: number): boolean {
  const held = Atomics.load(words, lock);
  if ((held & ~WAITERS) !== deadThread + 1) return false;
  release(words, lock);
  return true;
}
