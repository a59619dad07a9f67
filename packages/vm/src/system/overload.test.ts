/**
 * More than can be done at once: messages for a slow process, processes, timers. Meanwhile calls between all pairs of cores are answered, and afterwards the
 * memory is given back. In programs of their own, so that nothing else is measured.
 *
 * The suite runs a part of each: `AGNER_OVERLOAD=full` runs them in full, a million messages and processes, and ten thousand timers a millisecond for three
 * seconds.
 */
import { expect, test } from "vitest";
import { folder } from "../code/testing/folder.ts";
import { fewerIfMoving } from "../conformance/testing/counts.ts";
import { agner } from "../testing/program.ts";

const FULL = process.env["AGNER_OVERLOAD"] === "full";
const COUNT = FULL ? 1_000_000 : fewerIfMoving(50_000, 5_000);
const TIMERS_A_MS = FULL ? 10_000 : fewerIfMoving(10_000, 1_000);
const TIMERS_MS = FULL ? 3_000 : 20;
const TIME_LIMIT = FULL ? 900_000 : undefined;

/** What may stay: a few words for each slot of the process table that was ever used, and what the machine keeps for next time. */
const KEPT_HEAP = 16e6 + COUNT * 16;
const KEPT_RSS = 128e6 + COUNT * 16;

/** Calls of each caller that must be answered while the load lasts. */
const ANSWERS = FULL ? 10 : 1;

const METER = `
  import { setFlagsFromString } from "node:v8";
  import { runInNewContext } from "node:vm";
  import { receive, schedulers, self, send, spawnOpt, TIMEOUT, type Pid } from "@agner/vm";

  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;

  function heap(parent: Pid): void {
    collect();
    collect();
    const { heapUsed, external } = process.memoryUsage();
    send(parent, { heap: heapUsed + external });
  }

  function memory(): { heap: number; rss: number } {
    let sum = 0;
    for (let scheduler = 0; scheduler < schedulers(); scheduler++) {
      spawnOpt({ scheduler }, heap, self());
      sum += receive((message: any): message is { heap: number } => message?.heap !== undefined).heap;
    }
    return { heap: sum, rss: process.memoryUsage().rss };
  }

  function server(): void {
    for (;;) {
      const [from, n] = receive<[Pid, number]>();
      send(from, n + 1);
    }
  }

  function caller(parent: Pid, to: Pid): void {
    for (let answers = 0; ; ) {
      send(to, [self(), answers]);
      answers = receive((message): message is number => typeof message === "number");
      if (receive((message) => message === "stop", 0) === TIMEOUT) continue;
      send(parent, { answers });
      return;
    }
  }

  /** Runs a small load, then a large one with callers on all pairs of cores; prints how the memory has grown and how many calls were answered. */
  export function measure(load: (part: number) => void): void {
    load(0.001);
    const before = memory();
    const callers: Pid[] = [];
    for (let here = 0; here < schedulers(); here++) {
      for (let there = 0; there < schedulers(); there++) {
        callers.push(spawnOpt({ scheduler: here }, caller, self(), spawnOpt({ scheduler: there }, server)));
      }
    }
    load(1);
    const answers = callers.map((pid) => {
      send(pid, "stop");
      return receive((message: any): message is { answers: number } => message?.answers !== undefined).answers;
    });
    const after = memory();
    console.log(JSON.stringify({ answers, heap: after.heap - before.heap, rss: after.rss - before.rss }));
  }`;

interface Verdict {
  readonly answered: boolean;
  readonly heapGivenBack: boolean;
  readonly rssGivenBack: boolean;
}

const GOOD: Verdict = { answered: true, heapGivenBack: true, rssGivenBack: true };

/** Runs a program that measures a load, and prints what it found. */
async function underLoad(program: string): Promise<Verdict> {
  const dir = folder({ "app.ts": program, "meter.ts": METER });
  const { stdout, stderr, code } = await agner(["run", "app.ts", "--cores", "2"], { cwd: dir.path("") });
  expect([stderr, code]).toEqual(["", 0]);
  console.log(stdout.trim());
  const { answers, heap, rss } = JSON.parse(stdout) as { answers: number[]; heap: number; rss: number };
  const answered = answers.length === 4 && answers.every((count) => count >= ANSWERS);
  return { answered, heapGivenBack: heap < KEPT_HEAP, rssGivenBack: rss < KEPT_RSS };
}

test.each([
  ["its own core", 0],
  ["another", 1],
])(
  "a flood of messages for a slow process, from %s",
  async (_, from) => {
    const verdict = await underLoad(`
      import { receive, self, send, spawnOpt, type Pid } from "@agner/vm";
      import { measure } from "./meter.ts";

      function slow(parent: Pid, count: number): void {
        receive((message) => message === "go on");
        let sum = 0;
        for (let i = 0; i < count; i++) sum += receive<[number]>()[0];
        send(parent, ["sum", sum]);
      }

      function flood(parent: Pid, to: Pid, count: number): void {
        for (let i = 0; i < count; i++) send(to, [i, "text"]);
        send(parent, "sent");
      }

      export function main(): void {
        measure((part) => {
          const count = Math.ceil(part * ${COUNT});
          const to = spawnOpt({ scheduler: 0 }, slow, self(), count);
          spawnOpt({ scheduler: ${from} }, flood, self(), to, count);
          receive((message) => message === "sent");
          send(to, "go on");
          const [, sum] = receive((message: any): message is [string, number] => message?.[0] === "sum");
          if (sum !== (count * (count - 1)) / 2) throw new Error(\`of \${count} messages the sum was \${sum}\`);
        });
      }`);
    expect(verdict).toEqual(GOOD);
  },
  TIME_LIMIT,
);

test(
  "a storm of processes that start and end, and one of processes that live all at once",
  async () => {
    const verdict = await underLoad(`
      import { receive, self, send, spawn, type Pid } from "@agner/vm";
      import { measure } from "./meter.ts";

      function answer(parent: Pid, n: number): void {
        send(parent, n);
      }

      function idle(parent: Pid): void {
        send(parent, receive<number>());
      }

      /** Adds up what \`count\` processes send, and tells. */
      function collect(parent: Pid, count: number): void {
        let sum = 0;
        for (let i = 0; i < count; i++) sum += receive<number>();
        send(parent, ["sum", sum]);
      }

      function sumIs(count: number): void {
        const [, sum] = receive((message: any): message is [string, number] => message?.[0] === "sum");
        if (sum !== (count * (count - 1)) / 2) throw new Error(\`of \${count} processes the sum was \${sum}\`);
      }

      export function main(): void {
        measure((part) => {
          const count = Math.ceil(part * ${COUNT});
          const first = spawn(collect, self(), count);
          for (let n = 0; n < count; n++) spawn(answer, first, n);
          sumIs(count);
          const second = spawn(collect, self(), count);
          const pids: Pid[] = [];
          for (let n = 0; n < count; n++) pids.push(spawn(idle, second));
          for (const [n, pid] of pids.entries()) send(pid, n);
          sumIs(count);
        });
      }`);
    expect(verdict).toEqual(GOOD);
  },
  TIME_LIMIT,
);

test(
  "ten thousand timers a millisecond",
  async () => {
    const verdict = await underLoad(`
      import { receive, self, send, sendAfter, spawnOpt, yieldNow, type Pid } from "@agner/vm";
      import { measure } from "./meter.ts";

      function collect(parent: Pid, count: number): void {
        for (let i = 0; i < count; i++) receive();
        send(parent, "all");
      }

      /** As many timers as fast as can be: those of one millisecond all fire at once. */
      function set(to: Pid, ms: number): void {
        for (let tick = 0; tick < ms; tick++) {
          for (let i = 0; i < ${TIMERS_A_MS}; i++) sendAfter(10 + (i % 10), to, i);
          yieldNow();
        }
      }

      export function main(): void {
        measure((part) => {
          const ms = Math.ceil(part * ${TIMERS_MS});
          const to = spawnOpt({ scheduler: 1 }, collect, self(), ms * ${TIMERS_A_MS});
          spawnOpt({ scheduler: 0 }, set, to, ms);
          receive((message) => message === "all");
        });
      }`);
    expect(verdict).toEqual(GOOD);
  },
  TIME_LIMIT,
);
