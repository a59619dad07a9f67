import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { crashToJson, formatCrash, type CrashReport } from "./crash.ts";

const cause = Object.assign(new RangeError("too deep"), { stack: "RangeError: too deep\n    at dig (file:///app.ts:9:3)" });
const reason = Object.assign(new TypeError("no such key", { cause }), {
  stack: "TypeError: no such key\n    at add (file:///app.ts:4:5)\n    at main (file:///app.ts:20:1)",
  key: "k",
});

const report: CrashReport = {
  pid: "<0.12.0>",
  name: "counter",
  initialCall: "main (file:///app.ts:18:1)",
  currentFunction: "add (file:///app.ts:3:1)",
  reason,
  ancestors: ["<0.3.0>", "<0.1.0>"],
  mailboxLength: 2,
  lastMessage: { add: 1n },
  links: ["<0.3.0>"],
  scheduler: 1,
  time: 0,
};

test("a full report", () => {
  expect(formatCrash(report, { color: false })).toBe(
    [
      'Process <0.12.0> "counter" crashed: TypeError: no such key',
      "    at add (file:///app.ts:4:5)",
      "    at main (file:///app.ts:20:1)",
      "    { key: 'k' }",
      "  Caused by: RangeError: too deep",
      "      at dig (file:///app.ts:9:3)",
      "  initial call     main (file:///app.ts:18:1)",
      "  current function add (file:///app.ts:3:1)",
      "  ancestors        <0.3.0>, <0.1.0>",
      "  links            <0.3.0>",
      "  mailbox          2 messages",
      "  last message     { add: 1n }",
      "  scheduler        1",
      "  time             1970-01-01T00:00:00.000Z",
    ].join("\n"),
  );
});

test("what is not known is left out", () => {
  const bare: CrashReport = {
    pid: "<0.1.0>",
    initialCall: "main (file:///a.ts:1:1)",
    reason: { nocatch: "x" },
    ancestors: [],
    mailboxLength: 1,
    scheduler: 0,
    time: 1,
  };
  expect(formatCrash(bare, { color: false })).toBe(
    [
      "Process <0.1.0> crashed: threw 'x', which is not an Error",
      "  initial call     main (file:///a.ts:1:1)",
      "  mailbox          1 message",
      "  scheduler        0",
      "  time             1970-01-01T00:00:00.001Z",
    ].join("\n"),
  );
});

test("colours change nothing but colours", () => {
  const colored = formatCrash(report, { color: true });
  expect(colored.split("\n")[0]).toBe(
    '\u001b[31m\u001b[1mProcess <0.12.0> "counter" crashed:\u001b[22m\u001b[39m \u001b[1mTypeError: no such key\u001b[22m',
  );
  expect(stripVTControlCharacters(colored)).toBe(formatCrash(report, { color: false }));
});

test("one line of JSON", () => {
  const json = crashToJson(report);
  expect(json).not.toContain("\n");
  expect(JSON.parse(json)).toEqual({
    type: "crash",
    time: "1970-01-01T00:00:00.000Z",
    pid: "<0.12.0>",
    name: "counter",
    reason: "TypeError: no such key",
    stack: ["at add (file:///app.ts:4:5)", "at main (file:///app.ts:20:1)"],
    properties: "{ key: 'k' }",
    causes: [{ reason: "RangeError: too deep", stack: ["at dig (file:///app.ts:9:3)"] }],
    initialCall: "main (file:///app.ts:18:1)",
    currentFunction: "add (file:///app.ts:3:1)",
    ancestors: ["<0.3.0>", "<0.1.0>"],
    links: ["<0.3.0>"],
    mailboxLength: 2,
    lastMessage: "{ add: 1n }",
    scheduler: 1,
  });
});
