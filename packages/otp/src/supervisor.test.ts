import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { isAlive, schedulerId, schedulers } from "@agner/vm";
import { thrown } from "./conformance/testing/watch.ts";
import { genServer, noreply, reply, StartError, supervisor, SupervisorError } from "./index.ts";

export const Counter = genServer({
  init: (start: number) => start,
  calls: {
    get: (n) => reply(n, n),
    add: (n, by: number) => reply(n + by, n + by),
    crash: (): never => {
      throw new Error("oh no");
    },
  },
  casts: { reset: () => noreply(0) },
});

export const Root = supervisor({
  strategy: "one_for_one",
  intensity: 3,
  periodMs: 5_000,
  children: (start: number) => [
    Counter.child(start, { name: "counter", scheduler: (schedulerId() + 1) % schedulers() }),
    Counter.child(start + 1, { id: "other" }),
  ],
});

processTest("a server that crashes is there again, under its name", () => {
  const root = Root.startLink(10, { name: "root" });
  const counter = Counter.ref("counter");
  const first = counter.pid;
  expect(counter.add(1)).toBe(11);
  expect(thrown(() => counter.crash()).message).toContain("the server ended");
  while (isAlive(first) || root.countChildren().active < 2);
  expect(counter.get()).toBe(10);
  expect(counter.pid).not.toBe(first);
  expect(root.whichChildren().map(({ id, modules }) => [id, modules])).toEqual([
    ["other", ["Counter"]],
    ["counter", ["Counter"]],
  ]);
  root.stop();
  expect(() => counter.get()).toThrow("no process is registered under that");
});

processTest("errors say who, what, why, and what to do", () => {
  const root = Root.startLink(10);
  const error = messageOf(() => root.restartChild("counter"));
  expect(error).toBe(
    `restartChild('counter') of the supervisor ${root.pid.toString()} (Root): the supervisor refused: the child runs; end it with terminateChild first`,
  );
  expect(messageOf(() => Root.start(1))).toBe(
    `Root could not be started: its child 'counter' could not be started: it runs already, as ${Counter.ref("counter").pid.toString()}`,
  );
  expect(messageOf(() => root.startChild({ id: "x" } as never))).toContain("start: [definition, …arguments]");
  root.stop();
});

processTest("what is no definition of a supervisor is refused at once", () => {
  expect(() => supervisor({} as never)).toThrow("needs children, an array or a function, or a function init");
  expect(() => supervisor({ init: 1 } as never)).toThrow("init must be a function");
  expect(() => Root.ref(1 as never)).toThrow("Root.ref: the supervisor must be a pid or a name");
});

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (e) {
    expect(StartError.is(e) || SupervisorError.is(e)).toBe(true);
    return (e as Error).message;
  }
  throw new Error("nothing was thrown");
}
