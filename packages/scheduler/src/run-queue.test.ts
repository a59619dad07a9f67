import { describe, expect, it } from "vitest";
import { newPid } from "./process/pid.ts";
import { NORMAL, PRIORITIES, Process, type Priority } from "./process/process.ts";
import { RunQueue } from "./run-queue.ts";

let slots = 0;
function process(priority: Priority): Process {
  const p = new Process(newPid(slots++, 1), null, null, null);
  p.priority = PRIORITIES.indexOf(priority);
  return p;
}

function drain(queue: RunQueue): Process[] {
  const order: Process[] = [];
  while (queue.length > 0) order.push(queue.shift());
  return order;
}

describe("the run queue", () => {
  it("is first in, first out within a priority, also when it grows", () => {
    const queue = new RunQueue();
    const all = Array.from({ length: 5_000 }, () => process("normal"));
    for (const p of all) queue.push(p);
    expect(drain(queue)).toEqual(all);
  });

  it("runs max before high before normal", () => {
    const queue = new RunQueue();
    const [normal, high, max] = [process("normal"), process("high"), process("max")];
    for (const p of [normal, high, max]) queue.push(p);
    expect(drain(queue)).toEqual([max, high, normal]);
  });

  it("gives low one turn for eight of normal", () => {
    const queue = new RunQueue();
    for (let i = 0; i < 90; i++) {
      queue.push(process("normal"));
      queue.push(process("low"));
    }
    const first = drain(queue).slice(0, 90);
    expect(first.filter((p) => p.priority !== NORMAL)).toHaveLength(10);
  });

  it("runs four that have started for one that has not, if there are both", () => {
    const queue = new RunQueue();
    const started = Array.from({ length: 16 }, () => process("normal"));
    const fresh = Array.from({ length: 6 }, () => process("normal"));
    for (const p of started) p.started = true;
    for (const p of [...fresh, ...started]) queue.push(p);
    expect(queue.fresh).toBe(6);
    expect(
      drain(queue)
        .map((p) => (p.started ? "s" : "f"))
        .join(""),
    ).toBe("ssssfssssfssssfssssfff");
  });

  it("lets a thief's choice be taken from the back, and keeps the order of the rest", () => {
    const queue = new RunQueue();
    const all = Array.from({ length: 10 }, () => process("normal"));
    for (const p of all) queue.push(p);
    const wanted = new Set([all[9], all[7], all[2]]);
    const taken = queue.takeFresh(4, (p) => wanted.has(p));
    expect(new Set(taken)).toEqual(new Set([all[9], all[7], all[2]].filter((p) => taken.includes(p!))));
    expect(taken).toContain(all[9]);
    expect(taken).toContain(all[7]);
    expect(queue.length).toBe(10 - taken.length);
    expect(drain(queue)).toEqual(all.filter((p) => !taken.includes(p)));
  });
});
