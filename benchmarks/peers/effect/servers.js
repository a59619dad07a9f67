import { Deferred, Effect, Fiber, Queue } from "effect";
import { items, quantityOf } from "../items.js";
import { MODULUS } from "../measure.js";
import { program, sumOf } from "./program.js";

/** @import { Items } from "../items.js" */

/** @typedef {{ request: number | Items, reply: Deferred.Deferred<number> }} Call */

/** A server: it owns a total, adds what it is asked to, and answers with the new total. */
const adder = Effect.fnUntraced(function* (/** @type {Queue.Dequeue<Call>} */ inbox) {
  let total = 0;
  while (true) {
    const { request, reply } = yield* Queue.take(inbox);
    total += typeof request === "number" ? request : quantityOf(request);
    yield* Deferred.succeed(reply, total);
  }
});

/** Calls the server. */
const add = Effect.fnUntraced(function* (/** @type {Queue.Enqueue<Call>} */ server, /** @type {number | Items} */ request) {
  /** @type {Deferred.Deferred<number>} */
  const reply = yield* Deferred.make();
  yield* Queue.offer(server, { request, reply });
  return yield* Deferred.await(reply);
});

/** Starts a server. */
const startAdder = Effect.fnUntraced(function* () {
  /** @type {Queue.Queue<Call>} */
  const inbox = yield* Queue.unbounded();
  return { inbox, fiber: yield* Effect.forkDetach(adder(inbox)) };
});

/** Calls of servers. */
export const SERVERS = {
  "server-call-small": program(
    Effect.fnUntraced(function* (calls = 0) {
      const server = yield* startAdder();
      let last = 0;
      for (let i = 0; i < calls; i++) last = yield* add(server.inbox, 1);
      yield* Fiber.interrupt(server.fiber);
      return { ops: calls, checksum: last };
    }),
  ),

  "server-call-10kb": program(
    Effect.fnUntraced(function* (calls = 0) {
      const server = yield* startAdder();
      const all = items();
      let last = 0;
      for (let i = 0; i < calls; i++) last = yield* add(server.inbox, all);
      yield* Fiber.interrupt(server.fiber);
      return { ops: calls, checksum: last % MODULUS };
    }),
  ),

  "server-call-concurrent": program(
    Effect.fnUntraced(function* (clients = 0, calls = 0) {
      const server = yield* startAdder();
      /** @type {Queue.Queue<number>} */
      const self = yield* Queue.unbounded();
      const client = Effect.fnUntraced(function* () {
        for (let i = 0; i < calls; i++) yield* add(server.inbox, 1);
        yield* Queue.offer(self, calls);
      });
      for (let i = 0; i < clients; i++) yield* Effect.forkChild(client());
      const ops = yield* sumOf(self, clients);
      const checksum = yield* add(server.inbox, 0);
      yield* Fiber.interrupt(server.fiber);
      return { ops, checksum };
    }),
  ),
};
