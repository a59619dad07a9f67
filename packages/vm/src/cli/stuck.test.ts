/** What `agner run` says of schedulers that are stuck. */
import { expect, test } from "vitest";
import { folder } from "../code/testing/folder.ts";
import { agner, type Outcome } from "../testing/program.ts";

/** One core is held until a process on the other one was told of it. */
const APP = [
  'import { existsSync, writeFileSync } from "node:fs";',
  'import { receive, register, schedulerId, send, self, spawnOpt, systemMonitor } from "@agner/vm";',
  "function hold(): void {",
  '  register("holder");',
  '  ({ get free() { while (!existsSync("gate")); return true; } }).free;',
  "}",
  "function forEver(): void {",
  "  ({ get free() { for (;;); } }).free;",
  "}",
  "export function main(what: string): void {",
  "  const scheduler = 1 - schedulerId();",
  "  systemMonitor({ longSchedule: 50, schedulerLost: true });",
  "  const pid = spawnOpt({ scheduler }, what === 'forEver' ? forEver : hold);",
  "  for (;;) {",
  "    const news = receive((message) => message.type === 'SYSTEM' && message.scheduler === scheduler);",
  "    if (news.event === 'schedulerLost') return;",
  "    if (!news.ended && what === 'hold') writeFileSync('gate', '');",
  "    if (news.ended && news.pid === pid) return;",
  "  }",
  "}",
].join("\n");

function run(...args: readonly string[]): Promise<Outcome> {
  return agner(["run", "app.ts", "--cores", "2", "--long-schedule", "50", ...args], { cwd: folder({ "app.ts": APP }).path("") });
}

test("a core that is stuck: by which process, where, and what to do", async () => {
  const { stderr, code } = await run("hold");
  expect(stderr).toMatch(
    /^Scheduler [01] has been stuck for \d+ ms: process <0\.\d+\.0> "holder" in hold \(file:.*app\.ts:3:\d+\)$/m,
  );
  expect(stderr).toMatch(/^ {2}what now {9}nothing else runs on that core; let dirty\(fn, …\) run what takes long/m);
  expect(code).toBe(0);
});

test("as JSON", async () => {
  const { stderr } = await run("hold", "--json");
  const reports = stderr
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; name?: string; ended: boolean });
  expect(reports).toContainEqual(expect.objectContaining({ type: "longSchedule", name: "holder", ended: false }));
});

test("--quiet, and the program goes on", async () => {
  expect(await run("hold", "--quiet")).toEqual({ stdout: "", stderr: "", code: 0 });
});

test("--stuck-limit gives it up", async () => {
  const { stderr, code } = await run("forEver", "--stuck-limit", "300");
  expect(stderr).toMatch(
    /^Scheduler [01] was lost: it was stuck for \d+ ms in forEver \(file:.*app\.ts:7:\d+\), run by process <0\.\d+\.0>; the limit is 300 ms$/m,
  );
  expect(code).toBe(0);
});
