/** The programs with Effect: fibers in one thread, with queues for mailboxes. */
import { Deferred, Effect, Fiber, Queue } from "effect";
import { main, measured, measuredMemory, MODULUS } from "../measure.js";

/** @import { Pass } from "../measure.js" */

/**
 * A program whose pass is an effect.
 * @param {(...sizes: number[]) => Effect.Effect<Pass>} pass
 */
function program(pass) {
  return measured((...sizes) => Effect.runPromise(pass(...sizes)));
}

/** The sum of so many numbers from a queue. */
const sumOf = Effect.fnUntraced(function* (/** @type {Queue.Dequeue<number>} */ numbers, /** @type {number} */ count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += yield* Queue.take(numbers);
  return sum;
});

/** Answers every number with the next one. */
const pong = Effect.fnUntraced(function* (/** @type {Queue.Dequeue<[from: Queue.Enqueue<number>, n: number]>} */ inbox) {
  while (true) {
    const [from, n] = yield* Queue.take(inbox);
    yield* Queue.offer(from, n + 1);
  }
});

const ringMember = Effect.fnUntraced(
  function* (
    /** @type {number} */ id,
    /** @type {Queue.Dequeue<number>} */ inbox,
    /** @type {Queue.Enqueue<number>} */ next,
    /** @type {Deferred.Deferred<number>} */ last,
  ) {
    while (true) {
      const hops = yield* Queue.take(inbox);
      if (hops > 0) yield* Queue.offer(next, hops - 1);
      else yield* Deferred.succeed(last, id);
    }
  },
);

/** @typedef {["add", number] | ["get", Deferred.Deferred<readonly [count: number, total: number]>]} Count */

/** Adds up what it is sent, and answers how many numbers that were. */
const counter = Effect.fnUntraced(function* (/** @type {Queue.Dequeue<Count>} */ inbox) {
  let count = 0;
  let total = 0;
  while (true) {
    const message = yield* Queue.take(inbox);
    if (message[0] === "get") return yield* Deferred.succeed(message[1], /** @type {const} */ ([count, total]));
    count += 1;
    total += message[1];
  }
});

/** @typedef {{ n: number, reply: Deferred.Deferred<number> }} Addition */

/** A server: it owns a total, adds what it is asked to, and answers with the new total. */
const adder = Effect.fnUntraced(function* (/** @type {Queue.Dequeue<Addition>} */ inbox) {
  let total = 0;
  while (true) {
    const { n, reply } = yield* Queue.take(inbox);
    total += n;
    yield* Deferred.succeed(reply, total);
  }
});

/** Calls the server. */
const add = Effect.fnUntraced(function* (/** @type {Queue.Enqueue<Addition>} */ server, /** @type {number} */ n) {
  /** @type {Deferred.Deferred<number>} */
  const reply = yield* Deferred.make();
  yield* Queue.offer(server, { n, reply });
  return yield* Deferred.await(reply);
});

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

await main({
  "ping-pong": program(
    Effect.fnUntraced(function* (roundTrips = 0) {
      /** @type {Queue.Queue<[Queue.Enqueue<number>, number]>} */
      const inbox = yield* Queue.unbounded();
      /** @type {Queue.Queue<number>} */
      const self = yield* Queue.unbounded();
      const other = yield* Effect.forkChild(pong(inbox));
      let n = 0;
      for (let i = 0; i < roundTrips; i++) {
        yield* Queue.offer(inbox, [self, n]);
        n = yield* Queue.take(self);
      }
      yield* Fiber.interrupt(other);
      return { ops: roundTrips, checksum: n };
    }),
  ),

  ring: program(
    Effect.fnUntraced(function* (size = 0, hops = 0) {
      /** @type {Queue.Queue<number>[]} */
      const inboxes = [];
      for (let id = 0; id < size; id++) inboxes.push(yield* Queue.unbounded());
      /** @type {Deferred.Deferred<number>} */
      const last = yield* Deferred.make();
      const members = [];
      for (const [id, inbox] of inboxes.entries()) {
        const next = /** @type {Queue.Queue<number>} */ (inboxes[(id + 1) % size]);
        members.push(yield* Effect.forkChild(ringMember(id, inbox, next, last)));
      }
      yield* Queue.offer(/** @type {Queue.Queue<number>} */ (inboxes[0]), hops);
      const checksum = yield* Deferred.await(last);
      yield* Fiber.interruptAll(members);
      return { ops: hops, checksum };
    }),
  ),

  counting: program(
    Effect.fnUntraced(function* (messages = 0) {
      /** @type {Queue.Queue<Count>} */
      const inbox = yield* Queue.unbounded();
      yield* Effect.forkChild(counter(inbox));
      for (let n = 1; n <= messages; n++) yield* Queue.offer(inbox, ["add", n]);
      /** @type {Deferred.Deferred<readonly [count: number, total: number]>} */
      const answer = yield* Deferred.make();
      yield* Queue.offer(inbox, ["get", answer]);
      const [ops, total] = yield* Deferred.await(answer);
      return { ops, checksum: total % MODULUS };
    }),
  ),

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

  "idle-process-bytes": measuredMemory({
    start: (count, window) =>
      Effect.runPromise(
        Effect.gen(function* () {
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
        }),
      ),
    dismiss: (inboxes) =>
      Effect.runPromise(
        Effect.gen(function* () {
          /** @type {Queue.Queue<number>} */
          const self = yield* Queue.unbounded();
          for (const inbox of inboxes) yield* Queue.offer(inbox, self);
          return yield* sumOf(self, inboxes.length);
        }),
      ),
  }),

  "server-call-small": program(
    Effect.fnUntraced(function* (calls = 0) {
      /** @type {Queue.Queue<Addition>} */
      const inbox = yield* Queue.unbounded();
      const server = yield* Effect.forkChild(adder(inbox));
      let last = 0;
      for (let i = 0; i < calls; i++) last = yield* add(inbox, 1);
      yield* Fiber.interrupt(server);
      return { ops: calls, checksum: last };
    }),
  ),
});
