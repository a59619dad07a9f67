import { expect, test } from "vitest";
import { paint } from "@agner/vm/report";
import { StartError } from "../errors.ts";
import { explain, reasonBlock, safeTerm } from "./reason.ts";

const texts = (reason: unknown): string[] => explain(reason).map(({ text }) => text);

test("a term is itself", () => {
  expect(texts("noproc")).toEqual(["'noproc'"]);
  expect(texts({ shutdown: "restart" })).toEqual(["{ shutdown: 'restart' }"]);
});

test("a callback that returns what it must not is told what it may", () => {
  expect(texts({ badReturnValue: undefined })[0]).toMatch(/^\{ badReturnValue: undefined \}: a callback must return .*reply/);
  expect(texts({ badReturnFromStateFunction: 1 })[0]).toContain("nextState(…)");
  expect(texts({ badReturnValue: 1, more: 2 })).toEqual(["{ badReturnValue: 1, more: 2 }"]);
});

test("failed starts are followed down to what went wrong", () => {
  const reason = {
    shutdown: {
      failedToStartChild: { id: "pool", reason: { failedToStartChild: { id: 7, reason: new RangeError("no port") } } },
    },
  };
  expect(texts(reason)).toEqual([
    "the child 'pool' could not be started",
    "the child 7 could not be started",
    "RangeError: no port",
  ]);
  expect(explain(reason)[2]!.stack[0]).toContain("reason.test.ts");
});

test("a typed error's reason is shown once, as its cause, and followed", () => {
  const inner = { failedToStartChild: { id: "db", reason: new Error("refused") } };
  const error = new StartError("could not start", { reason: inner });
  expect(texts(error)).toEqual([
    "StartError [AGNER_START]: could not start",
    "the child 'db' could not be started",
    "Error: refused",
  ]);
  expect(explain(error)[0]!.properties).toEqual({});
});

test("reasons that contain themselves come to an end", () => {
  const reason: { failedToStartChild: unknown } = { failedToStartChild: undefined };
  reason.failedToStartChild = { id: 1, reason };
  expect(explain(reason).length).toBe(16);
  const error = new Error("loop");
  error.cause = error;
  expect(explain(error).length).toBe(16);
});

test("what cannot be shown is said to be so", () => {
  const hostile = {
    [Symbol.for("nodejs.util.inspect.custom")]: () => {
      throw new Error("never");
    },
  };
  expect(safeTerm(hostile)).toBe("[object that cannot be shown]");
  expect(texts(hostile)).toEqual(["[object that cannot be shown]"]);
});

test("a block has the stack below each reason", () => {
  const inner = Object.assign(new Error("inner"), { stack: "Error: inner\n    at b (b.ts:2:2)", port: 80 });
  const outer = Object.assign(new Error("outer", { cause: inner }), { stack: "Error: outer\n    at a (a.ts:1:1)" });
  expect(reasonBlock("It failed:", outer, paint(false))).toEqual([
    "It failed: Error: outer",
    "    at a (a.ts:1:1)",
    "  Caused by: Error: inner",
    "      at b (b.ts:2:2)",
    "      { port: 80 }",
  ]);
});
