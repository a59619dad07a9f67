import { AgnerError } from "@agner/scheduler/errors";
import { expect, test } from "vitest";
import { formatReason, formatTerm, reasonChain } from "./reason.ts";

test("terms and errors on one line", () => {
  expect(formatReason("noproc")).toBe("'noproc'");
  expect(formatReason({ shutdown: { a: [1, 2] } })).toBe("{ shutdown: { a: [ 1, 2 ] } }");
  expect(formatReason({ schedulerLost: 1 })).toBe("{ schedulerLost: 1 }");
  expect(formatReason({ nocatch: 42 })).toBe("threw 42, which is not an Error");
  expect(formatReason(new TypeError("no"))).toBe("TypeError: no");
  expect(formatReason(new AgnerError("AGNER_NOPROC", "nobody"))).toBe("AgnerError [AGNER_NOPROC]: nobody");
  expect(formatReason(new RangeError())).toBe("RangeError");
});

test("a large term is cut", () => {
  expect(formatTerm(Array.from({ length: 25 }, () => 0))).toBe(`[ ${"0, ".repeat(20)}... 5 more items ]`);
  expect(formatTerm("x".repeat(600))).toBe(`'${"x".repeat(500)}'... 100 more characters`);
});

test("causes follow, circles end", () => {
  const inner = new Error("inner");
  const outer = Object.assign(new Error("outer", { cause: inner }), { code: "AGNER_X", path: "a.b" });
  outer.stack = "Error: outer\nof two lines\n    at f (file:///a.ts:1:2)\n    … 7 more";
  inner.stack = "Error: inner\n    at g (file:///b.ts:3:4)";
  expect(reasonChain(outer)).toEqual([
    { text: "Error [AGNER_X]: outer", stack: ["at f (file:///a.ts:1:2)", "… 7 more"], properties: { path: "a.b" } },
    { text: "Error: inner", stack: ["at g (file:///b.ts:3:4)"], properties: {} },
  ]);
  inner.cause = outer;
  expect(reasonChain(outer).length).toBe(9);
});
