/** Processes that have started move between cores, and nobody notices. */
import { afterAll, describe, expect, test } from "vitest";
import { boot, type VM } from "@agner/vm";

const FIXTURE = new URL("./fixtures/movers.ts", import.meta.url);
type Movers = typeof import("./fixtures/movers.ts");

for (const quota of [1, 7, 4_000]) {
  describe(`all move all the time, with slices of ${quota}`, () => {
    let vm: VM | undefined;
    let app: Awaited<ReturnType<typeof load>>;
    const load = async () => (vm ??= await boot({ cores: 2, move: "always", quota })).load<Movers>(FIXTURE);
    afterAll(() => vm?.stop());

    test("signals of each pair keep their order", async () => {
      app = await load();
      expect(await vm!.run(app.inOrder, 8, 50)).toEqual([]);
      expect(await vm!.run(app.migrations)).toBeGreaterThan(100);
    });

    test("what a process shares with itself it still shares", async () => {
      app = await load();
      expect(await vm!.run(app.sharedState, 50)).toEqual({ cores: 2, ok: true, sum: 1275 });
    });

    test("links, monitors, aliases and names go with it", async () => {
      app = await load();
      expect(await vm!.run(app.bonds, 12)).toEqual([]);
    });

    test("its Pid stays one object, also when it has ended", async () => {
      app = await load();
      expect(await vm!.run(app.pidsComeBack, 30)).toBe(0);
    });
  });
}

// Where all move all the time, nothing is shared for want of work.
test.skipIf(process.env["AGNER_MOVE"] === "always")("processes that have started on one core are shared by all", async () => {
  await using vm = await boot({ cores: 2 });
  const app = await vm.load<Movers>(FIXTURE);
  const ended = await vm.run(app.spreadOut, 16, 26, 2);
  expect(ended.every((count) => count > 0)).toBe(true);
  expect(await vm.run(app.migrations)).toBeGreaterThan(0);
});

test("processInfo says which value keeps a process on its core", async () => {
  await using vm = await boot({ cores: 2 });
  const app = await vm.load<Movers>(FIXTURE);
  const { pinned, free } = await vm.run(app.whyPinned);
  expect(pinned).toMatch(/the variable `socket` in holder \(.*movers\.ts:\d+:\d+\) holds a WeakMap/);
  expect(free).toBeUndefined();
});

test("a process that has given a function of its own to the event loop stays", async () => {
  await using vm = await boot({ cores: 2 });
  const app = await vm.load<Movers>(FIXTURE);
  expect(await vm.run(app.giving)).toEqual([
    undefined,
    "it gave a function of its own to setImmediate, which may call it later, on this core",
  ]);
});
