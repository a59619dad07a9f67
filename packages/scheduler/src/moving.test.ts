/** Processes that have not started, and what other threads that come across them do. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { local } from "./local.ts";
import { Directory, ON_THE_MOVE } from "./memory/directory.ts";
import type { Process } from "./process/process.ts";
import { forceAway } from "./moving.ts";
import { takeAllBack } from "./steal.ts";
import { makeProcess, startTestScheduler } from "./testing/scheduler.ts";
import { stopScheduler } from "./thread.ts";

let other: Directory;

beforeAll(() => {
  other = new Directory(startTestScheduler({ schedulers: 2 }), 1);
  local.forceMoves = true;
});

afterAll(() => {
  local.forceMoves = false;
  stopScheduler();
});

function newborn(): Process {
  const p = makeProcess(() => true);
  p.started = false;
  return p;
}

test("signals for a newborn that may be taken wait until it is known where it lives", () => {
  const p = newborn();
  const { slot, serial } = p.pid;
  expect(other.route(slot, serial)).toBe(0);
  expect(forceAway(p)).toBe(true);
  expect(other.route(slot, serial)).toBe(ON_THE_MOVE);
  takeAllBack();
  expect(other.route(slot, serial)).toBe(0);
});

test("a newborn of which another thread knows stays until it has started: signals may be on their way to it", () => {
  const p = newborn();
  const { slot, serial } = p.pid;
  other.noteSeen(slot, serial);
  expect(forceAway(p)).toBe(false);
  expect(other.route(slot, serial)).toBe(0);
});
