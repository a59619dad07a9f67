import { Deferred, Effect, Queue } from "effect";
import { next, work } from "../computing.js";
import { MODULUS } from "../measure.js";
import { program, sumOf } from "./program.js";

/** @typedef {{ from: Queue.Enqueue<number>, data: string }} Mail */

/** As many receivers, which answer, as senders: these send the data to every receiver, again when all have answered. */
const group = Effect.fnUntraced(
  function* (/** @type {Queue.Enqueue<number>} */ parent, /** @type {number} */ members, /** @type {number} */ loops) {
    const data = "x".repeat(100);
    /** @type {Queue.Queue<number>} */
    const self = yield* Queue.unbounded();
    /** @type {Queue.Queue<Mail>[]} */
    const receivers = [];
    const receiver = Effect.fnUntraced(function* (/** @type {Queue.Queue<Mail>} */ inbox) {
      for (let i = 0; i < members * loops; i++) {
        const mail = yield* Queue.take(inbox);
        yield* Queue.offer(mail.from, mail.data.length);
      }
    });
    const sender = Effect.fnUntraced(function* () {
      /** @type {Queue.Queue<number>} */
      const from = yield* Queue.unbounded();
      let sum = 0;
      for (let i = 0; i < loops; i++) {
        for (const to of receivers) yield* Queue.offer(to, { from, data });
        sum += yield* sumOf(from, members);
      }
      yield* Queue.offer(self, sum);
    });
    for (let i = 0; i < members; i++) {
      /** @type {Queue.Queue<Mail>} */
      const inbox = yield* Queue.unbounded();
      receivers.push(inbox);
      yield* Effect.forkChild(receiver(inbox));
    }
    for (let i = 0; i < members; i++) yield* Effect.forkChild(sender());
    yield* Queue.offer(parent, yield* sumOf(self, members));
  },
);

/** @typedef {{ place: number, eat?: Queue.Enqueue<"eat"> }} Diner who is hungry and waits to hear when to eat, or who is done */

/** Lets a philosopher eat when neither neighbour does. */
const waiter = Effect.fnUntraced(function* (/** @type {number} */ places, /** @type {Queue.Dequeue<Diner>} */ table) {
  const eating = Array.from({ length: places }, () => false);
  /** @type {(Queue.Enqueue<"eat"> | undefined)[]} */
  const hungry = Array.from({ length: places }, () => undefined);
  const serve = Effect.fnUntraced(function* (/** @type {number} */ place) {
    const philosopher = hungry[place];
    if (philosopher === undefined || eating[(place + 1) % places] || eating[(place + places - 1) % places]) return;
    hungry[place] = undefined;
    eating[place] = true;
    yield* Queue.offer(philosopher, "eat");
  });
  while (true) {
    const { place, eat } = yield* Queue.take(table);
    if (eat !== undefined) {
      hungry[place] = eat;
      yield* serve(place);
    } else {
      eating[place] = false;
      yield* serve((place + 1) % places);
      yield* serve((place + places - 1) % places);
    }
  }
});

/** @typedef {{ debit: number, to: Queue.Enqueue<Order>, done: Queue.Enqueue<"done"> }} Debit */
/** @typedef {Debit | { credit: number, done: Deferred.Deferred<void> } | { balance: Deferred.Deferred<number> }} Order what an account does */

/** Serves one transaction after the other; while it waits for the other account, further ones wait in its queue. */
const account = Effect.fnUntraced(function* (/** @type {Queue.Dequeue<Order>} */ inbox) {
  let balance = 1_000;
  while (true) {
    const order = yield* Queue.take(inbox);
    if ("debit" in order) {
      balance -= order.debit;
      /** @type {Deferred.Deferred<void>} */
      const credited = yield* Deferred.make();
      yield* Queue.offer(order.to, { credit: order.debit, done: credited });
      yield* Deferred.await(credited);
      yield* Queue.offer(order.done, "done");
    } else if ("credit" in order) {
      balance += order.credit;
      yield* Deferred.succeed(order.done, undefined);
    } else {
      yield* Deferred.succeed(order.balance, balance);
    }
  }
});

/** @typedef {{ key: number, put?: number, reply: Queue.Enqueue<number> }} Lookup */

/** Programs that other collections have. */
export const CLASSICS = {
  ehb: program(
    Effect.fnUntraced(function* (groups = 0, members = 0, loops = 0) {
      /** @type {Queue.Queue<number>} */
      const self = yield* Queue.unbounded();
      for (let i = 0; i < groups; i++) yield* Effect.forkChild(group(self, members, loops));
      return { ops: groups * members * members * loops, checksum: yield* sumOf(self, groups) };
    }),
  ),

  serialmsg: program(
    Effect.fnUntraced(function* (pairs = 0, messages = 0, bytes = 0) {
      /** @type {Queue.Queue<number>} */
      const self = yield* Queue.unbounded();
      /** @type {Queue.Queue<{ to: Queue.Enqueue<string>, data: string }>} */
      const via = yield* Queue.unbounded();
      const dispatcher = Effect.fnUntraced(function* () {
        while (true) {
          const { to, data } = yield* Queue.take(via);
          yield* Queue.offer(to, data);
        }
      });
      const generator = Effect.fnUntraced(function* (/** @type {Queue.Enqueue<string>} */ to) {
        const data = "x".repeat(bytes);
        for (let i = 0; i < messages; i++) yield* Queue.offer(via, { to, data });
      });
      const recipient = Effect.fnUntraced(function* (/** @type {Queue.Dequeue<string>} */ inbox) {
        let sum = 0;
        for (let i = 0; i < messages; i++) sum += (yield* Queue.take(inbox)).length;
        yield* Queue.offer(self, sum);
      });
      yield* Effect.forkChild(dispatcher());
      for (let i = 0; i < pairs; i++) {
        /** @type {Queue.Queue<string>} */
        const inbox = yield* Queue.unbounded();
        yield* Effect.forkChild(recipient(inbox));
        yield* Effect.forkChild(generator(inbox));
      }
      return { ops: pairs * messages, checksum: yield* sumOf(self, pairs) };
    }),
  ),

  "bounded-buffer": program(
    Effect.fnUntraced(function* (pairs = 0, items = 0, capacity = 1, steps = 0) {
      /** @type {Queue.Queue<number>} */
      const self = yield* Queue.unbounded();
      /** @type {Queue.Queue<number>} */
      const buffer = yield* Queue.bounded(capacity);
      const producer = Effect.fnUntraced(function* (/** @type {number} */ seed) {
        for (let i = 0; i < items; i++) yield* Queue.offer(buffer, work(steps, seed + i));
      });
      const consumer = Effect.fnUntraced(function* () {
        let sum = 0;
        for (let i = 0; i < items; i++) sum += work(steps, yield* Queue.take(buffer));
        yield* Queue.offer(self, sum);
      });
      for (let i = 0; i < pairs; i++) {
        yield* Effect.forkChild(producer(i * items));
        yield* Effect.forkChild(consumer());
      }
      return { ops: pairs * items, checksum: (yield* sumOf(self, pairs)) % MODULUS };
    }),
  ),

  "dining-philosophers": program(
    Effect.fnUntraced(function* (philosophers = 0, meals = 0) {
      /** @type {Queue.Queue<number>} */
      const self = yield* Queue.unbounded();
      /** @type {Queue.Queue<Diner>} */
      const table = yield* Queue.unbounded();
      const philosopher = Effect.fnUntraced(function* (/** @type {number} */ place) {
        /** @type {Queue.Queue<"eat">} */
        const eat = yield* Queue.unbounded();
        let eaten = 0;
        while (eaten < meals) {
          yield* Queue.offer(table, { place, eat });
          yield* Queue.take(eat);
          eaten += 1;
          yield* Queue.offer(table, { place });
        }
        yield* Queue.offer(self, eaten);
      });
      yield* Effect.forkChild(waiter(philosophers, table));
      for (let place = 0; place < philosophers; place++) yield* Effect.forkChild(philosopher(place));
      const eaten = yield* sumOf(self, philosophers);
      return { ops: eaten, checksum: eaten };
    }),
  ),

  "sleeping-barber": program(
    Effect.fnUntraced(function* (customers = 0, haircuts = 0, chairs = 1, steps = 0) {
      /** @type {Queue.Queue<number>} */
      const self = yield* Queue.unbounded();
      // The waiting room: so many chairs, and whom there is none for is not let in.
      /** @type {Queue.Queue<Deferred.Deferred<void>>} */
      const room = yield* Queue.dropping(chairs);
      let done = 0;
      const barber = Effect.fnUntraced(function* () {
        for (let cuts = 0; ; cuts++) {
          const customer = yield* Queue.take(room);
          done += work(steps, cuts);
          yield* Deferred.succeed(customer, undefined);
        }
      });
      const customer = Effect.fnUntraced(function* () {
        let cut = 0;
        let at = 0;
        while (cut < haircuts) {
          /** @type {Deferred.Deferred<void>} */
          const served = yield* Deferred.make();
          if (yield* Queue.offer(room, served)) {
            yield* Deferred.await(served);
            cut += 1;
          } else {
            at = work(steps, at);
            yield* Effect.yieldNow;
          }
        }
        // Never below 0: how often it walked is chance, and no compiler may leave the walking out.
        yield* Queue.offer(self, at < 0 ? at : cut);
      });
      yield* Effect.forkChild(barber());
      for (let i = 0; i < customers; i++) yield* Effect.forkChild(customer());
      const cut = yield* sumOf(self, customers);
      return { ops: cut, checksum: (cut + done) % MODULUS };
    }),
  ),

  "cigarette-smokers": program(
    Effect.fnUntraced(function* (smokers = 0, rounds = 0, steps = 0) {
      /** @type {Queue.Queue<number>} */
      const self = yield* Queue.unbounded();
      /** @type {Queue.Queue<number | "over">[]} */
      const all = [];
      const smoker = Effect.fnUntraced(function* (/** @type {number} */ id, /** @type {Queue.Dequeue<number | "over">} */ inbox) {
        let smoked = 0;
        while (true) {
          const toSmoke = yield* Queue.take(inbox);
          if (toSmoke === "over") break;
          yield* Queue.offer(self, id);
          smoked += work(toSmoke, id);
        }
        yield* Queue.offer(self, smoked);
      });
      for (let id = 0; id < smokers; id++) {
        /** @type {Queue.Queue<number | "over">} */
        const inbox = yield* Queue.unbounded();
        all.push(inbox);
        yield* Effect.forkChild(smoker(id, inbox));
      }
      let sum = 0;
      let seed = 42;
      for (let round = 0; round < rounds; round++) {
        seed = next(seed);
        yield* Queue.offer(/** @type {Queue.Queue<number | "over">} */ (all[seed % smokers]), steps);
        sum += yield* Queue.take(self);
      }
      for (const inbox of all) yield* Queue.offer(inbox, "over");
      return { ops: rounds, checksum: (sum + (yield* sumOf(self, smokers))) % MODULUS };
    }),
  ),

  "bank-transaction": program(
    Effect.fnUntraced(function* (accounts = 0, transactions = 0) {
      /** @type {Queue.Queue<"done">} */
      const done = yield* Queue.unbounded();
      /** @type {Queue.Queue<Order>[]} */
      const all = [];
      for (let id = 0; id < accounts; id++) {
        /** @type {Queue.Queue<Order>} */
        const inbox = yield* Queue.unbounded();
        all.push(inbox);
        yield* Effect.forkChild(account(inbox));
      }
      let seed = 42;
      for (let i = 0; i < transactions; i++) {
        // Money goes to accounts of higher numbers only, so that none waits for one that waits for it.
        const from = (seed = next(seed)) % (accounts - 1);
        const to = from + 1 + ((seed = next(seed)) % (accounts - 1 - from));
        const [giver, taker] = /** @type {[Queue.Queue<Order>, Queue.Queue<Order>]} */ ([all[from], all[to]]);
        yield* Queue.offer(giver, { debit: (seed = next(seed)) % 100, to: taker, done });
      }
      for (let i = 0; i < transactions; i++) yield* Queue.take(done);
      let sum = 0;
      for (const [id, inbox] of all.entries()) {
        /** @type {Deferred.Deferred<number>} */
        const balance = yield* Deferred.make();
        yield* Queue.offer(inbox, { balance });
        sum += (id + 1) * (yield* Deferred.await(balance));
      }
      return { ops: transactions, checksum: ((sum % MODULUS) + MODULUS) % MODULUS };
    }),
  ),

  "concurrent-dictionary": program(
    Effect.fnUntraced(function* (workers = 0, requests = 0, keys = 1) {
      /** @type {Queue.Queue<number>} */
      const self = yield* Queue.unbounded();
      /** @type {Queue.Queue<Lookup>} */
      const shared = yield* Queue.unbounded();
      const dictionary = Effect.fnUntraced(function* () {
        /** @type {Map<number, number>} */
        const entries = new Map();
        while (true) {
          const { key, put, reply } = yield* Queue.take(shared);
          if (put !== undefined) entries.set(key, put);
          yield* Queue.offer(reply, entries.get(key) ?? 0);
        }
      });
      const worker = Effect.fnUntraced(function* (/** @type {number} */ id) {
        /** @type {Queue.Queue<number>} */
        const reply = yield* Queue.unbounded();
        let sum = 0;
        let seed = id;
        for (let i = 0; i < requests; i++) {
          seed = next(seed);
          const key = id * keys + (seed % keys);
          yield* Queue.offer(shared, i % 10 === 0 ? { key, put: i, reply } : { key, reply });
          sum += yield* Queue.take(reply);
        }
        yield* Queue.offer(self, sum);
      });
      yield* Effect.forkChild(dictionary());
      for (let id = 0; id < workers; id++) yield* Effect.forkChild(worker(id));
      return { ops: workers * requests, checksum: (yield* sumOf(self, workers)) % MODULUS };
    }),
  ),
};
