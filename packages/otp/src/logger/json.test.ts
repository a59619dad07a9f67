import { expect, test } from "vitest";
import type { LogEvent } from "./event.ts";
import { eventJson } from "./json.ts";
import type { Report } from "./report.ts";
import { eventWith, PID } from "./testing/events.ts";

function json(parts: Partial<LogEvent>): Record<string, unknown> {
  const line = eventJson(eventWith(parts));
  expect(line).not.toContain("\n");
  return JSON.parse(line) as Record<string, unknown>;
}

const reported = (report: Report): Record<string, unknown> => json({ level: "error", report, domain: ["otp", report.type] });

test("an event of a program: fields and report are kept apart from what the logger says", () => {
  expect(json({ message: "placed", pid: PID, name: "shop", fields: { pid: 7, order: 17n }, domain: ["shop"] })).toEqual({
    time: "1970-01-01T00:00:00.000Z",
    level: "notice",
    pid: "<0.7.0>",
    name: "shop",
    scheduler: 0,
    message: "placed",
    fields: { pid: 7, order: "17n" },
    domain: ["shop"],
  });
  expect(json({ report: { level: "high", user: 7 } })).toMatchObject({ level: "notice", report: { level: "high", user: 7 } });
});

test("what JSON has nothing for is written as text", () => {
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  const values = {
    nan: NaN,
    map: new Map([[1, 2]]),
    date: new Date(0),
    symbol: Symbol.for("x"),
    none: undefined,
    nothing: null,
    fn: eventJson,
    pid: PID,
    long: "x".repeat(20_000),
    many: Array.from({ length: 300 }, (_, i) => i),
    toJSON: () => "never asked",
  };
  const { fields } = json({ fields: { ...values, circle } }) as { fields: Record<string, unknown> };
  expect(fields).toMatchObject({
    nan: "NaN",
    map: "Map(1) { 1 => 2 }",
    date: "1970-01-01T00:00:00.000Z",
    symbol: "Symbol(x)",
    nothing: null,
  });
  expect("none" in fields).toBe(false);
  expect((fields["long"] as string).length).toBe(10_001);
  expect((fields["many"] as unknown[]).length).toBe(100);
  expect(JSON.stringify(fields["circle"])).toContain("Circular");
});

test("accessors that throw do not", () => {
  const report = {
    get trap(): never {
      throw new Error("gotcha");
    },
  };
  expect(json({ report })).toHaveProperty("report");
});

test("errors have text, stack and causes, wherever they are", () => {
  const error = new TypeError("boom", { cause: new Error("why") });
  const shown = {
    reason: "TypeError: boom",
    stack: expect.arrayContaining([expect.stringMatching(/^at /)]) as unknown,
    causes: [{ reason: "Error: why", stack: expect.any(Array) as unknown }],
  };
  expect(json({ report: error, message: "failed" })).toMatchObject({ message: "failed", report: shown });
  expect(json({ report: error })).toMatchObject({ message: "TypeError: boom", report: shown });
  expect(json({ fields: { err: error } })).toMatchObject({ fields: { err: shown } });
});

test("a report of the library says its headline, and all that it knows", () => {
  const offender = {
    pid: PID,
    id: "counter",
    start: "Counter.init",
    restart: "permanent",
    significant: false,
    shutdown: Infinity,
    type: "worker",
  } as const;
  const report: Report = {
    type: "supervisor",
    event: "shutdown",
    supervisor: "root",
    supervisorPid: PID,
    reason: "reached_max_restart_intensity",
    offender,
    limits: { intensity: 1, periodMs: 5_000 },
    restarts: [{ id: "counter", reason: new Error("second"), time: 0 }],
  };
  expect(reported(report)).toMatchObject({
    type: "supervisor",
    event: "shutdown",
    message: "Supervisor <0.7.0> \"root\" gives up: more than 1 restart within 5 s; the child 'counter' ended last",
    supervisor: "root",
    supervisorPid: "<0.7.0>",
    reason: "'reached_max_restart_intensity'",
    stack: [],
    offender: { ...offender, pid: "<0.7.0>", shutdown: "Infinity" },
    limits: { intensity: 1, periodMs: 5_000 },
    restarts: [{ id: "counter", reason: "Error: second", time: "1970-01-01T00:00:00.000Z" }],
    domain: ["otp", "supervisor"],
  });
});

test("a crash is written as the VM writes it", () => {
  const report: Report = {
    type: "crash",
    pid: PID,
    name: "counter",
    initialCall: "main",
    reason: { nocatch: 5 },
    ancestors: [PID],
    mailboxLength: 1,
    lastMessage: { a: 1 },
    links: [],
    scheduler: 0,
  };
  expect(reported(report)).toMatchObject({
    type: "crash",
    level: "error",
    time: "1970-01-01T00:00:00.000Z",
    message: 'Process <0.7.0> "counter" crashed: threw 5, which is not an Error',
    reason: "threw 5, which is not an Error",
    initialCall: "main",
    ancestors: ["<0.7.0>"],
    mailboxLength: 1,
    lastMessage: "{ a: 1 }",
  });
});
