import { Deferred, Effect, Fiber, Queue } from "effect";
import { MODULUS } from "../measure.js";
import { program, sumOf } from "./program.js";

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

const sender = Effect.fnUntraced(function* (/** @type {Queue.Enqueue<number>} */ to, /** @type {number} */ messages) {
  for (let n = 1; n <= messages; n++) yield* Queue.offer(to, n);
});

/** Adds up so many numbers, and tells the sum. */
const adder = Effect.fnUntraced(
  function* (
    /** @type {Queue.Dequeue<number>} */ inbox,
    /** @type {number} */ messages,
    /** @type {Queue.Enqueue<number>} */ parent,
  ) {
    yield* Queue.offer(parent, yield* sumOf(inbox, messages));
  },
);

/** @typedef {{ from: Queue.Enqueue<Message> } | { answer: number }} Message a question, or its answer */

/** Asks all the others, answers all of them, and tells its parent what the answers add up to. */
const member = Effect.fnUntraced(
  function* (
    /** @type {number} */ index,
    /** @type {Queue.Queue<Message>[]} */ all,
    /** @type {Queue.Enqueue<number>} */ parent,
  ) {
    const self = /** @type {Queue.Queue<Message>} */ (all[index]);
    for (const other of all) if (other !== self) yield* Queue.offer(other, { from: self });
    let missing = all.length - 1;
    let sum = 0;
    while (true) {
      const message = yield* Queue.take(self);
      if ("from" in message) {
        yield* Queue.offer(message.from, { answer: index + 1 });
      } else {
        sum += message.answer;
        missing -= 1;
        if (missing === 0) yield* Queue.offer(parent, sum);
      }
    }
  },
);

/** @typedef {{ from: Queue.Enqueue<number | "stop">, colour: number }} Wish who wants to meet, and its colour: 0, 1 or 2 */

/** Lets two creatures meet, so often; then sends all of them home. */
const broker = Effect.fnUntraced(
  function* (/** @type {Queue.Dequeue<Wish>} */ place, /** @type {number} */ creatures, /** @type {number} */ meetings) {
    for (let i = 0; i < meetings; i++) {
      const one = yield* Queue.take(place);
      const other = yield* Queue.take(place);
      yield* Queue.offer(one.from, other.colour);
      yield* Queue.offer(other.from, one.colour);
    }
    for (let i = 0; i < creatures; i++) yield* Queue.offer((yield* Queue.take(place)).from, "stop");
  },
);

/** After a meeting of two colours both creatures have the third. Tells its parent how often it met another. */
const creature = Effect.fnUntraced(
  function* (/** @type {Queue.Enqueue<Wish>} */ place, /** @type {number} */ first, /** @type {Queue.Enqueue<number>} */ parent) {
    /** @type {Queue.Queue<number | "stop">} */
    const self = yield* Queue.unbounded();
    let colour = first;
    for (let met = 0; ; met++) {
      yield* Queue.offer(place, { from: self, colour });
      const other = yield* Queue.take(self);
      if (other === "stop") return yield* Queue.offer(parent, met);
      if (other !== colour) colour = 3 - colour - other;
    }
  },
);

/** Messages between fibers. */
export const MESSAGES = {
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

  "fan-in": program(
    Effect.fnUntraced(function* (senders = 0, messages = 0) {
      /** @type {Queue.Queue<number>} */
      const self = yield* Queue.unbounded();
      /** @type {Queue.Queue<number>} */
      const inbox = yield* Queue.unbounded();
      yield* Effect.forkChild(adder(inbox, senders * messages, self));
      for (let i = 0; i < senders; i++) yield* Effect.forkChild(sender(inbox, messages));
      return { ops: senders * messages, checksum: (yield* Queue.take(self)) % MODULUS };
    }),
  ),

  "fan-out": program(
    Effect.fnUntraced(function* (receivers = 0, messages = 0) {
      /** @type {Queue.Queue<number>} */
      const self = yield* Queue.unbounded();
      /** @type {Queue.Queue<number>[]} */
      const all = [];
      for (let i = 0; i < receivers; i++) {
        all.push(yield* Queue.unbounded());
        yield* Effect.forkChild(adder(/** @type {Queue.Queue<number>} */ (all[i]), messages, self));
      }
      for (let n = 1; n <= messages; n++) for (const to of all) yield* Queue.offer(to, n);
      return { ops: receivers * messages, checksum: (yield* sumOf(self, receivers)) % MODULUS };
    }),
  ),

  big: program(
    Effect.fnUntraced(function* (processes = 0) {
      /** @type {Queue.Queue<number>} */
      const self = yield* Queue.unbounded();
      /** @type {Queue.Queue<Message>[]} */
      const all = [];
      for (let i = 0; i < processes; i++) all.push(yield* Queue.unbounded());
      for (const index of all.keys()) yield* Effect.forkChild(member(index, all, self));
      return { ops: processes * (processes - 1), checksum: (yield* sumOf(self, processes)) % MODULUS };
    }),
  ),

  chameneos: program(
    Effect.fnUntraced(function* (creatures = 0, meetings = 0) {
      /** @type {Queue.Queue<number>} */
      const self = yield* Queue.unbounded();
      /** @type {Queue.Queue<Wish>} */
      const place = yield* Queue.unbounded();
      yield* Effect.forkChild(broker(place, creatures, meetings));
      for (let i = 0; i < creatures; i++) yield* Effect.forkChild(creature(place, i % 3, self));
      return { ops: meetings, checksum: yield* sumOf(self, creatures) };
    }),
  ),
};
