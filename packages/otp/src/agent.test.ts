import { expect } from "vitest";
import { exit, isAlive, processFlag, processInfo, receive, self, send, sleep, spawn, whereis, type Pid } from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { at, PLACES } from "./conformance/testing/place.ts";
import { collecting, reportsOf } from "./conformance/testing/reports.ts";
import { endOf, exitFrom, settled, taken, thrown, until } from "./conformance/testing/watch.ts";
import { agent, CallError, StartError, supervisor, sys, type Agent } from "./index.ts";

function increment(n: number, by: number = 1): number {
  return n + by;
}

function broken(): never {
  throw new RangeError("out of range");
}

function scaled(state: number, factor: number): number {
  return state * factor;
}

interface Travelling {
  readonly to: Pid;
  readonly counter: Agent<number>;
}

function visit({ to, counter }: Travelling): void {
  counter.update(increment, 5);
  send(to, [counter.get(), counter.pid]);
}

export const Root = supervisor({
  strategy: "one_for_one",
  children: [agent.child(() => 10, { name: "supervised agent" })],
});

for (const place of PLACES) {
  // start_link/2 workflow with unregistered name and anonymous functions
  processTest(`L11: an agent keeps a state, and runs functions on it in its own process (${place})`, () => {
    const counter = agent.startLink(() => 1, at(place));
    expect(counter.get()).toBe(1);
    const by = 2;
    counter.update((n) => n + by);
    counter.update((n, more: number) => n + more, 10);
    expect(counter.get((n) => [n, self()])).toEqual([13, counter.pid]);
    counter.update(increment);
    expect(counter.getAndUpdate((n) => [n, n * 2])).toBe(14);
    expect(counter.get()).toBe(28);
    counter.cast((n) => n + 1);
    expect(counter.get((n) => n)).toBe(29);
    counter.stop();
    expect(isAlive(counter.pid)).toBe(false);
  });

  // start/2 workflow with registered name and module functions
  processTest(`L11: an agent may have a name, and functions of a module work on it (${place})`, () => {
    const counter = agent.start(() => 0, { name: "agent counter", ...at(place) });
    expect(whereis("agent counter")).toBe(counter.pid);
    const same = agent.ref<number>("agent counter");
    same.update(increment, 41);
    same.cast(increment);
    expect(counter.get(scaled, 2)).toBe(84);
    expect(thrown(() => agent.start(() => 1, { name: "agent counter" }))).toMatchObject({
      code: "AGNER_START",
      reason: { alreadyStarted: counter.pid },
    });
    same.stop();
    expect(whereis("agent counter")).toBeUndefined();
    expect(thrown(() => same.get())).toMatchObject({ code: "AGNER_NOPROC", reason: "noproc" });
    same.cast(increment); // nobody is there, and nobody minds
  });

  processTest(`L11: the state is the agent's own, also where a function has changed it in place (${place})`, () => {
    const words = ["a"];
    const list = agent.startLink(() => words, at(place));
    const copy = list.get();
    copy.push("mine");
    list.update((state, word: string) => {
      state.push(word);
      return state;
    }, "b");
    expect(list.get()).toEqual(["a", "b"]);
    expect(words).toEqual(["a"]);
  });

  processTest(`L11: a function that throws ends the agent, and the call that sent it (${place})`, () => {
    processFlag("trapExit", true);
    const requests: [string, (counter: Agent<number>) => unknown][] = [
      ["get", (counter) => counter.get(broken)],
      ["update", (counter) => counter.update(broken)],
      ["getAndUpdate", (counter) => counter.getAndUpdate(broken)],
    ];
    for (const [request, ask] of requests) {
      const counter = agent.startLink(() => 0, at(place));
      const error = thrown(() => ask(counter));
      expect(CallError.is(error)).toBe(true);
      expect(error).toMatchObject({ code: "AGNER_CALL", request, cause: { message: "out of range" } });
      expect(exitFrom(counter.pid).reason).toBeInstanceOf(RangeError);
    }
    const counter = agent.startLink(() => 0, at(place));
    counter.cast(broken);
    expect(exitFrom(counter.pid).reason).toBeInstanceOf(RangeError);
    const pair = agent.startLink(() => 0, at(place));
    expect(thrown(() => pair.getAndUpdate(((n: number) => n) as never)).reason).toEqual({ badReturnValue: 0 });
    exitFrom(pair.pid);
    expect(taken()).toEqual([]);
  });

  processTest(`L11: an answer that takes too long is the caller's error, and the agent goes on (${place})`, () => {
    const counter = agent.startLink(() => 1, at(place));
    const main = self();
    const error = thrown(() =>
      counter.with({ timeout: 0 }).get((n) => {
        send(main, "it runs");
        receive((message) => message === "go");
        return n;
      }),
    );
    expect(error).toMatchObject({ code: "AGNER_TIMEOUT", reason: "timeout", request: "get" });
    receive((message) => message === "it runs");
    send(counter.pid, "go");
    expect(counter.get()).toBe(1);
    settled();
    expect(taken()).toEqual([]);
  });

  processTest(`L11: functions may wait, receive and be preempted (${place})`, () => {
    const counter = agent.startLink(() => 0, at(place));
    counter.update((n) => {
      sleep(2);
      let sum = n;
      for (let i = 0; i < 100_000; i++) sum += i % 2;
      return sum;
    });
    expect(counter.get()).toBe(50_000);
  });

  processTest(`an agent's handle is a term (${place})`, () => {
    const counter = agent.startLink(() => 0, at(place));
    const main = self();
    const other = agent.startLink(() => ({ counter }), at(place));
    const [n, pid] = other.get((state) => {
      state.counter.update((value) => value + 1);
      return [state.counter.get() >= 1, state.counter.pid] as const;
    });
    expect([n, pid]).toEqual([true, counter.pid]);
    spawn(() => visit({ to: main, counter }));
    expect(receive<[number, Pid]>()[1]).toBe(counter.pid);
  });

  processTest(`L11: sys works on agents (${place})`, () => {
    const counter = agent.startLink(() => 5, at(place));
    expect(sys.getState(counter)).toBe(5);
    sys.replaceState(counter, increment);
    expect(counter.get()).toBe(6);
    sys.suspend(counter);
    sys.changeCode(counter, undefined, "old", [scaled, 7]);
    sys.resume(counter);
    expect(counter.get()).toBe(42);
    expect(sys.getStatus(counter)).toMatchObject({ behaviour: "genServer", pid: counter.pid });
  });

  // :sys.change_code/4 with raising mfa
  processTest(`L11: code that cannot be changed leaves the state alone (${place})`, () => {
    const counter = agent.startLink(() => 5, at(place));
    sys.suspend(counter);
    expect(thrown(() => sys.changeCode(counter, undefined, "old", [broken]))).toMatchObject({ code: "AGNER_CALLBACK_FAILED" });
    sys.resume(counter);
    expect(counter.get()).toBe(5);
  });
}

processTest("L11: an agent is linked only if it is told to be", () => {
  processFlag("trapExit", true);
  const linked = agent.startLink(() => 0);
  expect(processInfo()!.links).toEqual([linked.pid]);
  const free = agent.start(() => 0);
  expect(processInfo()!.links).toEqual([linked.pid]);
  free.stop("shutdown");
  linked.stop({ shutdown: "done" });
  expect(exitFrom(linked.pid).reason).toEqual({ shutdown: "done" });
});

processTest("L11: a first state that cannot be made is the error of the start", () => {
  const error = thrown(() => agent.start(broken));
  expect(StartError.is(error)).toBe(true);
  expect(error.reason).toBeInstanceOf(RangeError);
  expect(thrown(() => agent.start(() => exit("no state"))).reason).toBe("no state");
});

processTest("L11: messages that an agent does not know are dropped", () => {
  const counter = agent.startLink(() => 0);
  send(counter.pid, { unknown: true });
  expect(counter.get()).toBe(0);
});

processTest("L3: the child specification of an agent is permanent", () => {
  const { restart = "permanent", id, start } = agent.child(() => 0, { name: "words" });
  expect([restart, id, start.length]).toEqual(["permanent", "words", 3]);
  expect(agent.child(() => 0, { id: 3, restart: "transient" })).toMatchObject({ id: 3, restart: "transient" });
});

processTest("a supervisor starts an agent, and starts it again with its first state", () => {
  const root = Root.startLink(undefined, at("other core"));
  const counter = agent.ref<number>("supervised agent");
  counter.update(increment);
  expect(counter.get()).toBe(11);
  const before = counter.pid;
  exit(before, "broken");
  endOf(before);
  until(() => whereis("supervised agent") !== undefined);
  expect(counter.get()).toBe(10);
  const first = 3;
  const other = root.startChild(agent.child(() => [first], { id: "dynamic" }))!;
  expect(agent.ref<number[]>(other).get()).toEqual([3]);
  root.stop();
});

processTest("what cannot travel is refused before it is sent", () => {
  const counter = agent.startLink(() => 0);
  const map = new WeakMap<object, number>();
  expect(thrown(() => counter.get(() => map.has({})))).toMatchObject({
    code: "AGNER_BAD_TERM",
    message: expect.stringMatching(/captured.*pass what it needs as arguments/),
  });
  for (const call of [
    () => counter.get(1 as never),
    () => counter.cast(undefined as never),
    () => agent.start(1 as never),
    () => agent.child("x" as never),
    () => agent.ref(1 as never),
  ])
    expect(thrown(call)).toMatchObject({ code: "AGNER_BAD_ARGUMENT" });
  expect(counter.get()).toBe(0);
});

processTest("a crash of an agent is reported as a server's", () => {
  collecting((logged) => {
    const counter = agent.start(() => 5);
    const { pid } = counter;
    counter.cast(broken);
    endOf(pid);
    expect(reportsOf(logged(), pid)).toMatchObject([{ type: "terminated", state: 5 }, { type: "crash" }]);
  });
});
