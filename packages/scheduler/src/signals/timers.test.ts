/** Timers whose references have left their thread. */
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportRef, internRef } from "../process/ref.ts";
import { startIdle, startTestScheduler } from "../testing/scheduler.ts";
import { stopScheduler } from "../thread.ts";
import { cancelTimer, readTimer, sendAfter } from "./timers.ts";

const HOUR = 3_600_000;

beforeAll(() => {
  startTestScheduler({ schedulers: 2 });
});

afterAll(stopScheduler);

test("E11: a timer is found by a copy of its reference that comes back, though nobody here has kept the reference", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const pid = startIdle().pid;
  const away = Array.from({ length: 10 }, () => {
    const ref = sendAfter(HOUR, pid, "never");
    exportRef(ref);
    return [ref.scheduler, ref.id] as const;
  });
  await setImmediate();
  collect();
  for (const [scheduler, id] of away) {
    expect(readTimer(internRef(scheduler, id))).toBeGreaterThan(HOUR - 60_000);
    expect(cancelTimer(internRef(scheduler, id))).toBeGreaterThan(HOUR - 60_000);
  }
  await setImmediate();
  collect();
  for (const [scheduler, id] of away) expect(cancelTimer(internRef(scheduler, id))).toBe(false);
});
