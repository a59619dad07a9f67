import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newPid } from "./process/pid.ts";
import { PRIORITIES, Process, type Priority } from "./process/process.ts";
import { RunQueue } from "./run-queue.ts";

let slots = 0;
function process(priority: Priority, started = false): Process {
  const p = new Process(newPid(slots++, 1), null, null, null);
  p.priority = PRIORITIES.indexOf(priority);
  p.started = started;
  return p;
}

function processes(count: number, priority: Priority): Process[] {
  return Array.from({ length: count }, () => process(priority));
}

function drain(queue: RunQueue): Process[] {
  const order: Process[] = [];
  while (queue.length > 0) order.push(queue.shift());
  return order;
}

/** Lets processes that never wait run so many slices; returns how many each had. */
function slicesOf(all: readonly Process[], slices: number): Map<Process, number> {
  const queue = new RunQueue();
  for (const p of all) queue.push(p);
  const counts = new Map(all.map((p) => [p, 0]));
  for (let i = 0; i < slices; i++) {
    const p = queue.shift();
    p.started = true;
    counts.set(p, counts.get(p)! + 1);
    queue.push(p);
  }
  return counts;
}

function countsOf(group: readonly Process[], counts: ReadonlyMap<Process, number>): number[] {
  return group.map((p) => counts.get(p)!);
}

describe("the run queue", () => {
  it("is first in, first out within a priority, also when it grows", () => {
    for (const priority of PRIORITIES) {
      const queue = new RunQueue();
      const all = processes(5_000, priority);
      for (const p of all) queue.push(p);
      expect(drain(queue)).toEqual(all);
    }
  });

  it("P2: runs max before high before normal", () => {
    const queue = new RunQueue();
    const [normal, high, max] = [process("normal"), process("high"), process("max")];
    for (const p of [normal, high, max]) queue.push(p);
    expect(drain(queue)).toEqual([max, high, normal]);
  });

  it("P2: whoever has max or high priority and never waits starves all below", () => {
    for (const [above, below] of [
      ["max", ["high", "normal", "low"]],
      ["high", ["normal", "low"]],
    ] as const) {
      const hogs = processes(3, above);
      const others = below.flatMap((priority) => processes(4, priority));
      const counts = slicesOf([...others, ...hogs], 3_000);
      expect(countsOf(hogs, counts)).toEqual([1_000, 1_000, 1_000]);
      expect(countsOf(others, counts)).toEqual(others.map(() => 0));
    }
  });

  it("P2: of one normal and one low process, the one runs eight times, then the other once", () => {
    const queue = new RunQueue();
    const [normal, low] = [process("normal"), process("low")];
    queue.push(normal);
    queue.push(low);
    let order = "";
    for (let i = 0; i < 27; i++) {
      const p = queue.shift();
      order += p === normal ? "n" : "l";
      queue.push(p);
    }
    expect(order).toBe("nnnnnnnnlnnnnnnnnlnnnnnnnnl");
  });

  // few_low, many_low, equal
  it("P2: a normal process runs eight times as often as a low one, however many there are of each", () => {
    const few = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(few, few, (normals, lows) => {
        const cycles = 20;
        const [normal, low] = [processes(normals, "normal"), processes(lows, "low")];
        const counts = slicesOf([...normal, ...low], cycles * (8 * normals + lows));
        for (const count of countsOf(normal, counts)) expect(Math.abs(count - 8 * cycles)).toBeLessThanOrEqual(8);
        for (const count of countsOf(low, counts)) expect(Math.abs(count - cycles)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("P2: low processes alone share all slices equally", () => {
    const low = processes(7, "low");
    expect(countsOf(low, slicesOf(low, 700))).toEqual(low.map(() => 100));
  });

  it("runs normal processes in the order in which they came, whether they have started or not, whatever else comes and goes", () => {
    const step = fc.oneof(
      fc.constant("shift" as const),
      fc.record({ priority: fc.constantFrom("normal", "high", "max"), started: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const queue = new RunQueue();
        const model = new Map<number, Process[]>(PRIORITIES.map((_, i) => [i, []]));
        for (const each of steps) {
          if (each !== "shift") {
            const p = process(each.priority as Priority, each.started);
            queue.push(p);
            model.get(p.priority)!.push(p);
          } else if (queue.length > 0) {
            const first = [3, 2, 1].map((priority) => model.get(priority)!).find((all) => all.length > 0)!;
            expect(queue.shift()).toBe(first.shift());
          }
        }
        expect(drain(queue)).toEqual([3, 2, 1].flatMap((priority) => model.get(priority)!));
      }),
    );
  });

  it("lets a storm of newborn processes wait for those that have started, and the other way round", () => {
    const queue = new RunQueue();
    const spawner = process("normal", true);
    const old = process("normal", true);
    for (const p of [spawner, old]) queue.push(p);
    let born = 0;
    let ran = 0;
    let most = 0;
    let turns = 0;
    while (turns < 100) {
      const p = queue.shift();
      if (p === spawner) {
        for (let i = 0; i < 50; i++, born++) queue.push(process("normal"));
        queue.push(spawner);
      } else if (p === old) {
        turns++;
        queue.push(old);
      } else ran++;
      most = Math.max(most, born - ran);
    }
    expect(most).toBe(50); // all children of one slice have run before the next
    expect(ran).toBe(50 * 99);
  });

  it("a process that changes its priority runs by the new one from its next slice on", () => {
    const queue = new RunQueue();
    const [changing, other] = [process("low", true), process("normal", true)];
    for (const p of [other, changing]) queue.push(p);
    const counts = { changing: 0, other: 0 };
    for (let i = 0; i < 900; i++) {
      const p = queue.shift();
      if (p === changing && ++counts.changing === 50) p.priority = PRIORITIES.indexOf("high");
      if (p === other) counts.other++;
      queue.push(p);
    }
    expect(counts).toEqual({ changing: 500, other: 400 });
  });

  it("lets a thief's choice be taken from the back, and keeps the order of the rest", () => {
    const queue = new RunQueue();
    const all = processes(10, "normal");
    for (const p of all) queue.push(p);
    const wanted = new Set([all[9], all[7], all[2]]);
    const taken = queue.takeFresh(4, (p) => wanted.has(p));
    expect(new Set(taken)).toEqual(new Set([all[9], all[7], all[2]].filter((p) => taken.includes(p!))));
    expect(taken).toContain(all[9]);
    expect(taken).toContain(all[7]);
    expect(queue.length).toBe(10 - taken.length);
    expect(drain(queue)).toEqual(all.filter((p) => !taken.includes(p)));
  });

  it("what is left behind by thieves still has its turns, all of it", () => {
    const priority = fc.constantFrom<Priority>("low", "normal", "high");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(priority, fc.boolean()), { minLength: 1, maxLength: 60 }),
        fc.array(fc.tuple(fc.boolean(), fc.nat(5), fc.nat(10)), { maxLength: 10 }),
        (kinds, thefts) => {
          const queue = new RunQueue();
          const all = new Set(kinds.map(([each, started]) => process(each, started)));
          for (const p of all) queue.push(p);
          for (const [fresh, limit, shifts] of thefts) {
            const wanted = (p: Process): boolean => p.pid.slot % 3 !== 0;
            for (const p of fresh ? queue.takeFresh(limit, wanted) : queue.takeOthers(limit, wanted))
              expect(all.delete(p)).toBe(true);
            for (let i = 0; i < shifts && queue.length > 0; i++) queue.push(queue.shift());
          }
          expect(queue.length).toBe(all.size);
          expect(new Set(drain(queue))).toEqual(all);
        },
      ),
    );
  });
});
