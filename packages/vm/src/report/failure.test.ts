import { AgnerError } from "@agner/scheduler/errors";
import { expect, test } from "vitest";
import { failureToJson, formatFailure, formatWarning, isRefusal, warningToJson } from "./failure.ts";

const refusal = new AgnerError("AGNER_COMPILE", "/a/app.ts:1:2: unexpected token\n  1 | x\n    |  ^", {
  details: { file: "/a/app.ts", line: 1, column: 2 },
});
const crash = Object.assign(
  new RangeError("no", { cause: Object.assign(new Error("why"), { stack: "Error: why\n    at g (b.ts:2:1)" }) }),
  { stack: "RangeError: no\n    at f (a.ts:1:1)" },
);

test("a refusal is its message, without a stack", () => {
  expect(isRefusal(refusal)).toBe(true);
  expect(formatFailure(refusal, { color: false })).toBe("agner: /a/app.ts:1:2: unexpected token\n  1 | x\n    |  ^");
  expect(JSON.parse(failureToJson(refusal))).toEqual({
    type: "error",
    code: "AGNER_COMPILE",
    message: refusal.message,
    file: "/a/app.ts",
    line: 1,
    column: 2,
  });
});

test("another error has its stack and its causes", () => {
  expect(isRefusal(crash)).toBe(false);
  expect(formatFailure(crash, { color: false })).toBe(
    "agner: RangeError: no\n    at f (a.ts:1:1)\n  Caused by: Error: why\n      at g (b.ts:2:1)",
  );
  expect(JSON.parse(failureToJson(crash))).toEqual({ type: "error", message: "RangeError: no", stack: ["at f (a.ts:1:1)"] });
  expect(formatFailure("text", { color: false })).toBe("agner: 'text'");
  expect(JSON.parse(failureToJson(undefined))).toEqual({ type: "error", message: "undefined", stack: [] });
});

test("warnings", () => {
  const warning = {
    file: "/a/app.ts",
    line: 3,
    column: 4,
    code: "SHARED_VARIABLE",
    severity: "warning",
    message: "count is one per core",
    hint: "keep it in a process",
  } as const;
  expect(formatWarning(warning, { color: false })).toBe(
    "warning: /a/app.ts:3:4: count is one per core (SHARED_VARIABLE)\n  keep it in a process",
  );
  expect(JSON.parse(warningToJson(warning))).toEqual({ type: "warning", ...warning });
});
