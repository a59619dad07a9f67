import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { isAlive, isPid, receive, schedulers, self, send, spawnMonitor, whereis, type Pid } from "@agner/vm";
import { genServer, noreply, supervisor } from "../index.ts";
import { thrown } from "../conformance/testing/watch.ts";
import { expectDown, expectMessage, harness, settle, superviseForTest } from "./index.ts";

export const Worker = genServer({ init: () => 0, casts: { nothing: (n) => noreply(n) } });

export const Inner = supervisor({
  strategy: "one_for_all",
  children: () => [Worker.child(undefined, { id: "c" }), Worker.child(undefined, { id: { nr: 2 } })],
});

export const Pool = supervisor({
  init: () => ({ strategy: "simple_one_for_one", children: [Worker.child(undefined, { id: "any", restart: "temporary" })] }),
});

export const Root = supervisor({
  strategy: "one_for_one",
  intensity: 2,
  children: (names: { readonly a: string }) => [
    Worker.child(undefined, { id: "a", name: names.a, scheduler: schedulers() - 1 }),
    Worker.child(undefined, { id: "b", restart: "temporary" }),
    Inner.child(undefined, { id: "inner" }),
    Pool.child(undefined, { id: "pool" }),
  ],
});

const NAMES = { a: "worker a" };

processTest("the tree, its text, and the way to a process", () => {
  const root = superviseForTest(Root, NAMES);
  expect(root.show()).toBe(
    [
      "root (supervisor)",
      "├─ a (worker)",
      "├─ b (worker)",
      "├─ inner (supervisor)",
      "│  ├─ c (worker)",
      "│  └─ { nr: 2 } (worker)",
      "└─ pool (supervisor)",
    ].join("\n"),
  );
  expect(root.path("a")).toBe(whereis("worker a"));
  expect(root.path()).toBe(root.handle.pid);
  expect(isPid(root.path("inner", { nr: 2 }))).toBe(true);
  expect(root.tree().children.map(({ path, type }) => [path, type])).toEqual([
    ["a", "worker"],
    ["b", "worker"],
    ["inner", "supervisor"],
    ["pool", "supervisor"],
  ]);
  expect(thrown(() => root.path("x")).message).toMatch(/^the tree has no "x"; it has "a", "b", "inner", "inner\/c"/);
  root.handle.terminateChild("a");
  expect(thrown(() => root.kill("a")).message).toBe('"a" does not run');
  expect(root.show()).toContain("├─ a (worker, does not run)");
  root.stop();
  expect(isAlive(root.pid)).toBe(false);
});

processTest("a kill and what it does", () => {
  const root = superviseForTest(Root, NAMES);
  expect(thrown(() => root.expectRestarted("a")).message).toMatch(/call kill or change first$/);
  expect(root.kill("a")).toEqual({
    restarted: ["a"],
    stopped: [],
    started: [],
    unchanged: ["", "b", "inner", "inner/c", "inner/{ nr: 2 }", "pool"],
    waiting: [],
  });
  root.expectRestarted("a");
  root.expectUnchanged("b", "inner/c");
  expect(thrown(() => root.expectUnchanged("a", "b")).message).toMatch(
    /^expectUnchanged\("a", "b"\): after "a" got the exit signal 'kill', restarted: "a"; stopped: none; /,
  );
  expect(root.kill(root.path("b"), "crash").stopped).toEqual(["b"]);
  root.kill(["inner", "c"]);
  root.expectRestarted("inner/c", "inner/{ nr: 2 }");
  root.expectUnchanged("inner");
  expect(thrown(() => root.expectRestarted("inner/c")).message).toMatch(
    /^expectRestarted\("inner\/c"\): .*restarted: "inner\/c", "inner/,
  );
  root.stop();
});

processTest("a change and what it does; children without ids", () => {
  const root = superviseForTest(Root, NAMES);
  const pool = Pool.ref(root.path("pool"));
  const { started } = root.change(() => void pool.startChild());
  expect(started).toEqual([expect.stringMatching(/^pool\/<[\d.]+>$/)]);
  expect(root.kill(started[0]!).stopped).toEqual(started);
  expect(harness(pool).show()).toBe("root (supervisor)");
  root.stop();
});

processTest("too many restarts: everything has stopped", () => {
  const root = superviseForTest(Root, NAMES, { name: "root of the test" });
  root.kill("a");
  root.kill("a");
  const { stopped, unchanged } = root.kill("a");
  expect(stopped).toEqual(["", "a", "b", "inner", "inner/c", "inner/{ nr: 2 }", "pool"]);
  expect(unchanged).toEqual([]);
  root.stop();
});

function forgetful(test: Pid): void {
  send(test, superviseForTest(Root, NAMES).pid);
  receive();
}

processTest("what a test forgets to stop ends with it", () => {
  const [pid, ref] = spawnMonitor(forgetful, self());
  const root = expectMessage<Pid>(isPid);
  settle();
  expect(isAlive(root)).toBe(true);
  send(pid, "end");
  expectDown(ref);
  settle();
  expect(isAlive(root)).toBe(false);
});
