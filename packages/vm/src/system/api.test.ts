/** The rules of the process API that no other test of processes states. */
import { EventEmitter } from "node:events";
import { randomUUID, scryptSync } from "node:crypto";
import { inspect } from "node:util";
import { expect } from "vitest";
import { P } from "ts-pattern";
import { processTest } from "@agner/vm/vitest";
import {
  AgnerError,
  alias,
  BadTermError,
  definition,
  dirty,
  exit,
  isAlive,
  isPid,
  isRef,
  link,
  literal,
  makeRef,
  processInfo,
  receive,
  register,
  schedulerId,
  schedulers,
  self,
  send,
  sendAfter,
  sleep,
  spawn,
  spawnLink,
  spawnMonitor,
  spawnOpt,
  statistics,
  TIMEOUT,
  trapSignal,
  wait,
  whereis,
  type Down,
  type Pid,
  type Ref,
} from "@agner/vm";

function thrownBy(call: () => unknown): AgnerError {
  try {
    call();
  } catch (e) {
    return e as AgnerError;
  }
  throw new Error("it threw nothing");
}

function echo(): void {
  for (;;) {
    const [from, value] = receive<[Pid, unknown]>();
    send(from, value);
  }
}

/** What `value` is after it was on the other core. */
function thereAndBack<T>(value: T): T {
  const pid = spawnOpt({ scheduler: (schedulerId() + 1) % schedulers(), link: true }, echo);
  send(pid, [self(), value]);
  return receive<T>();
}

// dirty

processTest("dirty runs functions of uncompiled modules", () => {
  expect((dirty(scryptSync, "password", "salt", 16) as Buffer).toString("hex")).toBe("745731af4484f323968969eda289aeee");
  expect(dirty(randomUUID)).toMatch(/^[0-9a-f-]{36}$/);
});

processTest("dirty throws what the function throws, and goes on", () => {
  const error = thrownBy(() => dirty(scryptSync, "password", "salt", -1));
  expect(error).toBeInstanceOf(RangeError);
  expect(error).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  expect(dirty(randomUUID)).toHaveLength(36);
});

processTest("dirty refuses a function that no module exports, and arguments that are no terms", () => {
  expect(thrownBy(() => dirty(() => 1))).toMatchObject({ code: "AGNER_BAD_ARGUMENT" });
  expect(thrownBy(() => dirty(randomUUID, (() => 1) as never))).toMatchObject({ code: "AGNER_BAD_TERM" });
});

// literal and definition

processTest("a literal is frozen to its depth, sent without a copy here, and frozen again there", () => {
  const source = { rows: [{ id: 1, tags: ["a"] }] };
  const table = literal(source);
  expect(table).toEqual(source);
  expect(table).not.toBe(source);
  const pid = spawnOpt({ scheduler: schedulerId(), link: true }, echo);
  send(pid, [self(), table]);
  expect(receive()).toBe(table);
  const far = thereAndBack(table);
  for (const frozen of [table, far]) {
    expect(frozen).toEqual(source);
    expect([frozen, frozen.rows, frozen.rows[0], frozen.rows[0]!.tags].every(Object.isFrozen)).toBe(true);
  }
  expect(BadTermError.is(thrownBy(() => literal({ when: new Date() })))).toBe(true);
});

let instance = 0;
export const Settings = definition({ load: () => ++instance });

function loadsThere(parent: Pid, settings: typeof Settings): void {
  send(parent, [settings === Settings, settings.load()]);
}

processTest("a definition arrives as the other core's own instance", () => {
  for (const scheduler of [0, 1]) {
    spawnOpt({ scheduler, link: true }, loadsThere, self(), Settings);
    expect(receive()).toEqual([true, 1]);
  }
  expect(thereAndBack(Settings)).toBe(Settings);
});

// wait

processTest("wait returns the value, throws the error, and takes what is no promise as it is", () => {
  expect(wait(Promise.resolve(1))).toBe(1);
  expect(wait("plain")).toBe("plain");
  expect(wait({ then: (done: (value: number) => void) => done(2) } as PromiseLike<number>)).toBe(2);
  const error = new TypeError("refused");
  expect(thrownBy(() => wait(Promise.reject(error)))).toBe(error);
  expect(wait(new Promise((resolve) => setTimeout(resolve, 5, "late")), 60_000)).toBe("late");
});

processTest("past its time wait throws AGNER_TIMEOUT, and a later rejection disturbs nobody", () => {
  let reject!: (error: Error) => void;
  const promise = new Promise<void>((_resolve, no) => (reject = no));
  const error = thrownBy(() => wait(promise, 5));
  expect(error).toMatchObject({ code: "AGNER_TIMEOUT" });
  expect(error.message).toContain("did not settle within 5 ms");
  reject(new Error("nobody waits for this"));
  sleep(5); // the event loop would report it by now
  expect(wait(Promise.resolve("on"))).toBe("on");
  expect(receive(undefined, 0)).toBe(TIMEOUT);
});

processTest("messages that come while a process waits for a promise stay in its mailbox", () => {
  sendAfter(1, self(), "first");
  wait(new Promise((resolve) => setTimeout(resolve, 10)));
  expect(receive()).toBe("first");
});

function waitsForever(): void {
  wait(new Promise(() => {}));
}

processTest("a process that waits for a promise is pinned, says why, and can be killed", () => {
  const [pid, ref] = spawnMonitor(waitsForever);
  while (processInfo(pid)!.status !== "waiting") sleep(1);
  expect(processInfo(pid)).toMatchObject({ pinned: expect.stringContaining("wait") as string });
  exit(pid, "kill");
  expect(receive<Down>()).toEqual({ type: "DOWN", ref, pid, reason: "killed" });
});

// The machine

function parked(): void {
  receive(() => false);
}

processTest("a process that is bound to a core runs there, and says that it is pinned", () => {
  expect(schedulers()).toBe(2);
  expect(schedulerId()).toBeLessThan(2);
  for (const scheduler of [0, 1]) {
    const pid = spawnOpt({ scheduler }, parked);
    expect(processInfo(pid)).toMatchObject({ scheduler, pinned: expect.stringContaining(`scheduler ${scheduler}`) as string });
    exit(pid, "kill");
  }
});

processTest("statistics has a row of figures for every core", () => {
  const rows = statistics();
  expect(rows.map((row) => row.scheduler)).toEqual([0, 1]);
  for (const row of rows) {
    expect(Object.keys(row).sort()).toEqual(
      [
        "busyShare",
        "dropped",
        "longSchedules",
        "messagesIn",
        "messagesOut",
        "migrations",
        "pinned",
        "processes",
        "reductions",
        "runQueue",
        "scheduler",
        "spawns",
        "steals",
      ].sort(),
    );
    expect(Object.values(row).every((n) => typeof n === "number" && n >= 0)).toBe(true);
    expect(row.busyShare).toBeLessThanOrEqual(1);
  }
});

processTest("a trapped signal of the operating system is a message", () => {
  trapSignal("SIGUSR2");
  process.kill(process.pid, "SIGUSR2");
  expect(receive(undefined, 10_000)).toEqual({ type: "SIGNAL", name: "SIGUSR2" });
  expect(thrownBy(() => trapSignal("INT" as never))).toMatchObject({ code: "AGNER_BAD_ARGUMENT" });
  expect(thrownBy(() => trapSignal("SIGKILL"))).toMatchObject({ message: "trapSignal: no program can trap SIGKILL" });
});

// Pid and Ref

processTest("a Pid and a Ref are the same value after they crossed cores, and keys of a Map", () => {
  const ref = makeRef();
  const byKey = new Map<unknown, string>([
    [self(), "me"],
    [ref, "ref"],
  ]);
  const [pid, same] = thereAndBack([self(), ref] as const);
  expect([byKey.get(pid), byKey.get(same), pid === self(), same === ref]).toEqual(["me", "ref", true, true]);
  const map = thereAndBack(byKey);
  expect(map.get(self())).toBe("me");
  expect([isPid(pid), isRef(pid), isPid(ref), isRef(ref), isPid({}), isRef(undefined)]).toEqual([
    true,
    false,
    false,
    true,
    false,
    false,
  ]);
});

processTest("a Pid prints as <0.1.0>, a Ref as #Ref<…>", () => {
  const pid = self();
  expect(String(pid)).toMatch(/^<\d+\.\d+\.\d+>$/);
  expect(inspect(pid)).toBe(String(pid));
  expect(`${inspect({ pid })}`).toBe(`{ pid: ${String(pid)} }`);
  expect(String(makeRef())).toMatch(/^#Ref<.+>$/);
  const ref = makeRef();
  expect(inspect(ref)).toBe(String(ref));
});

processTest("a pattern with a Pid in it matches that process alone", () => {
  const other = spawn(parked);
  send(self(), { from: other, value: 1 });
  send(self(), { from: self(), value: 2 });
  expect(receive({ from: self(), value: P.number })).toEqual({ from: self(), value: 2 });
  expect(receive({ from: other, value: P.select() }, 0)).toEqual({ from: other, value: 1 });
  exit(other, "kill");
});

// Below other functions

processTest("receive waits inside the callbacks of array methods", () => {
  const parent = self();
  for (const n of [1, 2, 3]) spawn(() => send(parent, n * 10));
  const answers = [1, 2, 3].map((n) => n + receive<number>());
  expect(answers.reduce((a, b) => a + b)).toBe(66);
  for (const n of [1, 2, 3]) sendAfter(n, self(), n);
  // A process that moves has its timers on several cores, of which one may be late.
  expect([0, 0, 0].map(() => receive<number>()).toSorted()).toEqual([1, 2, 3]);
});

processTest("below a native function it is an error that names the function and the place", () => {
  const below = (listener: () => unknown): void => {
    new EventEmitter().on("event", listener).emit("event");
  };
  const error = thrownBy(() => below(() => receive()));
  expect(error).toMatchObject({ code: "AGNER_NATIVE_FRAME" });
  expect(error.message).toMatch(/receive\(\) cannot suspend .* at .*api\.test\.ts:\d+:\d+ below emit \(node:events\)/);
  expect(thrownBy(() => below(() => sleep(1)))).toMatchObject({ code: "AGNER_NATIVE_FRAME" });
  expect(thrownBy(() => below(() => wait(Promise.resolve("x"))))).toMatchObject({ code: "AGNER_NATIVE_FRAME" });
  // What need not wait works there.
  let alive = false;
  below(() => {
    alive = isAlive(self());
  });
  expect(alive).toBe(true);
  send(self(), "next");
  expect(receive()).toBe("next");
});

processTest("in an async function it is an error that says what to do instead", () => {
  async function ask(question: string): Promise<string> {
    return `${question} ${receive<string>()}`;
  }
  const rejected = (promise: Promise<unknown>): Error => {
    const error = thrownBy(() => wait(promise));
    expect(error).toMatchObject({ code: "AGNER_NATIVE_FRAME" });
    return error;
  };
  expect(rejected(ask("why")).message).toMatch(
    /^receive\(\) cannot suspend .* at .*api\.test\.ts:\d+:\d+ in the async function ask, .* ordinary function that says wait\(promise\)/,
  );
  const helper = (): void => sleep(1);
  const nap = async (): Promise<void> => helper();
  expect(rejected(nap()).message).toContain("in the async function nap");
  expect(rejected((async () => helper())()).message).toContain("in an async function");
  const late = async (): Promise<void> => {
    await Promise.resolve();
    helper();
  };
  expect(thrownBy(() => wait(late()))).toMatchObject({
    code: "AGNER_NOT_A_PROCESS",
    message: expect.stringContaining(
      "after an await of an async function, where wait(promise) in an ordinary one would do",
    ) as string,
  });
  // What does not wait works there.
  send(self(), "here");
  expect(wait(ask("is it"))).toBe("is it here");
});

processTest("generators of processes wait, in for-of, spreads, patterns and delegation", () => {
  const me = self();
  function* numbers(n: number): Generator<number> {
    try {
      for (let i = 0; i < n; i++) {
        sendAfter(1, me, i);
        yield receive(P.number);
      }
    } finally {
      sleep(1);
      send(me, "closed");
    }
  }
  function* twice(n: number): Generator<number> {
    yield* numbers(n);
    yield* numbers(n);
  }
  let sum = 0;
  for (const n of twice(3)) sum += n;
  expect(sum).toBe(6);
  expect([...numbers(2), ...Array.from(numbers(1))]).toEqual([0, 1, 0]);
  const [first] = numbers(5);
  expect(first).toBe(0);
  const error = thrownBy(() => {
    for (const n of numbers(5)) if (n === 1) throw new Error("enough");
  });
  expect(error.message).toBe("enough");
  for (let i = 0; i < 6; i++) expect(receive("closed")).toBe("closed");
});

// Outside a process

/** Runs `call` in a callback of the event loop. */
function outside<T>(call: () => T): T {
  return wait(
    new Promise<T>((resolve, reject) => {
      setImmediate(() => {
        try {
          resolve(call());
        } catch (e) {
          reject(e as Error);
        }
      });
    }),
  );
}

processTest("outside a process what acts for nobody works", () => {
  const me = self();
  register("outside-test");
  const child = outside(() => {
    const pid = spawn(parked);
    send(me, "by pid");
    send("outside-test", "by name");
    sendAfter(1, me, "by timer");
    spawnOpt({ priority: "high" }, () => send(me, "by child"));
    return { pid, found: whereis("outside-test") === me, alive: isAlive(pid) };
  });
  expect(child).toMatchObject({ found: true, alive: true });
  const got = [receive(), receive(), receive(), receive()];
  expect(got.slice(0, 2)).toEqual(["by pid", "by name"]);
  expect(got.slice(2).sort()).toEqual(["by child", "by timer"]);
  outside(() => exit(child.pid, "kill"));
  while (isAlive(child.pid)) sleep(1);
});

processTest("outside a process what needs one throws, and says what to do", () => {
  const me = self();
  const calls: [string, () => unknown][] = [
    ["self", () => self()],
    ["receive", () => receive()],
    ["wait", () => wait(Promise.resolve())],
    ["sleep", () => sleep(1)],
    ["link", () => link(me)],
    ["exit", () => exit("reason")],
    ["alias", () => alias()],
    ["spawnLink", () => spawnLink(parked)],
    ["spawnMonitor", () => spawnMonitor(parked)],
  ];
  for (const [name, call] of calls) {
    const error = outside(() => thrownBy(call));
    expect([name, error.code]).toEqual([name, "AGNER_NOT_A_PROCESS"]);
    expect(error.message).toMatch(new RegExp(`^${name}\\(\\) .*spawn a process`));
  }
});

// Closures

processTest("a capture that is no term is shared and pins the child to this core", () => {
  const parent = self();
  const here = schedulerId();
  class Socket {
    written = 0;
  }
  const socket = new Socket();
  const pid: Pid = spawn(() => {
    socket.written++;
    send(parent, schedulerId());
    receive();
  });
  expect(receive()).toBe(here);
  expect(socket.written).toBe(1);
  expect(typeof processInfo(pid)!.pinned).toBe("string");
  exit(pid, "kill");
});

processTest("AgnerError.is works for an error that came from another core", () => {
  const [, ref]: [Pid, Ref] = spawnOpt({ scheduler: (schedulerId() + 1) % 2, monitor: true }, () => send("nobody-has-this", 1));
  const { reason } = receive<Down>((m: Down) => m.ref === ref);
  expect(AgnerError.is(reason) && reason.code).toBe("AGNER_NOPROC");
});
