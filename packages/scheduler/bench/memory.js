#!/usr/bin/env node
/** Times the shared memory: its resident size, rings between two threads, wake-ups, names and the directory. Build first: npm run build. */
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { Inbox, Outbox } from "../dist/memory/channel.js";
import { Directory } from "../dist/memory/directory.js";
import { Doorbell } from "../dist/memory/doorbell.js";
import { createSharedMemory } from "../dist/memory/layout.js";
import { NameTable } from "../dist/memory/names.js";

const FLOOD = 2_000_000;
const ROUNDS = 50_000;

async function loop(memory, thread, other, step, isBusy = () => false) {
  const doorbell = new Doorbell(memory, thread);
  const outbox = new Outbox(memory, thread, other);
  const inbox = new Inbox(memory, other, thread);
  const alive = setInterval(() => {}, 1e6);
  for (let going = true; going;) {
    going = step(outbox, inbox);
    if (outbox.pendingBytes > 0) {
      outbox.flush();
      doorbell.ring(other);
    }
    if (!going || isBusy() || inbox.hasWork()) continue;
    doorbell.announceSleep();
    const rung = inbox.hasWork() || outbox.pendingBytes > 0 ? undefined : doorbell.wait();
    if (rung === undefined) doorbell.cancelSleep();
    else await rung;
  }
  while (!outbox.flush());
  doorbell.ring(other);
  clearInterval(alive);
}

function send(outbox, message) {
  outbox.begin().term(message);
  outbox.end();
}

/** Calls `use` with every message that has come; returns how many. */
function receive(inbox, use) {
  inbox.poll();
  let count = 0;
  for (let reader = inbox.next(); reader !== undefined; reader = inbox.next()) {
    use(reader.term());
    count++;
  }
  return count;
}

if (isMainThread) {
  const before = process.memoryUsage().rss;
  const large = createSharedMemory({ schedulers: 16 });
  const reserved = ["control", "directory", "names", "rings", "boards"].reduce((sum, name) => sum + large[name].byteLength, 0);
  console.log(
    `16 schedulers: ${(reserved / 2 ** 20).toFixed(0)} MiB reserved, ${((process.memoryUsage().rss - before) / 2 ** 20).toFixed(1)} MiB resident`,
  );

  const memory = createSharedMemory({ schedulers: 1 });
  new Worker(new URL(import.meta.url), { workerData: memory });
  let start = performance.now();
  let sent = 0;
  let answered = false;
  await loop(
    memory,
    1,
    0,
    (outbox, inbox) => {
      while (sent < FLOOD && outbox.pendingBytes < 64 * 1024) send(outbox, [12, { tag: "inc", n: sent++, from: 5 }]);
      receive(inbox, () => (answered = true));
      return !answered;
    },
    () => sent < FLOOD,
  );
  console.log(`flood: ${Math.round(FLOOD / (performance.now() - start)) * 1_000} messages/s encoded, sent and decoded`);
  start = performance.now();
  let round = 0;
  let first = true;
  await loop(memory, 1, 0, (outbox, inbox) => {
    if (first) send(outbox, [12, { tag: "ping", n: 0, from: 5 }]);
    first = false;
    receive(inbox, () => ++round < ROUNDS && send(outbox, [12, { tag: "ping", n: round, from: 5 }]));
    return round < ROUNDS;
  });
  console.log(`round trip through two sleeping threads: ${(((performance.now() - start) * 1_000) / ROUNDS).toFixed(1)} µs`);

  const names = new NameTable(memory, 1);
  for (let i = 0; i < 10_000; i++) names.register(`name ${i}`, i, 1);
  start = performance.now();
  for (let i = 0; i < 1e6; i++) names.lookup("name 5000");
  console.log(`look-up of a name: ${(performance.now() - start).toFixed(0)} ns`);
  const directory = new Directory(memory, 1);
  start = performance.now();
  for (let i = 0; i < 1e6; i++) {
    const slot = directory.allocate(1);
    directory.release(slot, directory.serialOf(slot));
  }
  console.log(`allocate and release of a slot: ${(performance.now() - start).toFixed(0)} ns`);
  const slot = directory.allocate(1);
  const serial = directory.serialOf(slot);
  let alive = 0;
  start = performance.now();
  for (let i = 0; i < 1e7; i++) if (directory.isAlive(slot, serial) && directory.ownerOf(slot) === 1) alive++;
  console.log(`isAlive and ownerOf: ${((performance.now() - start) / 10).toFixed(1)} ns (${alive === 1e7})`);
} else {
  let count = 0;
  await loop(workerData, 0, 1, (outbox, inbox) => {
    receive(inbox, (message) => {
      if (++count === FLOOD) send(outbox, "all");
      else if (count > FLOOD) send(outbox, message);
    });
    return count < FLOOD + ROUNDS;
  });
}
