/** Shared memory and large terms outside processes: in ordinary Node code, and on the dirty pool. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { BadTermError, boot, sharedBytes, type Handles, type VM } from "@agner/vm";
import type * as MemoryModule from "./fixtures/memory.ts";

type App = typeof MemoryModule;

let vm: VM;
let app: Handles<App>;

beforeEach(async () => {
  vm = await boot({ cores: 2 });
  app = await vm.load<App>(new URL("./fixtures/memory.ts", import.meta.url));
});
afterEach(() => vm.stop());

test("dirty functions get shared memory by reference and everything else as a copy, of every size", async () => {
  const sizes = [10, 65_536, 65_537, 300_000];
  expect(await vm.run(app.fillDirty, sizes)).toEqual(
    sizes.map((size) => ({ shared: [true, 4, size, 4, size + 3], copied: [size, true, true] })),
  );
});

test("Node code shares memory with processes by run, spawn and send, and gets the same object back", async () => {
  const memory = sharedBytes(8);
  const counts = new Int32Array(memory, 4);
  await vm.run(app.fill, new Uint8Array(memory, 0, 4), 7);
  expect([...new Uint8Array(memory)]).toEqual([7, 7, 7, 7, 0, 0, 0, 0]);
  const pid = await vm.spawn(app.increment);
  const inbox = vm.inbox();
  for (let n = 1; n <= 3; n++) {
    vm.send(pid, [inbox.pid, counts]);
    expect(await inbox.receive()).toBe(memory);
    expect(Atomics.load(counts, 0)).toBe(n);
  }
  expect(() => vm.send(pid, [inbox.pid, new Int32Array(new SharedArrayBuffer(4))])).toThrow(BadTermError);
});

test("a large term reaches a process and comes back whole", async () => {
  const { view, length } = await vm.run(app.fill, new Uint8Array(3_000_000), 9);
  expect([length, view.length, view.every((n) => n === 9)]).toEqual([3_000_000, 3_000_000, true]);
});
