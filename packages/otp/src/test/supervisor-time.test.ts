/** Supervisors by the clock of a test: real time would take seconds for each of these. */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { isAlive, processFlag, receive, spawn } from "@agner/vm";
import { genServer, supervisor, type SupervisorHandle } from "../index.ts";
import { thrown } from "../conformance/testing/watch.ts";
import { settle, superviseForTest, virtualClock } from "./index.ts";

export const Worker = genServer({ init: () => 0 });

export const Root = supervisor({
  strategy: "one_for_one",
  intensity: 2,
  periodMs: 10_000,
  children: () => [Worker.child(undefined, { id: "a" }), Worker.child(undefined, { id: "b" })],
});

processTest("restarts outside the period are forgotten", () => {
  const clock = virtualClock();
  const root = superviseForTest(Root);
  for (let round = 0; round < 5; round++) {
    root.kill("a");
    root.kill("b");
    root.expectRestarted("b");
    clock.advance(10_001);
  }
  expect(isAlive(root.pid)).toBe(true);
  root.stop();
  clock.restore();
});

processTest("restarts that are as old as the period still count", () => {
  const clock = virtualClock();
  const root = superviseForTest(Root);
  root.kill("a");
  root.kill("a");
  clock.advance(10_000);
  expect(root.kill("a").stopped).toEqual(["", "a", "b"]);
  root.stop();
  clock.restore();
});

export const Patient = supervisor({
  strategy: "one_for_one",
  intensity: 10,
  children: () => [Worker.child(undefined, { id: "a", backoffMs: { min: 1_000, max: 60_000 } })],
});

processTest("a restart waits as long as its back-off says, and begins anew after a long life", () => {
  const clock = virtualClock();
  const root = superviseForTest(Patient);
  for (const ms of [1_000, 2_000, 4_000]) {
    expect(root.kill("a").waiting).toEqual(["a"]);
    expect(root.change(() => clock.advance(ms - 1)).waiting).toEqual(["a"]);
    expect(root.change(() => clock.advance(1)).started).toEqual(["a"]);
  }
  clock.advance(60_000);
  root.kill("a");
  expect(root.change(() => clock.advance(1_000)).started).toEqual(["a"]);
  root.stop();
  clock.restore();
});

export const Stubborn = genServer({
  init: () => void processFlag("trapExit", true),
  terminate: () => receive(() => false),
});

export const Strict = supervisor({
  strategy: "one_for_one",
  children: () => [Stubborn.child(undefined, { id: "stubborn", shutdown: 30_000 })],
});

function endIt(handle: SupervisorHandle): void {
  handle.stop("shutdown");
}

processTest("a child that does not end is killed when its time is over", () => {
  const clock = virtualClock();
  const root = superviseForTest(Strict);
  const pid = root.path("stubborn");
  spawn(endIt, root.handle);
  settle();
  expect(thrown(() => root.tree()).message).toMatch(
    /^tree: the supervisor <[\d.]+> did not say before the VM came to rest, .* waiting in /,
  );
  clock.advance(29_999);
  expect(isAlive(pid)).toBe(true);
  clock.advance(1);
  expect([isAlive(pid), isAlive(root.pid)]).toEqual([false, false]);
  clock.restore();
});
