import type { LargeHeap, LongSchedule } from "@agner/scheduler";
import { expect, test } from "vitest";
import { formatLargeHeap, formatLongSchedule, largeHeapToJson, longScheduleToJson } from "./long-schedule.ts";

const stuck: LongSchedule = {
  event: "longSchedule",
  scheduler: 1,
  pid: { toString: () => "<0.5.0>" } as never,
  registeredName: "reader",
  initialCall: "start (file:///app.ts:3:1)",
  function: "read (file:///app.ts:9:5)",
  durationMs: 125.4,
  ended: false,
  gcMs: undefined,
};

test("a core that is stuck", () => {
  expect(formatLongSchedule(stuck, { color: false })).toBe(
    [
      'Scheduler 1 has been stuck for 125 ms: process <0.5.0> "reader" in read (file:///app.ts:9:5)',
      "  initial call     start (file:///app.ts:3:1)",
      "  what now         nothing else runs on that core; let dirty(fn, …) run what takes long outside the VM's own code",
    ].join("\n"),
  );
  expect(JSON.parse(longScheduleToJson(stuck))).toEqual({
    type: "longSchedule",
    scheduler: 1,
    pid: "<0.5.0>",
    name: "reader",
    initialCall: "start (file:///app.ts:3:1)",
    function: "read (file:///app.ts:9:5)",
    durationMs: 125,
    ended: false,
  });
});

test("a core that is free again", () => {
  expect(
    formatLongSchedule({ ...stuck, ended: true, durationMs: 1_300.2, gcMs: 40, initialCall: stuck.function }, { color: false }),
  ).toBe(
    'Scheduler 1 is free again after 1,300 ms, 40 ms of them in garbage collection: process <0.5.0> "reader" in read (file:///app.ts:9:5)',
  );
});

test("a core that no process holds", () => {
  const callback = { ...stuck, pid: undefined, registeredName: undefined, initialCall: undefined, function: "a callback" };
  expect(formatLongSchedule(callback, { color: false })).toBe(
    [
      "Scheduler 1 has been stuck for 125 ms: a callback",
      "  what now         nothing else runs on that core; spawn a process for what takes long",
    ].join("\n"),
  );
});

test("a heap that is almost full", () => {
  const heap: LargeHeap = { event: "largeHeap", scheduler: 0, bytes: 80 * 2 ** 20, limit: 96 * 2 ** 20, nearLimit: true };
  expect(formatLargeHeap(heap, { color: false })).toBe(
    "warning: the heap of scheduler 0 holds 80 of at most 96 MB; when it is full, the scheduler is lost with its processes",
  );
  expect(JSON.parse(largeHeapToJson(heap))).toMatchObject({ type: "largeHeap", bytes: 80 * 2 ** 20, nearLimit: true });
});
