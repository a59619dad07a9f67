import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { isAlive, schedulerId, schedulers, spawn } from "@agner/vm";
import { caller, genServer, noreply, reply, replyTo, stop, CallError } from "./index.ts";

export const Counter = genServer({
  init: (start: number) => start,
  calls: {
    get: (n) => reply(n, n),
    add: (n, by: number) => reply(n + by, n + by),
    later: (n) => {
      const from = caller<string>();
      spawn(() => replyTo(from, "done"));
      return noreply(n);
    },
    crash: (): never => {
      throw new Error("oh no");
    },
    end: (n) => stop("normal", n, "bye"),
  },
  casts: { reset: (_n) => noreply(0) },
  info: (n, _msg) => noreply(n),
});

function elsewhere(): number {
  return (schedulerId() + 1) % schedulers();
}

processTest("a counter counts", () => {
  const c = Counter.startLink(10, { name: "counter", scheduler: elsewhere() });
  expect(c.add(5)).toBe(15);
  const n: number = c.get();
  expect(n).toBe(15);
  c.cast.reset();
  expect(c.with({ timeout: 30_000 }).get()).toBe(0);
  expect(Counter.ref("counter").get()).toBe(0);
  expect(c.later()).toBe("done");
  const s: string = c.end();
  expect(s).toBe("bye");
});

processTest("a crash in a call is the caller's error", () => {
  const c = Counter.start(10, { scheduler: elsewhere() });
  let error: unknown;
  try {
    c.crash();
  } catch (e) {
    error = e;
  }
  expect(CallError.is(error)).toBe(true);
  expect((error as CallError).cause).toBeInstanceOf(Error);
  expect(isAlive(c.pid)).toBe(false);
  expect(() => c.get()).toThrow("ended");
});

processTest("a client travels", () => {
  const c = Counter.startLink(1, { scheduler: elsewhere() });
  const again = Counter.startLink(2);
  expect(again.get()).toBe(2);
  expect(c.get()).toBe(1);
});
