import { expect } from "vitest";
import {
  dictionary,
  exit,
  isAlive,
  monitor,
  processFlag,
  processInfo,
  receive,
  schedulers,
  self,
  send,
  sleep,
  spawn,
  spawnMonitor,
  type Pid,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { at, PLACES } from "./conformance/testing/place.ts";
import { collecting, reportsOf } from "./conformance/testing/reports.ts";
import { downOf, endOf, exitFrom, isGone, numbers, settled, taken, thrown, until } from "./conformance/testing/watch.ts";
import { supervisor, task, TaskError, type Outcome } from "./index.ts";

export function square(n: number): number {
  return n * n;
}

function squareSlowly(n: number): number {
  sleep(5);
  return n * n;
}

/** Waits until it is told to go on. */
function gated(value: string): string {
  receive((message) => message === "go");
  return value;
}

function fail(reason: unknown): never {
  return exit(reason);
}

for (const place of PLACES) {
  const starter = () => task.with(at(place));

  processTest(
    `L4: async runs a function with its arguments, linked, and watched by the one reference of its answer (${place})`,
    () => {
      const t = starter().async(gated, "done");
      expect(t.owner).toBe(self());
      expect(processInfo()!.links).toEqual([t.pid]);
      expect(processInfo()!.monitors).toEqual([t.pid]);
      send(t.pid, "go");
      expect(task.await(t)).toBe("done");
      expect(processInfo()!.monitors).toEqual([]);
      until(() => !isAlive(t.pid));
      settled();
      expect(taken()).toEqual([]);
    },
  );

  processTest(`L4: a closure gets copies of what it has captured (${place})`, () => {
    const basket = ["apple"];
    const add = (fruit: string): number => {
      sleep(0);
      return basket.push(fruit);
    };
    const t = starter().async(() => {
      add("pear");
      return basket;
    });
    expect(task.await(t)).toEqual(["apple", "pear"]);
    expect(basket).toEqual(["apple"]);
    expect(task.await(starter().async(() => square(7)))).toBe(49);
  });

  // raises when invoked from a non-owner process
  processTest(`L4: only the owner may ask a task (${place})`, () => {
    const t = starter().async(gated, "mine");
    const [, ref] = spawnMonitor(() => {
      for (const ask of [
        () => task.await(t),
        () => task.yield(t),
        () => task.shutdown(t),
        () => task.ignore(t),
        () => task.awaitMany([t]),
        () => task.yieldMany([t]),
      ]) {
        const error = thrown(ask);
        if (!TaskError.is(error) || error.code !== "AGNER_NOT_OWNER") exit(["asked", error]);
      }
    });
    expect(downOf(ref).reason).toBe("normal");
    send(t.pid, "go");
    expect(task.await(t)).toBe("mine");
  });

  // demonitors and unalias on timeout, exits on timeout
  processTest(`L5: await gives up after its time, and a late answer goes nowhere (${place})`, () => {
    const t = starter().async(gated, "late");
    const error = thrown(() => task.await(t, 0));
    expect(TaskError.is(error)).toBe(true);
    expect(error).toMatchObject({ code: "AGNER_TIMEOUT", reason: "timeout", task: t.pid });
    expect(error.message).toMatch(/gated.*within 0 ms/);
    expect(processInfo()!.monitors).toEqual([]);
    send(t.pid, "go");
    endOf(t.pid);
    settled();
    expect(taken()).toEqual([]);
  });

  // exits on normal exit, exits on task throw, error, exit
  processTest(`L5: a task that ends without a result is the owner's error (${place})`, () => {
    processFlag("trapExit", true);
    for (const [reason, expected] of [
      ["normal", "normal"],
      ["shutdown", "shutdown"],
      [{ because: 1 }, { because: 1 }],
    ]) {
      const t = starter().async(fail, reason);
      expect(thrown(() => task.await(t))).toMatchObject({ code: "AGNER_TASK", reason: expected, cause: expected });
      expect(exitFrom(t.pid).reason).toEqual(expected);
    }
    const crashing = starter().async((): number => {
      throw new TypeError("oh no");
    });
    const error = thrown(() => task.await(crashing));
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(error.message).toContain("oh no");
    exitFrom(crashing.pid);
    expect(taken()).toEqual([]);
  });

  processTest(`L5: a linked task takes its owner along, and an owner its task (${place})`, () => {
    const options = at(place);
    const parent = self();
    const [, ref] = spawnMonitor(() => task.await(task.with(options).async(fail, "broken"), Infinity));
    expect(downOf(ref).reason).toBe("broken");
    const owner = spawn(() => {
      send(parent, task.with(options).async(gated, "never").pid);
      receive(() => false);
    });
    const watched = monitor(receive<Pid>());
    exit(owner, "gone");
    expect(downOf(watched).reason).toBe("gone");
  });

  processTest(`L5: awaitMany returns the results in order (${place})`, () => {
    const slow = starter().async(gated, "slow");
    const tasks = [slow, starter().async(square, 3), starter().async(square, 4)] as const;
    sleep(1);
    send(slow.pid, "go");
    const [a, b, c]: [string, number, number] = task.awaitMany(tasks);
    expect([a, b, c]).toEqual(["slow", 9, 16]);
    expect(task.awaitMany([])).toEqual([]);
    expect(processInfo()!.monitors).toEqual([]);
  });

  // await_many exits immediately when any task exits, exits on timeout
  processTest(`L5: awaitMany fails at once when a task does, and no longer waits for the others (${place})`, () => {
    processFlag("trapExit", true);
    const waiting = starter().async(gated, "waiting");
    const error = thrown(() => task.awaitMany([waiting, starter().async(fail, "broken")], Infinity));
    expect(error).toMatchObject({ code: "AGNER_TASK", reason: "broken" });
    expect(processInfo()!.monitors).toEqual([]);
    const late = starter().async(gated, "late");
    expect(thrown(() => task.awaitMany([late, starter().async(square, 2)], 20))).toMatchObject({
      code: "AGNER_TIMEOUT",
      task: late.pid,
    });
    send(waiting.pid, "go");
    send(late.pid, "go");
    exitFrom(waiting.pid);
    exitFrom(late.pid);
    settled();
    expect(taken().filter((message: any) => message.type === "TASK")).toEqual([]);
  });

  processTest(`L6: yield returns a result, a reason, or nothing, and may be asked again (${place})`, () => {
    processFlag("trapExit", true);
    const t = starter().async(gated, "at last");
    expect(task.yield(t, 0)).toBeUndefined();
    expect(task.yield(t, 1)).toBeUndefined();
    send(t.pid, "go");
    expect(task.yield(t)).toEqual({ ok: "at last" });
    expect(task.yield(starter().async(fail, "broken"))).toEqual({ exit: "broken" });
    expect(task.yield(starter().async(fail, "normal"))).toEqual({ exit: "normal" });
  });

  processTest(`L6: yieldMany waits for all of them, or for as many as it is told (${place})`, () => {
    processFlag("trapExit", true);
    const waiting = starter().async(gated, "x");
    const done = starter().async(square, 2);
    const broken = starter().async(fail, "broken");
    expect(task.yieldMany([waiting, done, broken], { limit: 2, timeout: Infinity })).toEqual([
      [waiting, undefined],
      [done, { ok: 4 }],
      [broken, { exit: "broken" }],
    ]);
    expect(task.yieldMany([waiting], 1)).toEqual([[waiting, undefined]]);
    send(waiting.pid, "go");
    expect(task.yieldMany([waiting])).toEqual([[waiting, { ok: "x" }]]);
  });

  // yield_many shuts down / ignores on timeout when configured
  processTest(`L6: yieldMany kills or ignores those that are late, if it is told to (${place})`, () => {
    const killed = starter().async(gated, "x");
    expect(task.yieldMany([killed], { timeout: 1, onTimeout: "killTask" })).toEqual([[killed, undefined]]);
    expect(isGone(killed.pid)).toBe(true);
    const ignored = starter().async(gated, "y");
    expect(task.yieldMany([ignored], { timeout: 1, onTimeout: "ignore" })).toEqual([[ignored, undefined]]);
    expect(isAlive(ignored.pid)).toBe(true);
    expect(processInfo()).toMatchObject({ links: [], monitors: [] });
    send(ignored.pid, "go");
    endOf(ignored.pid);
    expect(taken()).toEqual([]);
  });

  // shutdown/2 returns nil on shutting down task, returns exit on killed :DOWN, {:ok, result} when reply is ready
  processTest(`L6: shutdown ends a task, and returns what it had to say (${place})`, () => {
    const waiting = starter().async(gated, "x");
    expect(task.shutdown(waiting)).toBeUndefined();
    expect(isAlive(waiting.pid)).toBe(false);

    const done = starter().async(square, 5);
    until(() => processInfo()!.mailboxLength > 0);
    expect(task.shutdown(done)).toEqual({ ok: 25 });

    const stubborn = starter().async(() => {
      processFlag("trapExit", true);
      receive((message) => message === "never");
    });
    until(() => processInfo(stubborn.pid)?.trapExit === true);
    expect(task.shutdown(stubborn, 10)).toBeUndefined();
    expect(isAlive(stubborn.pid)).toBe(false);

    const cut = starter().async(gated, "y");
    expect(task.shutdown(cut, "brutal_kill")).toBeUndefined();
    expect(isAlive(cut.pid)).toBe(false);
    expect(taken()).toEqual([]);
  });

  processTest(`L6: a task that was awaited in vain can be shut down (${place})`, () => {
    const t = starter().async(gated, "x");
    expect(thrown(() => task.await(t, 0))).toMatchObject({ code: "AGNER_TIMEOUT" });
    expect(task.shutdown(t)).toBeUndefined();
    expect(isAlive(t.pid)).toBe(false);
    expect(task.shutdown(t)).toEqual({ exit: "noproc" });
    expect(processInfo()).toMatchObject({ links: [], monitors: [] });
    expect(taken()).toEqual([]);
  });

  processTest(`L6: shutdown tells when a task has ended for another reason (${place})`, () => {
    processFlag("trapExit", true);
    const broken = starter().async(fail, "broken");
    exitFrom(broken.pid);
    expect(task.shutdown(broken)).toEqual({ exit: "broken" });
    const killed = starter().async(gated, "x");
    exit(killed.pid, "kill");
    exitFrom(killed.pid);
    expect(task.shutdown(killed)).toEqual({ exit: "killed" });
    const other = starter().async(gated, "x");
    exit(other.pid, "other");
    exitFrom(other.pid);
    expect(task.shutdown(other, "brutal_kill")).toEqual({ exit: "other" });
    expect(taken()).toEqual([]);
  });

  // ignore/1 discards late replies, returns {:ok, result} when reply is ready
  processTest(`L7: ignore gives a task up, and drops a late answer (${place})`, () => {
    const t = starter().async(gated, "late");
    expect(task.ignore(t)).toBeUndefined();
    expect(processInfo()).toMatchObject({ links: [], monitors: [] });
    const ref = monitor(t.pid);
    send(t.pid, "go");
    expect(downOf(ref).reason).toBe("normal");
    settled();
    expect(taken()).toEqual([]);

    const done = starter().async(square, 6);
    until(() => processInfo()!.mailboxLength > 0);
    expect(task.ignore(done)).toEqual({ ok: 36 });
    expect(taken()).toEqual([]);
  });

  processTest(`L10: a task knows for whom it works (${place})`, () => {
    const options = at(place);
    const t = starter().async(() => [
      self(),
      dictionary.get("$callers"),
      task.await(task.with(options).async(() => dictionary.get("$callers"))),
    ]);
    const [pid, callers, inner] = task.await(t);
    expect(pid).toBe(t.pid);
    expect(callers).toEqual([self()]);
    expect(inner).toEqual([t.pid, self()]);
  });

  processTest(`L3: start and startLink run a task for nobody in particular (${place})`, () => {
    const parent = self();
    const pid = starter().start(() => send(parent, ["free", processInfo()!.links]));
    expect(receive()).toEqual(["free", []]);
    expect(pid).not.toBe(parent);
    processFlag("trapExit", true);
    const linked = starter().startLink(fail, "broken");
    expect(exitFrom(linked).reason).toBe("broken");
  });

  processTest(`a task that crashes is reported once, with its function and its ancestors (${place})`, () => {
    collecting((logged) => {
      const pid = starter().start(fail, "broken");
      endOf(pid);
      expect(reportsOf(logged(), pid)).toMatchObject([
        { type: "crash", reason: "broken", initialCall: "fail", ancestors: [self()] },
      ]);
      const orderly = starter().start(fail, { shutdown: "done" });
      endOf(orderly);
      expect(reportsOf(logged(), orderly)).toEqual([]);
    });
  });

  processTest(`L9: asyncStream gives outcomes in the order of the items (${place})`, () => {
    const outcomes = starter().asyncStream(numbers(20), squareSlowly, { maxConcurrency: 3 }).toArray();
    expect(outcomes).toEqual(numbers(20).map((n) => ({ ok: n * n })));
    expect(starter().asyncStream([], square).toArray()).toEqual([]);
    settled();
    expect(taken()).toEqual([]);
  });

  // streams an enumerable without leaking tasks, with a limit of concurrency
  processTest(`L9: at most maxConcurrency tasks run at once, and none is left (${place})`, () => {
    const seen: number[] = [];
    let most = 0;
    const stream = starter().asyncStream(numbers(12), squareSlowly, { maxConcurrency: 4, ordered: false });
    for (const outcome of stream) {
      most = Math.max(most, processInfo()!.links.length);
      if ("ok" in outcome) seen.push(outcome.ok);
    }
    expect(seen.toSorted((a, b) => a - b)).toEqual(numbers(12).map(square));
    expect(most).toBeLessThanOrEqual(4);
    expect(processInfo()).toMatchObject({ links: [], monitors: [] });
    settled();
    expect(taken()).toEqual([]);
  });

  processTest(`L9: without order, who is first comes first (${place})`, () => {
    const gate = spawn(letSecondGoFirst);
    const stream = starter().asyncStream(
      ["first", "second"],
      (name) => {
        send(gate, [name, self()]);
        return gated(name);
      },
      { maxConcurrency: 2, ordered: false },
    );
    const got: Outcome<string>[] = [];
    stream.forEach((outcome) => got.push(outcome));
    expect(got).toEqual([{ ok: "second" }, { ok: "first" }]);
  });

  // shuts down unused tasks without leaking messages
  processTest(`L9: who stops early kills the tasks that still run, and finds no messages of theirs (${place})`, () => {
    for (const trapping of [false, true]) {
      processFlag("trapExit", trapping);
      const parent = self();
      const got: unknown[] = [];
      for (const outcome of starter().asyncStream([0, 1, 2, 3], stopAtZero, { maxConcurrency: 4 })) {
        got.push(outcome);
        break;
      }
      expect(got).toEqual([{ ok: 0 }]);
      expect(processInfo()).toMatchObject({ links: [], monitors: [] });
      settled();
      expect(taken()).toEqual([]);
      expect(isAlive(parent)).toBe(true);
    }
  });

  processTest(`L9: a task that crashes is an outcome for an owner that traps exits (${place})`, () => {
    processFlag("trapExit", true);
    const outcomes = starter()
      .asyncStream(["a", "b"], (name) => (name === "a" ? fail("broken") : name))
      .toArray();
    expect(outcomes).toEqual([{ exit: "broken" }, { ok: "b" }]);
    expect(taken()).toEqual([]);
  });

  processTest(`L9: past the time of a task the stream throws, and nothing is left of it (${place})`, () => {
    const stream = starter().asyncStream([0, 1, 2], stopAtZero, { maxConcurrency: 3, timeout: 300 });
    expect(stream.next()).toEqual({ done: false, value: { ok: 0 } });
    expect(thrown(() => stream.next())).toMatchObject({ code: "AGNER_TIMEOUT", reason: "timeout" });
    expect(stream.next()).toEqual({ done: true, value: undefined });
    expect(processInfo()).toMatchObject({ links: [], monitors: [] });
    settled();
    expect(taken()).toEqual([]);
  });

  // with :on_timeout set to :kill_task
  processTest(`L9: or the task is killed, and the stream goes on (${place})`, () => {
    const stream = starter().asyncStream([1, 0, 2, 0], stopAtZero, { maxConcurrency: 1, timeout: 300, onTimeout: "killTask" });
    expect(stream.toArray()).toEqual([{ exit: "timeout" }, { ok: 0 }, { exit: "timeout" }, { ok: 0 }]);
    settled();
    expect(taken()).toEqual([]);
  });
}

function letSecondGoFirst(): void {
  const [, first] = receive<[string, Pid]>((message) => message[0] === "first");
  const [, second] = receive<[string, Pid]>((message) => message[0] === "second");
  const ref = monitor(second);
  send(second, "go");
  downOf(ref);
  send(first, "go");
}

/** 0 at once; for all others it never returns. */
function stopAtZero(n: number): number {
  if (n > 0) receive(() => false);
  return n;
}

processTest("L9: the items may be endless, and are asked for one by one", () => {
  let asked = 0;
  let closed = false;
  const items: Iterable<number> = {
    [Symbol.iterator]: () => ({
      next: () => ({ done: false, value: asked++ }),
      return: () => {
        closed = true;
        return { done: true, value: undefined };
      },
    }),
  };
  const got: unknown[] = [];
  for (const outcome of task.asyncStream(items, square, { maxConcurrency: 2 })) {
    got.push(outcome);
    if (got.length === 3) break;
  }
  expect(got).toEqual([{ ok: 0 }, { ok: 1 }, { ok: 4 }]);
  expect(asked).toBeLessThanOrEqual(6);
  expect(closed).toBe(true);
});

processTest("L9: when the items fail, so does the stream, and no task is left", () => {
  const items: Iterable<number> = {
    [Symbol.iterator]: () => {
      let n = 0;
      return {
        next: () => {
          if (n === 2) throw new RangeError("no more");
          return { done: false, value: ++n };
        },
      };
    },
  };
  expect(() => task.asyncStream(items, stopAtZero, { maxConcurrency: 5 }).toArray()).toThrow("no more");
  expect(processInfo()).toMatchObject({ links: [], monitors: [] });
});

processTest("L9: by default as many tasks run as there are cores", () => {
  let most = 0;
  task.asyncStream(numbers(8), squareSlowly).forEach(() => {
    most = Math.max(most, processInfo()!.links.length);
  });
  expect(most).toBeLessThanOrEqual(schedulers());
});

processTest("L3: the child specification of a task is temporary", () => {
  const n = 3;
  expect(task.child(square, 4)).toMatchObject({ id: "square", restart: "temporary" });
  expect(task.child(() => square(n))).toMatchObject({ id: "a function", restart: "temporary" });
});

export const Root = supervisor({
  strategy: "one_for_one",
  children: (to: Pid) => [{ ...task.child(() => tellSelf(to)), id: "closure", restart: "transient" }, task.child(square, 4)],
});

export const Constant = supervisor({ strategy: "one_for_one", children: [task.child(() => square(3))] });

function tellSelf(to: Pid): void {
  send(to, self());
  receive((message) => message === "done");
}

processTest("L3: a supervisor starts tasks, and starts them again if it is told to", () => {
  const root = Root.startLink(self(), at("other core"));
  const first = receive<Pid>();
  exit(first, "broken");
  const second = receive<Pid>();
  expect(second).not.toBe(first);
  send(second, "done");
  until(() => root.countChildren().active === 0);
  expect(root.whichChildren()).toMatchObject([{ id: "closure", pid: undefined }]); // the temporary one is forgotten
  root.stop();
  const constant = Constant.startLink();
  until(() => constant.countChildren().specs === 0);
  constant.stop();
});

processTest("a result that cannot be copied is the task's error", () => {
  processFlag("trapExit", true);
  const t = task.async(() => new WeakMap());
  expect(thrown(() => task.await(t as never))).toMatchObject({ code: "AGNER_TASK", cause: { code: "AGNER_BAD_TERM" } });
});

processTest("bad arguments are told as such", () => {
  const t = task.async(square, 1);
  for (const call of [
    () => task.async(1 as never),
    () => task.start(undefined as never),
    () => task.await(t, -1),
    () => task.yield(t, "soon" as never),
    () => task.yieldMany([t], { onTimeout: "kill" as never }),
    () => task.asyncStream([1], square, { maxConcurrency: 0 }),
    () => task.asyncStream([1], square, { onTimeout: "kill" as never }),
    () => task.asyncStream([1], "square" as never),
    () => task.child(1 as never),
  ])
    expect(thrown(call)).toMatchObject({ code: "AGNER_BAD_ARGUMENT" });
  expect(task.await(t)).toBe(1);
});
