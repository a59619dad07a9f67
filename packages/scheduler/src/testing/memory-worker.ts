/** What the worker threads of memory/threads.test.ts do: one role each, told by `workerData`. */
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { Inbox, Outbox } from "../memory/channel.ts";
import { StealableDeque, Thief } from "../memory/deque.ts";
import { Directory } from "../memory/directory.ts";
import { Doorbell } from "../memory/doorbell.ts";
import type { SharedMemory } from "../memory/layout.ts";
import { NameTable } from "../memory/names.ts";

export interface MemoryTask {
  readonly memory: SharedMemory;
  readonly role: "echo" | "churn slots" | "contend" | "own" | "thieve";
  readonly thread: number;
  readonly count: number;
  readonly port?: MessagePort;
}

const { memory, role, thread, count, port } = workerData as MemoryTask;
const main = memory.threads - 1;
/** As in threads.test.ts: how long, in ms, a thread gives way that waits for another. */
const NAP_MS = 0.05;
const never = new Int32Array(new SharedArrayBuffer(4));

function giveWay(): void {
  Atomics.wait(never, 0, 0, NAP_MS);
}

/** Sends back what it receives, sleeping on its doorbell in between. */
async function echo(): Promise<unknown> {
  const doorbell = new Doorbell(memory, thread);
  const inbox = new Inbox(memory, main, thread, port);
  const outbox = new Outbox(memory, thread, main, port);
  const alive = setInterval(() => {}, 1e6);
  for (let left = count; left > 0 || outbox.pendingBytes > 0;) {
    inbox.poll(256);
    let worked = false;
    for (let reader = inbox.next(); reader !== undefined; reader = inbox.next()) {
      worked = true;
      left--;
      outbox.begin().term(reader.term());
      outbox.end();
    }
    if (outbox.pendingBytes > 0) {
      outbox.flush();
      doorbell.ring(main);
    }
    if (worked || (left === 0 && outbox.pendingBytes === 0)) continue;
    doorbell.announceSleep();
    const rung = inbox.hasWork() || outbox.pendingBytes > 0 ? undefined : doorbell.wait();
    if (rung === undefined) {
      if (!inbox.hasWork()) doorbell.block(NAP_MS);
      doorbell.cancelSleep();
      // A binary may still be on its way beside the stream, or the ring full: let the loop turn.
      await new Promise((resolve) => setImmediate(resolve));
    } else await rung;
  }
  clearInterval(alive);
  return "done";
}

/** Allocates and releases; reports the serials that it saw, so that the test can look for one given twice. */
function churnSlots(): unknown {
  const directory = new Directory(memory, thread);
  const seen: string[] = [];
  const live: [number, number][] = [];
  for (let i = 0; i < count; i++) {
    const slot = directory.allocate(thread);
    const serial = directory.serialOf(slot);
    seen.push(`${slot}.${serial}`);
    live.push([slot, serial]);
    if (live.length > 8) {
      const [oldSlot, oldSerial] = live.shift()!;
      if (!directory.isAlive(oldSlot, oldSerial)) return `${oldSlot}.${oldSerial} died by itself`;
      directory.release(oldSlot, oldSerial);
    }
  }
  for (const [slot, serial] of live) directory.release(slot, serial);
  return seen;
}

/** Registers and unregisters one name as a lock around a counter that is not atomic. */
function contend(): unknown {
  const names = new NameTable(memory, thread);
  const shared = new Int32Array(memory.rings);
  for (let i = 0; i < count;) {
    if (names.register("the one", thread, i + 1) === "taken") continue;
    const found = names.lookup("the one");
    if (found?.slot !== thread) return `found ${JSON.stringify(found)} under the name of ${thread}`;
    shared[0]!++;
    if (!names.unregister("the one", thread, i + 1)) return "the name was gone";
    i++;
  }
  return "done";
}

/** Publishes numbers and takes some back; reports those, then an empty payload tells the thieves to stop. */
function own(): unknown {
  const board = new StealableDeque(memory, thread);
  const open = new Map<number, number>();
  const withdrawn: number[] = [];
  const bytes = new Uint8Array(64);
  for (let item = 0; item < count || open.size > 0;) {
    if (item < count) {
      new DataView(bytes.buffer).setUint32(0, item);
      const length = 4 + (item % 60);
      bytes.fill(item % 251, 4);
      const entry = board.publish(bytes, length);
      if (entry >= 0) open.set(entry, item++);
    }
    if (item === count || open.size === memory.boardEntries) giveWay();
    for (const [entry, published] of open) {
      if (published % 7 === 0 && board.withdraw(entry)) withdrawn.push(published);
      else if (board.takenBy(entry) === -1) continue;
      open.delete(entry);
    }
    board.reclaim();
  }
  for (let thief = 1; thief < memory.schedulers; thief++) while (board.publish(new Uint8Array(0), 0) < 0) board.reclaim(() => {});
  return withdrawn;
}

function thieve(): unknown {
  const thief = new Thief(memory, 0);
  const stolen: number[] = [];
  for (;;) {
    const got = thief.steal(thread);
    if (got === "empty") giveWay();
    if (typeof got === "string") continue;
    if (got.length === 0) return stolen;
    const item = new DataView(got.buffer).getUint32(0);
    if (got.length !== 4 + (item % 60) || got.subarray(4).some((byte) => byte !== item % 251)) return `item ${item} is torn`;
    stolen.push(item);
  }
}

const roles: Readonly<Record<MemoryTask["role"], () => unknown>> = { echo, "churn slots": churnSlots, contend, own, thieve };
void Promise.resolve(roles[role]()).then((result) => parentPort!.postMessage(result));
