import { describe, expect, test } from "vitest";
import type { LogEvent } from "./event.ts";
import type { Offender, Report } from "./report.ts";
import { eventWith, PID } from "./testing/events.ts";
import { eventText } from "./text.ts";

const text = (parts: Partial<LogEvent>): string => eventText(eventWith(parts), { color: false });
const reported = (report: Report, parts: Partial<LogEvent> = {}): string =>
  text({ level: "error", pid: PID, name: "counter", report, domain: ["otp", report.type], ...parts });
const ZERO = "1970-01-01 00:00:00.000Z";

/** An error whose stack does not depend on this file. */
function failure(message: string, cause?: unknown): Error {
  const error = new Error(message, cause === undefined ? undefined : { cause });
  return Object.assign(error, { stack: `Error: ${message}\n    at ${message} (app.ts:1:1)` });
}

const CHILD: Offender = {
  pid: PID,
  id: "counter",
  start: "Counter.init",
  restart: "permanent",
  significant: false,
  shutdown: 5_000,
  type: "worker",
};

describe("what programs log", () => {
  test("a message with fields, who and where", () => {
    expect(text({ message: "order placed", pid: PID, name: "shop", fields: { order: 17, tags: ["a"] } })).toBe(
      `${ZERO} notice <0.7.0> "shop" order placed { order: 17, tags: [ 'a' ] }`,
    );
    expect(text({ message: "outside any process" })).toBe(`${ZERO} notice outside any process`);
  });

  test("an object, with and without a message; own class names are kept out of the way", () => {
    expect(text({ report: { user: 7 }, message: "logged in", fields: { request: 1 } })).toBe(
      `${ZERO} notice logged in { user: 7 } { request: 1 }`,
    );
    expect(text({ report: { type: "crash", own: true } })).toBe(`${ZERO} notice { type: 'crash', own: true }`);
  });

  test("errors are shown with their stacks, as reports and in fields and reports", () => {
    expect(text({ report: failure("boom", failure("why")), message: "failed", fields: { a: 1 } })).toBe(
      [
        `${ZERO} notice failed: Error: boom`,
        "    at boom (app.ts:1:1)",
        "  Caused by: Error: why",
        "      at why (app.ts:1:1)",
        "    { a: 1 }",
      ].join("\n"),
    );
    expect(text({ message: "failed", fields: { err: failure("boom"), a: 1 } })).toBe(
      [`${ZERO} notice failed { a: 1 }`, "  err: Error: boom", "    at boom (app.ts:1:1)"].join("\n"),
    );
    expect(text({ report: { error: failure("boom") } })).toBe(
      [`${ZERO} notice`, "  error: Error: boom", "    at boom (app.ts:1:1)"].join("\n"),
    );
  });

  test("colours are there when asked for", () => {
    expect(eventText(eventWith({ message: "x", level: "error" }), { color: true })).toBe(
      `\x1b[2m${ZERO}\x1b[22m \x1b[31merror\x1b[39m x`,
    );
  });
});

describe("what the library reports", () => {
  test("a crash as the VM shows it, with what only the library knows", () => {
    const report: Report = {
      type: "crash",
      pid: PID,
      name: "counter",
      initialCall: "Counter.init",
      currentFunction: "add (app.ts:3:1)",
      reason: failure("boom"),
      ancestors: ["root", PID],
      mailboxLength: 2,
      links: [PID],
      dictionary: [
        ["$ancestors", []],
        ["colour", "red"],
      ],
      trapExit: true,
      status: "running",
      reductions: 10,
      scheduler: 1,
      neighbours: [
        { pid: PID, name: "friend", initialCall: "Friend.init", currentFunction: "loop (f.ts:1:1)", mailboxLength: 0 },
      ],
    };
    expect(reported(report, { time: 5 })).toBe(
      [
        'Process <0.7.0> "counter" crashed: Error: boom',
        "    at boom (app.ts:1:1)",
        "  initial call     Counter.init",
        "  current function add (app.ts:3:1)",
        "  ancestors        root, <0.7.0>",
        "  links            <0.7.0>",
        "  mailbox          2 messages",
        "  scheduler        1",
        "  time             1970-01-01T00:00:00.005Z",
        "  trap exit        yes",
        "  dictionary       'colour' => 'red'",
        '  ends with it     <0.7.0> "friend" Friend.init, in loop (f.ts:1:1)',
      ].join("\n"),
    );
  });

  test("a server that terminates: what it was doing, for whom", () => {
    const report: Report = {
      type: "terminated",
      behaviour: "genServer",
      pid: PID,
      name: undefined,
      module: "Counter",
      reason: failure("boom"),
      lastMessage: { name: "add", args: [1] },
      state: { n: 1 },
      client: { pid: PID, name: "shop", currentFunction: "buy (shop.ts:1:1)" },
      log: ["in", "out"],
    };
    expect(reported(report)).toBe(
      [
        `${ZERO} error Counter <0.7.0> terminates: Error: boom`,
        "    at boom (app.ts:1:1)",
        "  last message     { name: 'add', args: [ 1 ] }",
        "  state            { n: 1 }",
        '  client           <0.7.0> "shop" in buy (shop.ts:1:1)',
        "  log              'in'",
        "  log              'out'",
      ].join("\n"),
    );
  });

  test("a state machine that terminates: the events that waited, and its time-outs", () => {
    const report: Report = {
      type: "terminated",
      behaviour: "genStatem",
      pid: PID,
      name: undefined,
      module: "Door",
      reason: failure("boom"),
      lastMessage: { type: "cast" },
      state: { state: "open", data: 1 },
      client: undefined,
      queued: [{ type: "internal" }],
      postponed: [{ type: "call" }],
      timeouts: [{ type: "timeout" }, { type: "stateTimeout" }],
    };
    expect(reported(report)).toBe(
      [
        `${ZERO} error Door <0.7.0> terminates: Error: boom`,
        "    at boom (app.ts:1:1)",
        "  last message     { type: 'cast' }",
        "  state            { state: 'open', data: 1 }",
        "  queued           { type: 'internal' }",
        "  postponed        { type: 'call' }",
        "  time-out         { type: 'timeout' }",
        "  time-out         { type: 'stateTimeout' }",
      ].join("\n"),
    );
  });

  test.each([
    ["start_error", "could not be started", true],
    ["child_terminated", "terminated", false], // the child itself has told of its crash
    ["shutdown_error", "did not shut down in order", true],
  ] as const)("a supervisor's %s names supervisor and child, why, and how it restarts", (event, words, withStack) => {
    const reason = failure("boom");
    expect(reported({ type: "supervisor", event, supervisor: "root", supervisorPid: PID, reason, offender: CHILD })).toBe(
      [
        `${ZERO} error Supervisor <0.7.0> "root": the child 'counter' ${words}: Error: boom`,
        ...(withStack ? ["    at boom (app.ts:1:1)"] : []),
        "  child            <0.7.0> Counter.init",
        "  type             worker",
        "  restart          permanent",
        "  shutdown         5 s",
      ].join("\n"),
    );
  });

  test("calls of this library in a stack are counted, not shown", () => {
    const reason = failure("boom");
    const own = `    at serve (${new URL("../gen-server/server.ts", import.meta.url).href}:1:1)`;
    reason.stack = ["Error: boom", own, "    at mine (app.ts:2:1)", own, own].join("\n");
    expect(reported({ type: "application", event: "exited", application: "shop", reason })).toBe(
      [
        `${ZERO} error Application shop exited: Error: boom`,
        "    … 1 call of @agner/otp",
        "    at mine (app.ts:2:1)",
        "    … 2 calls of @agner/otp",
      ].join("\n"),
    );
  });

  test("a failed start shows the nested reasons", () => {
    const reason = { shutdown: { failedToStartChild: { id: "db", reason: failure("refused") } } };
    const offender: Offender = {
      ...CHILD,
      pid: undefined,
      id: "storage",
      type: "supervisor",
      shutdown: Infinity,
      significant: true,
    };
    expect(reported({ type: "supervisor", event: "start_error", supervisor: PID, supervisorPid: PID, reason, offender })).toBe(
      [
        `${ZERO} error Supervisor <0.7.0>: the child 'storage' could not be started: the child 'db' could not be started`,
        "  Caused by: Error: refused",
        "      at refused (app.ts:1:1)",
        "  child            Counter.init",
        "  type             supervisor, significant",
        "  restart          permanent",
        "  shutdown         Infinity",
      ].join("\n"),
    );
  });

  test("a supervisor that gives up names itself, the child, the limits, and the restarts that were too many", () => {
    const report: Report = {
      type: "supervisor",
      event: "shutdown",
      supervisor: "root",
      supervisorPid: PID,
      reason: "reached_max_restart_intensity",
      offender: { ...CHILD, pid: "restarting" },
      limits: { intensity: 1, periodMs: 5_000 },
      restarts: [
        { id: "counter", reason: failure("second"), time: 61_000 },
        { id: "counter", reason: "killed", time: 62_500 },
      ],
    };
    expect(reported(report)).toBe(
      [
        `${ZERO} error Supervisor <0.7.0> "root" gives up: more than 1 restart within 5 s; the child 'counter' ended last`,
        "  child            restarting Counter.init",
        "  type             worker",
        "  restart          permanent",
        "  shutdown         5 s",
        "  Restarts that it counted:",
        "    00:01:01.000 'counter': Error: second",
        "      at second (app.ts:1:1)",
        "    00:01:02.500 'counter': 'killed'",
      ].join("\n"),
    );
  });

  test("what many children of a kind did is told once", () => {
    const offender: Offender = { ...CHILD, pid: undefined, count: 12, shutdown: "brutal_kill" };
    const lines = reported({
      type: "supervisor",
      event: "shutdown_error",
      supervisor: "root",
      supervisorPid: PID,
      reason: "tired",
      offender,
    }).split("\n");
    expect(lines.slice(1)).toEqual([
      "  child            Counter.init",
      "  how many         12",
      "  type             worker",
      "  restart          permanent",
      "  shutdown         brutal_kill",
    ]);
  });

  test.each<[string, Report, string]>([
    [
      "progress",
      { type: "progress", supervisor: "root", started: CHILD },
      "Supervisor \"root\" started the child 'counter': <0.7.0> Counter.init",
    ],
    [
      "an unexpected message",
      { type: "unexpected", pid: PID, name: "counter", module: "Counter", message: { hello: 1 } },
      'Counter <0.7.0> "counter" got an unexpected message: { hello: 1 }',
    ],
    ["an application's start", { type: "application", event: "started", application: "shop" }, "Application shop started"],
    [
      "an application's end",
      { type: "application", event: "exited", application: "shop", reason: "tired" },
      "Application shop exited: 'tired'",
    ],
    [
      "a slow stop",
      { type: "application", event: "stopping_slowly", application: "shop", waitingFor: ["db", "cache"] },
      "Application shop is still stopping; it waits for db, cache",
    ],
    [
      "a removed handler",
      { type: "removed", part: "handler", id: "file", reason: "disk_full" },
      "The logger's handler \"file\" failed and was removed: 'disk_full'",
    ],
  ])("%s in one line", (_what, report, line) => {
    expect(reported(report)).toBe(`${ZERO} error ${line}`);
  });
});
