import { AgnerError } from "@agner/scheduler/errors";
import { expect, test } from "vitest";
import type { CodeWarning } from "../code/image.ts";
import { folder } from "../code/testing/folder.ts";
import type { CrashReport } from "../report/crash.ts";
import { run, type RunnerVM } from "./run.ts";

const report: CrashReport = {
  pid: "<0.1.0>",
  initialCall: "main (file:///a.ts:1:1)",
  reason: "boom",
  ancestors: [],
  mailboxLength: 0,
  scheduler: 0,
  time: 0,
};
const warning: CodeWarning = { file: "/a.ts", line: 1, column: 2, code: "W", severity: "warning", message: "careful" };
const stats = [
  {
    scheduler: 0,
    runQueue: 0,
    processes: 1,
    reductions: 5,
    messagesIn: 0,
    messagesOut: 0,
    dropped: 0,
    spawns: 1,
    steals: 0,
    migrations: 0,
    pinned: 0,
    busyShare: 0.25,
    longSchedules: 0,
  },
];

/** A VM that notes what is asked of it; `behave` overrides. */
function fake(behave: Partial<RunnerVM> = {}): { vm: RunnerVM; calls: unknown[]; emit: (event: string, value: unknown) => void } {
  const calls: unknown[] = [];
  const listeners = new Map<string, (value: never) => void>();
  const vm: RunnerVM = {
    load: async (url) => void calls.push(["load", url.href]),
    runMain: async (url, args) => {
      calls.push(["runMain", url.href, args]);
      return { exitCode: 0 };
    },
    on: (event: string, listener: (value: never) => void) => listeners.set(event, listener),
    statistics: () => stats,
    stop: async () => void calls.push("stop"),
    ...behave,
  };
  return { vm, calls, emit: (event, value) => listeners.get(event)?.(value as never) };
}

const options = { stats: false, json: false, quiet: false };

test("boots, loads, runs, stops; the exit code is main's", async () => {
  const dir = folder({ "app.ts": "" });
  const { vm, calls } = fake({ runMain: async (url, args) => (calls.push(["runMain", url.href, args]), { exitCode: 7 }) });
  const boots: unknown[] = [];
  const boot = async (o: object): Promise<RunnerVM> => (boots.push(o), vm);
  const lines: string[] = [];
  const code = await run(
    { module: dir.path("app.ts"), args: ["a", "b"], options: { ...options, cores: 3 } },
    { boot, report: (text) => lines.push(text), color: false },
  );
  expect(code).toBe(7);
  expect(boots).toEqual([
    { cores: 3, argv: [process.execPath, dir.path("app.ts"), "a", "b"], module: new URL(dir.url("app.ts")) },
  ]);
  expect(calls).toEqual([["load", dir.url("app.ts")], ["runMain", dir.url("app.ts"), ["a", "b"]], "stop"]);
  expect(lines).toEqual([]);
});

async function outcome(
  behave: (emit: (event: string, value: unknown) => void) => Partial<RunnerVM>,
  more: Partial<typeof options> = {},
): Promise<{ code: number; lines: string[] }> {
  const dir = folder({ "app.ts": "" });
  const lines: string[] = [];
  const made: ReturnType<typeof fake> = fake(behave((event, value) => made.emit(event, value)));
  const code = await run(
    { module: dir.url("app.ts"), args: [], options: { ...options, ...more } },
    { boot: async () => made.vm, report: (text) => lines.push(text), color: false },
  );
  return { code, lines };
}

test("a missing module is refused before any thread starts", async () => {
  const dir = folder({ "app.ts": "" });
  const lines: string[] = [];
  const boot = async (): Promise<never> => expect.unreachable();
  expect(
    await run({ module: dir.path("ap.ts"), args: [], options }, { boot, report: (text) => lines.push(text), color: false }),
  ).toBe(2);
  expect(lines).toEqual([`agner: cannot find module "${dir.path("ap.ts")}": did you mean "${dir.path("app.ts")}"?`]);
});

test("a compile error is one message and exit code 2", async () => {
  const load = async (): Promise<never> => {
    throw new AgnerError("AGNER_COMPILE", "/a.ts:1:1: no");
  };
  expect(await outcome(() => ({ load }))).toEqual({ code: 2, lines: ["agner: /a.ts:1:1: no"] });
  expect(await outcome(() => ({ load }), { json: true })).toEqual({
    code: 2,
    lines: ['{"type":"error","code":"AGNER_COMPILE","message":"/a.ts:1:1: no"}'],
  });
});

test("a top level that throws is a crash", async () => {
  const load = async (): Promise<never> => {
    throw Object.assign(new Error("top"), { stack: "Error: top\n    at a.ts:1:1" });
  };
  expect(await outcome(() => ({ load }))).toEqual({ code: 1, lines: ["agner: Error: top\n    at a.ts:1:1"] });
});

test("crashes and warnings are printed as they happen", async () => {
  const behaviour = (emit: (event: string, value: unknown) => void): Partial<RunnerVM> => ({
    load: async () => emit("warning", warning),
    runMain: async () => (emit("crash", report), { exitCode: 1 }),
  });
  const { code, lines } = await outcome(behaviour);
  expect(code).toBe(1);
  expect(lines.map((line) => line.split("\n")[0])).toEqual([
    "warning: /a.ts:1:2: careful (W)",
    "Process <0.1.0> crashed: 'boom'",
  ]);
  expect((await outcome(behaviour, { quiet: true })).lines.length).toBe(1);
  expect((await outcome(behaviour, { json: true })).lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
    "warning",
    "crash",
  ]);
});

test("statistics come last", async () => {
  const { lines } = await outcome((emit) => ({ runMain: async () => (emit("crash", report), { exitCode: 1 }) }), { stats: true });
  expect(lines[1]).toBe(
    [
      "scheduler  run queue  processes  reductions  messages in  messages out  dropped  spawns  steals  migrations   busy",
      "        0          0          1           5            0             0        0       1       0           0  25.0%",
    ].join("\n"),
  );
  expect((await outcome(() => ({}), { stats: true, json: true })).lines).toEqual([
    JSON.stringify({ type: "statistics", schedulers: stats }),
  ]);
});

test("a VM that cannot boot, or cannot stop", async () => {
  const dir = folder({ "app.ts": "" });
  const lines: string[] = [];
  const boot = async (): Promise<never> => {
    throw new AgnerError("AGNER_BOOT", "no memory");
  };
  expect(
    await run(
      { module: dir.url("app.ts"), args: [], options },
      { boot, report: (text) => lines.push(text.split("\n")[0]!), color: false },
    ),
  ).toBe(1);
  expect(lines).toEqual(["agner: AgnerError [AGNER_BOOT]: no memory"]);
  const stop = async (): Promise<never> => {
    throw new Error("stuck");
  };
  expect((await outcome(() => ({ stop }))).code).toBe(1);
});
