import { Writable } from "node:stream";
import { pino } from "pino";
import { expect, test } from "vitest";
import { pinoHandler, type PinoLike } from "./pino.ts";
import { LEVELS } from "./report.ts";
import { eventWith, PID } from "./testing/events.ts";

type Call = [method: string, fields: object, message: string | undefined];

/** Keeps what it is called with. */
function fake(): { pino: PinoLike; calls: Call[] } {
  const calls: Call[] = [];
  const method =
    (name: string) =>
    (fields: object, message?: string): void =>
      void calls.push([name, fields, message]);
  return {
    pino: { fatal: method("fatal"), error: method("error"), warn: method("warn"), info: method("info"), debug: method("debug") },
    calls,
  };
}

test("levels are pino's; the object comes first, then the message", () => {
  const { pino: logger, calls } = fake();
  const handler = pinoHandler(logger);
  for (const level of LEVELS) handler.log(eventWith({ level, message: level, fields: { a: 1 } }));
  expect(calls.map(([method]) => method)).toEqual(["fatal", "fatal", "fatal", "error", "warn", "info", "info", "debug"]);
  expect(calls[4]!.slice(1)).toEqual([{ a: 1, process: undefined, scheduler: 0 }, "warning"]);
});

test("an error is under err, as a report and as a reason", () => {
  const { pino: logger, calls } = fake();
  const handler = pinoHandler(logger);
  const error = new Error("boom");
  handler.log(eventWith({ report: error }));
  handler.log(eventWith({ report: { type: "removed", part: "filter", id: "x", reason: error }, domain: ["otp", "removed"] }));
  handler.log(eventWith({ report: { reason: "tired", pid: PID, kept: true }, message: "gone", pid: PID, name: "counter" }));
  expect(calls).toEqual([
    ["info", { err: error, process: undefined, scheduler: 0 }, "boom"],
    [
      "info",
      { type: "removed", part: "filter", id: "x", err: error, process: undefined, scheduler: 0, domain: ["otp", "removed"] },
      'The logger\'s filter "x" failed and was removed: Error: boom',
    ],
    ["info", { reason: "tired", kept: true, process: "<0.7.0>", processName: "counter", scheduler: 0 }, "gone"],
  ]);
});

test("pino itself writes level, message, fields and the error's stack", () => {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const handler = pinoHandler(pino({ level: "debug" }, stream));
  handler.log(eventWith({ level: "alert", message: "on fire", fields: { room: 7 }, pid: PID }));
  handler.log(eventWith({ level: "error", report: new TypeError("boom") }));
  const [first, second] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(first).toMatchObject({ level: 60, msg: "on fire", room: 7, process: "<0.7.0>", pid: process.pid });
  expect(second).toMatchObject({ level: 50, msg: "boom", err: { type: "TypeError", message: "boom" } });
  expect((second!["err"] as { stack: string }).stack).toContain("pino.test.ts");
});
