import { expect, test } from "vitest";
import type { SchedulerStats } from "../api/system.ts";
import { formatStatistics, statisticsToJson } from "./statistics.ts";

const first: SchedulerStats = {
  scheduler: 0,
  runQueue: 1,
  processes: 12,
  reductions: 1_234_567,
  messagesIn: 10,
  messagesOut: 0,
  dropped: 4,
  spawns: 3,
  steals: 0,
  migrations: 2,
  pinned: 0,
  busyShare: 0.5,
  longSchedules: 0,
};
const second: SchedulerStats = {
  ...first,
  scheduler: 1,
  reductions: 3,
  steals: 2,
  migrations: 0,
  busyShare: 1,
  longSchedules: 0,
};

test("one row a scheduler, and totals", () => {
  expect(formatStatistics([first, second])).toBe(
    [
      "scheduler  run queue  processes  reductions  messages in  messages out  dropped  spawns  steals  migrations    busy",
      "        0          1         12   1,234,567           10             0        4       3       0           2   50.0%",
      "        1          1         12           3           10             0        4       3       2           0  100.0%",
      "      all          2         24   1,234,570           20             0        8       6       2           2   75.0%",
    ].join("\n"),
  );
});

test("no totals for a single scheduler", () => {
  expect(formatStatistics([first]).split("\n").length).toBe(2);
});

test("one line of JSON", () => {
  expect(JSON.parse(statisticsToJson([first]))).toEqual({ type: "statistics", schedulers: [first] });
});
