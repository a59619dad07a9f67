/** What threads leave behind that are lost in the middle of something. */
import { describe, expect, test } from "vitest";
import { AgnerError } from "../errors.ts";
import { explore, type Steps } from "../testing/explorer.ts";
import { simulate } from "../testing/simulate.ts";
import { Inbox, Outbox } from "./channel.ts";
import { clearBoard, StealableDeque, Thief } from "./deque.ts";
import { Directory } from "./directory.ts";
import { controlWords, createSharedMemory } from "./layout.ts";
import { beginLoss, endLoss, endProcesses, isLost } from "./lost.ts";
import { NameTable } from "./names.ts";
import { resetRing } from "./ring.ts";

const LOST = 0;
const OTHER = 1;
const MAIN = 2;

/** Runs a simulated thread for so many steps, and then never again. */
function runAndLose(thread: Steps, steps: number): void {
  for (let step = 0; step < steps; step++) if (thread.next().done === true) return;
}

describe("a thread is lost at any step", () => {
  test("of naming: the table is whole, and only the name in hand is uncertain", () => {
    const { NameTable: Simulated } = simulate("names");
    explore(100, (_seed, draw) => {
      const memory = createSharedMemory({ schedulers: 2, maxNames: 6 });
      const table = new Simulated!(...([memory, LOST] as never[]));
      const other = new NameTable(memory, OTHER);
      other.register("stays", 100, 1);
      const held = new Map<string, number>();
      let inHand = "";
      function* name(): Steps<void> {
        for (;;) {
          const slot = Math.floor(draw() * 4);
          inHand = `name ${slot}`;
          if (held.has(inHand)) {
            yield* table["unregister"]!(inHand, slot, 1);
            held.delete(inHand);
          } else {
            yield* table["register"]!(inHand, slot, 1);
            held.set(inHand, slot);
          }
        }
      }
      runAndLose(name(), Math.floor(draw() * 2_000));
      new NameTable(memory, MAIN).repair(LOST);
      for (let slot = 0; slot < 4; slot++) {
        const own = `name ${slot}`;
        const found = other.lookup(own);
        if (own !== inHand) expect(found).toEqual(held.has(own) ? { slot, serial: 1 } : undefined);
        expect(other.nameOf(slot, 1)).toBe(found === undefined ? undefined : own);
      }
      expect(other.lookup("stays")).toEqual({ slot: 100, serial: 1 });
      // No record is lost: the table can be emptied and filled.
      for (let round = 0; round < 3; round++) {
        for (const entry of other.entries()) expect(other.unregister(entry.name)).toBe(true);
        for (let slot = 0; slot < 6; slot++) expect(other.register(`${round} ${slot}`, slot, 1)).toBe("ok");
        expect(other.list()).toHaveLength(6);
      }
    });
  });

  test("of making and ending processes: no slot is given out twice, and at most a segment is lost", () => {
    const { Directory: Simulated } = simulate("directory");
    const [slots, segment] = [24, 3];
    explore(100, (_seed, draw) => {
      const memory = createSharedMemory({ schedulers: 2, maxProcesses: slots, quarantine: 0, segment });
      const directory = new Simulated!(...([memory, LOST] as never[]));
      const live: number[] = [];
      function* work(): Steps<void> {
        for (;;) {
          if (draw() < 0.6 && live.length < 12) live.push((yield* directory["allocate"]!(OTHER)) as number);
          else if (live.length > 0) {
            const slot = live.splice(Math.floor(draw() * live.length), 1)[0]!;
            yield* directory["release"]!(slot, (yield* directory["serialOf"]!(slot)) as number);
          }
        }
      }
      runAndLose(work(), Math.floor(draw() * 600));
      const lead = new Directory(memory, MAIN);
      lead.repair(LOST);
      const successors = [new Directory(memory, LOST, [1, 0, 0]), new Directory(memory, OTHER), lead];
      const taken = new Set(live);
      for (const successor of successors) {
        try {
          for (;;) {
            const slot = successor.allocate(OTHER);
            expect(taken.has(slot)).toBe(false);
            taken.add(slot);
          }
        } catch (e) {
          if (!AgnerError.is(e) || e.code !== "AGNER_SYSTEM_LIMIT") throw e;
        }
      }
      expect(taken.size).toBeGreaterThanOrEqual(slots - segment - 1);
    });
  });
});

test("the processes of the lost thread end, and those made for its successor live", () => {
  const memory = createSharedMemory({ schedulers: 2 });
  const lost = new Directory(memory, LOST);
  const other = new Directory(memory, OTHER);
  const main = new Directory(memory, MAIN);
  const names = new NameTable(memory, MAIN);
  const own = lost.allocate(LOST);
  const given = other.allocate(LOST);
  const stolen = lost.allocate(LOST);
  other.moveIfOwner(stolen, 1, LOST, OTHER);
  names.register("own", own, 1);
  names.register("stolen", stolen, 1);
  beginLoss(memory, LOST, main, names);
  expect(isLost(controlWords(memory), LOST)).toBe(true);
  for (const survivor of [other, main]) survivor.setGeneration(LOST, 1);
  const made = other.allocate(LOST);
  const { count, first } = endProcesses(LOST, 0, main, names, 1);
  expect({ count, first }).toEqual({ count: 2, first: [{ slot: own, serial: 1, name: "own" }] });
  expect([own, given, stolen, made].map((slot) => other.serialOf(slot))).toEqual([0, 0, 1, 1]);
  expect(names.list()).toEqual(["stolen"]);
  endLoss(memory, LOST, []);
  expect(isLost(controlWords(memory), LOST)).toBe(false);
  const successor = new Directory(memory, LOST, [1, 0, 0]);
  const found: number[] = [];
  successor.forEachOwned(LOST, (slot) => found.push(slot));
  expect(found).toEqual([made]);
  expect(endProcesses(LOST, 1, main, names, 10).first).toEqual([{ slot: made, serial: 1, name: undefined }]);
});

test("what was published arrives, a part of a frame does not, and the successor begins anew", () => {
  const memory = createSharedMemory({ schedulers: 2, ringBytes: 64 });
  const outbox = new Outbox(memory, LOST, OTHER);
  const inbox = new Inbox(memory, LOST, OTHER);
  outbox.begin().term({ n: 1 });
  outbox.end();
  outbox.begin().term("x".repeat(100));
  outbox.end();
  expect(outbox.flush()).toBe(false); // the ring has room for a part only
  inbox.poll();
  expect(inbox.next()!.term()).toEqual({ n: 1 });
  expect(inbox.next()).toBeUndefined();
  resetRing(memory, LOST, OTHER);
  const after = new Inbox(memory, LOST, OTHER);
  const successor = new Outbox(memory, LOST, OTHER);
  successor.begin().term({ n: 2 });
  successor.end();
  expect(successor.flush()).toBe(true);
  after.poll();
  expect(after.next()!.term()).toEqual({ n: 2 });
  expect(after.next()).toBeUndefined();
  expect(successor.drained(successor.position())).toBe(true);
});

test("the successor's board is empty", () => {
  const memory = createSharedMemory({ schedulers: 2, boardEntries: 4, boardBytes: 64 });
  const board = new StealableDeque(memory, LOST);
  const thief = new Thief(memory, LOST);
  for (const byte of [1, 2, 3]) board.publish(Uint8Array.of(byte), 1);
  expect(thief.steal(OTHER)).toEqual(Uint8Array.of(1));
  clearBoard(memory, LOST);
  expect(thief.steal(OTHER)).toBe("empty");
  const successor = new StealableDeque(memory, LOST);
  for (const byte of [4, 5, 6, 7]) expect(successor.publish(Uint8Array.of(byte), 1)).toBeGreaterThanOrEqual(0);
  expect([4, 5, 6, 7].map(() => thief.steal(OTHER))).toEqual([4, 5, 6, 7].map((byte) => Uint8Array.of(byte)));
});
