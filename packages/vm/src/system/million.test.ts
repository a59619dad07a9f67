/** What waiting costs: memory for a million processes, and no time. In programs of their own, so that nothing else is measured. */
import { expect, test } from "vitest";
import { folder } from "../code/testing/folder.ts";
import { fewerIfMoving } from "../conformance/testing/counts.ts";
import { agner } from "../testing/program.ts";

const COUNT = fewerIfMoving(1_000_000, 50_000);
const LIMIT = 2 ** 30;

test("a million idle processes take less than 1 GB, and each of them answers", async () => {
  const dir = folder({
    "app.ts": `
      import { receive, self, send, spawn, type Pid } from "@agner/vm";

      function idle(parent: Pid, id: number): void {
        send(parent, receive<number>() + id);
      }

      export function main(): void {
        const before = process.memoryUsage().rss;
        const pids: Pid[] = [];
        for (let id = 0; id < ${COUNT}; id++) pids.push(spawn(idle, self(), id));
        const grown = process.memoryUsage().rss - before;
        for (const pid of pids) send(pid, 1);
        let sum = 0;
        for (const _ of pids) sum += receive<number>();
        console.log(JSON.stringify({ grown, sum }));
      }`,
  });
  const { stdout, stderr, code } = await agner(["run", "app.ts", "--cores", "2"], { cwd: dir.path("") });
  expect([stderr, code]).toEqual(["", 0]);
  const { grown, sum } = JSON.parse(stdout) as { grown: number; sum: number };
  expect(sum).toBe((COUNT * (COUNT + 1)) / 2);
  expect(grown).toBeGreaterThan(0);
  expect(grown).toBeLessThan(LIMIT);
});

// Not by its time: on a virtual machine that sleeps deeply, what a wake-up of any process is charged for is mostly not its own.
test("a VM whose processes all wait hardly wakes", async () => {
  const dir = folder({
    // Timers of the event loop measure, so that no process runs meanwhile; the first second belongs to the start.
    "app.ts": `
      import { halt, receive } from "@agner/vm";

      export function main(): void {
        setTimeout(() => {
          const start = process.resourceUsage().voluntaryContextSwitches;
          setTimeout(() => {
            console.log((process.resourceUsage().voluntaryContextSwitches - start) / 5);
            halt();
          }, 5_000);
        }, 1_000);
        receive();
      }`,
  });
  const { stdout, stderr, code } = await agner(["run", "app.ts", "--cores", "2"], { cwd: dir.path("") });
  expect([stderr, code]).toEqual(["", 0]);
  expect(Number(stdout)).toBeLessThan(20); // a second, all threads together
});
