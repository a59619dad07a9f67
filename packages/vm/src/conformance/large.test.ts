/** Large messages, and memory that processes share: between processes on one core and on two. */
import { expect } from "vitest";
import {
  exit,
  processInfo,
  receive,
  schedulerId,
  schedulers,
  self,
  send,
  sharedBytes,
  spawnMonitor,
  spawnOpt,
  type Pid,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { fewerIfMoving } from "./testing/counts.ts";
import { ALL_PLACES, PLACES, spawnAt, spawnMonitorAt } from "./testing/place.ts";
import { downOf, kill, reasonOf } from "./testing/watch.ts";

/** Tells what it gets, as shape and sum, and sends it back if asked. */
function weigher(parent: Pid): void {
  for (;;) {
    const message = receive<any>();
    if (typeof message === "number") send(parent, message);
    else if (message?.back !== undefined) send(parent, message.back);
    else send(parent, [message.length, sumOf(message)]);
  }
}

function sumOf(numbers: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i]!;
  return sum;
}

for (const place of PLACES) {
  processTest(
    `Large: a buffer of 16 MB and an array of a million elements keep their place among small messages (${place})`,
    () => {
      const pid = spawnAt(place, weigher, self());
      const bytes = new Uint8Array(16 * 2 ** 20);
      bytes[0] = 3;
      bytes[bytes.length - 1] = 4;
      const numbers = Array.from({ length: 1_000_000 }, (_, i) => i);
      send(pid, 1);
      send(pid, bytes);
      bytes[0] = 9; // the message is a copy
      send(pid, 2);
      send(pid, numbers);
      numbers[0] = 9;
      for (let n = 3; n < 100; n++) send(pid, n);
      expect([receive(), receive(), receive(), receive()]).toEqual([1, [bytes.length, 7], 2, [1_000_000, 499_999_500_000]]);
      for (let n = 3; n < 100; n++) expect(receive()).toBe(n);
      kill(pid);
    },
  );

  processTest(`Large: both directions at once (${place})`, () => {
    const pid = spawnAt(place, weigher, self());
    const most = fewerIfMoving(1_000_000, 100_000);
    const sizes = [300_000, 10, 70_000, 262_144, 1_000_000, 5].map((size) => Math.min(size, most));
    for (const size of sizes) send(pid, { back: new Array(size).fill(size) });
    for (const size of sizes) expect(sumOf(receive<number[]>())).toBe(size * size);
    kill(pid);
  });

  processTest(`Large: a refused message leaves nothing behind (${place})`, () => {
    const pid = spawnAt(place, weigher, self());
    const numbers = new Array<unknown>(500_000).fill(1);
    for (const bad of [[numbers, () => 1], { numbers, last: new WeakMap() }]) {
      send(pid, 1);
      expect(() => send(pid, bad)).toThrow(expect.objectContaining({ code: "AGNER_BAD_TERM" }));
      send(pid, numbers);
      expect([receive(), receive()]).toEqual([1, [500_000, 500_000]]);
    }
    kill(pid);
  });

  processTest(`Large: a receiver that dies meanwhile harms nobody (${place})`, () => {
    const other = spawnAt(place, weigher, self());
    for (let round = 0; round < 10; round++) {
      const [pid, ref] = spawnMonitorAt(place, weigher, self());
      const numbers = new Array<number>(300_000).fill(round);
      send(pid, numbers);
      exit(pid, "kill");
      send(pid, numbers);
      send(other, round);
      expect(receive((message) => typeof message === "number")).toBe(round);
      expect(reasonOf(ref)).toBe("killed");
    }
    kill(other);
  });

  processTest(`Large: who sends is charged for the size (${place})`, () => {
    const pid = spawnAt(place, weigher, self());
    const numbers = new Array<number>(1_000_000).fill(1_000_000);
    const before = processInfo()!.reductions;
    send(pid, numbers);
    receive();
    receive(undefined, 0); // what this slice took is counted when it ends
    expect(processInfo()!.reductions - before).toBeGreaterThan(20_000);
    kill(pid);
  });
}

/** Adds one to each element, `rounds` times, and tells so. */
function adder(parent: Pid, counts: Int32Array, rounds: number): void {
  for (let round = 0; round < rounds; round++) for (let i = 0; i < counts.length; i++) Atomics.add(counts, i, 1);
  send(parent, "done");
}

for (const place of ALL_PLACES) {
  processTest(`Shared: what one process writes others see, given as an argument (${place})`, () => {
    const counts = new Int32Array(sharedBytes(64), 16, 8);
    for (let i = 0; i < 4; i++) spawnAt(place, adder, self(), counts, 1_000);
    adder(self(), counts, 1_000);
    for (let i = 0; i < 5; i++) expect(receive()).toBe("done");
    expect([...counts]).toEqual(new Array(8).fill(5_000));
    expect(new Int32Array(counts.buffer)[0]).toBe(0);
  });

  processTest(`Shared: what a closure captured is the same memory (${place})`, () => {
    const memory = sharedBytes(8);
    const parent = self();
    spawnAt(place, () => {
      new Uint8Array(memory)[3] = 7;
      send(parent, "done");
    });
    receive();
    expect(new Uint8Array(memory)[3]).toBe(7);
  });
}

for (const place of PLACES) {
  processTest(`Shared: every class of view comes back over the same memory, which is one object here (${place})`, () => {
    const pid = spawnAt(place, weigher, self());
    const memory = sharedBytes(32);
    const views = [
      new Uint8Array(memory, 1, 3),
      new Float64Array(memory, 8),
      new DataView(memory, 5, 6),
      Buffer.from(memory, 2, 4),
      new BigInt64Array(memory),
    ];
    send(pid, {
      back: { memory, views, twice: [memory, memory], map: new Map([[memory, 1]]), large: new Array(300_000).fill(0) },
    });
    const got = receive<any>();
    expect([got.memory, ...got.twice, ...got.map.keys()].every((each) => each === memory)).toBe(true);
    for (const [i, view] of views.entries()) {
      const back = got.views[i];
      expect(Object.getPrototypeOf(back)).toBe(Object.getPrototypeOf(view));
      expect([back.buffer === memory, back.byteOffset, back.byteLength]).toEqual([true, view.byteOffset, view.byteLength]);
    }
    kill(pid);
  });

  processTest(`Shared: a buffer that sharedBytes did not make is refused, with what to do (${place})`, () => {
    const pid = spawnAt(place, weigher, self());
    for (const value of [new SharedArrayBuffer(8), { part: new Uint8Array(new SharedArrayBuffer(8)) }]) {
      expect(() => send(pid, value)).toThrow(
        /SharedArrayBuffer that sharedBytes\(…\) has not made; make (?:it|that) with sharedBytes\(…\)/,
      );
    }
    kill(pid);
  });
}

/** Exits with shared memory as the reason. */
function leavesMemory(memory: SharedArrayBuffer): void {
  exit({ memory });
}

processTest("Shared: as an exit reason", () => {
  const memory = sharedBytes(1);
  const [, here] = spawnMonitor(leavesMemory, memory);
  expect((downOf(here).reason as { memory: unknown }).memory).toBe(memory);
  const [, there] = spawnOpt({ monitor: true, scheduler: (schedulerId() + 1) % schedulers() }, leavesMemory, memory);
  expect((downOf(there).reason as { memory: unknown }).memory).toBe(memory);
});
