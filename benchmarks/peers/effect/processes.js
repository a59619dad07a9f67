import { Effect, Fiber, Queue } from "effect";
import { measuredMemory, MODULUS } from "../measure.js";
import { program, sumOf } from "./program.js";

const idle = Effect.fnUntraced(
  function* (
    /** @type {Queue.Enqueue<number>} */ parent,
    /** @type {number} */ id,
    /** @type {Queue.Dequeue<Queue.Enqueue<number>>} */ inbox,
  ) {
    yield* Queue.offer(parent, id);
    const from = yield* Queue.take(inbox);
    yield* Queue.offer(from, id);
  },
);

/** Starts fibers in windows; is done when all wait for a message. */
const startIdle = Effect.fnUntraced(function* (/** @type {number} */ count, /** @type {number} */ window) {
  /** @type {Queue.Queue<number>} */
  const self = yield* Queue.unbounded();
  /** @type {Queue.Queue<Queue.Enqueue<number>>[]} */
  const inboxes = [];
  while (inboxes.length < count) {
    const started = Math.min(window, count - inboxes.length);
    for (let i = 0; i < started; i++) {
      /** @type {Queue.Queue<Queue.Enqueue<number>>} */
      const inbox = yield* Queue.unbounded();
      inboxes.push(inbox);
      yield* Effect.forkDetach(idle(self, inboxes.length, inbox));
    }
    yield* sumOf(self, started);
  }
  return inboxes;
});

/** Every fiber answers with its number, and ends. */
const dismiss = Effect.fnUntraced(function* (/** @type {Queue.Queue<Queue.Enqueue<number>>[]} */ inboxes) {
  /** @type {Queue.Queue<number>} */
  const self = yield* Queue.unbounded();
  for (const inbox of inboxes) yield* Queue.offer(inbox, self);
  return yield* sumOf(self, inboxes.length);
});

/** Says that it watches, and tells its parent when the other was interrupted. */
const watch = Effect.fnUntraced(
  function* (/** @type {Queue.Enqueue<number>} */ parent, /** @type {Fiber.Fiber<never>} */ other, /** @type {number} */ id) {
    yield* Queue.offer(parent, 0);
    yield* Fiber.await(other);
    yield* Queue.offer(parent, id);
  },
);

/** Starting and ending fibers, and timers. */
export const PROCESSES = {
  "spawn-parallel": program(
    Effect.fnUntraced(function* (count = 0, batch = 1) {
      /** @type {Queue.Queue<number>} */
      const self = yield* Queue.unbounded();
      let ops = 0;
      let checksum = 0;
      while (ops < count) {
        for (let n = 1; n <= batch; n++) yield* Effect.forkChild(Queue.offer(self, n));
        checksum = (checksum + (yield* sumOf(self, batch))) % MODULUS;
        ops += batch;
      }
      return { ops, checksum };
    }),
  ),

  "spawn-sequential": program(
    Effect.fnUntraced(function* (processes = 0) {
      /** @type {Queue.Queue<number>} */
      const self = yield* Queue.unbounded();
      let sum = 0;
      for (let n = 1; n <= processes; n++) {
        yield* Effect.forkChild(Queue.offer(self, n));
        sum += yield* Queue.take(self);
      }
      return { ops: processes, checksum: sum % MODULUS };
    }),
  ),

  "idle-process-bytes": measuredMemory({
    start: (count, window) => Effect.runPromise(startIdle(count, window)),
    dismiss: (inboxes) => Effect.runPromise(dismiss(inboxes)),
  }),

  "million-processes": program(
    Effect.fnUntraced(function* (processes = 0, window = 1) {
      const sum = yield* dismiss(yield* startIdle(processes, window));
      return { ops: processes, checksum: sum % MODULUS };
    }),
  ),

  "monitor-storm": program(
    Effect.fnUntraced(function* (processes = 0) {
      /** @type {Queue.Queue<number>} */
      const self = yield* Queue.unbounded();
      const watched = yield* Effect.forkChild(Effect.never);
      for (let id = 1; id <= processes; id++) yield* Effect.forkChild(watch(self, watched, id));
      yield* sumOf(self, processes);
      yield* Fiber.interrupt(watched);
      return { ops: processes, checksum: (yield* sumOf(self, processes)) % MODULUS };
    }),
  ),

  "timer-set-cancel": program(
    Effect.fnUntraced(function* (timers = 0) {
      let fired = 0;
      const set = [];
      for (let i = 0; i < timers; i++) {
        const fire = Effect.sync(() => (fired += 1));
        set.push(yield* Effect.forkChild(Effect.delay(fire, 60_000 + (i % 1_000)), { startImmediately: true }));
      }
      yield* Fiber.interruptAll(set);
      return { ops: timers, checksum: timers - fired };
    }),
  ),

  "timer-fire": program(
    Effect.fnUntraced(function* (timers = 0, withinMs = 1) {
      /** @type {Queue.Queue<number>} */
      const self = yield* Queue.unbounded();
      for (let i = 1; i <= timers; i++) yield* Effect.forkChild(Effect.delay(Queue.offer(self, i), 1 + (i % withinMs)));
      return { ops: timers, checksum: (yield* sumOf(self, timers)) % MODULUS };
    }),
  ),
};
