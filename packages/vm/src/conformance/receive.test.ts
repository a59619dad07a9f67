/** Group E, first part: receive (E1 to E7). */
import { expect } from "vitest";
import {
  exit,
  makeRef,
  monitor,
  processes,
  processInfo,
  receive,
  self,
  send,
  sleep,
  spawn,
  statistics,
  TIMEOUT,
  yieldNow,
  type Pid,
  type Ref,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { P } from "ts-pattern";
import { PLACES, spawnAt, spawnMonitorAt } from "./testing/place.ts";
import { codeOf, downOf, kill, numbers, park, reasonOf, taken, until } from "./testing/watch.ts";

const isEven = (message: any): boolean => typeof message === "number" && message % 2 === 0;

for (const place of PLACES) {
  processTest(`E1: the oldest message that matches is taken, the others keep their order (${place})`, () => {
    spawnAt(place, sendAll, self(), [1, "a", 2, "b", 3, 4]);
    expect(receive(isEven)).toBe(2);
    expect(receive((message) => message === "b")).toBe("b");
    expect(receive(isEven)).toBe(4);
    expect([receive(), receive(), receive()]).toEqual([1, "a", 3]);
    expect(taken()).toEqual([]);
  });

  processTest(`E2: a waiting process wakes for the first message that matches, and earlier ones stay (${place})`, () => {
    const pid = spawnAt(place, selective, self());
    for (let i = 0; i < 20; i++) {
      send(pid, ["junk", i]);
      if (i % 3 === 0) yieldNow();
    }
    send(pid, "first");
    expect(receive()).toEqual(["got", "first"]);
    send(pid, ["junk", 20]);
    send(pid, "second");
    expect(receive()).toEqual(["got", "second"]);
    send(pid, "report");
    expect(receive()).toEqual(numbers(21).map((i) => ["junk", i]));
  });

  // receive_var_zero and receive_zero
  processTest(`E3: a receive with time 0 looks at the whole mailbox, and leaves what does not match as it is (${place})`, () => {
    expect(receive(undefined, 0)).toBe(TIMEOUT);
    expect(receive(isEven, 0)).toBe(TIMEOUT);
    spawnAt(place, sendAll, self(), [1, 3, 5, 6, 7]);
    until(() => processInfo()!.mailboxLength === 5);
    expect(receive((message) => message === "none", 0)).toBe(TIMEOUT);
    expect(receive(isEven, 0)).toBe(6);
    const zero = Number("0");
    expect(receive(isEven, zero)).toBe(TIMEOUT);
    expect(taken()).toEqual([1, 3, 5, 7]);
  });

  processTest(`E5: arrivals that do not match do not restart the time of a receive (${place})`, () => {
    const chatter = spawnAt(place, chatters, self());
    receive();
    const started = performance.now();
    expect(receive((message) => message === "never", 40)).toBe(TIMEOUT);
    expect(performance.now() - started).toBeGreaterThanOrEqual(40);
    kill(chatter);
    expect(taken().every((message) => message === "chatter")).toBe(true);
  });

  processTest(`E5: a message that matches ends the wait, and the time-out does not come later (${place})`, () => {
    for (let round = 0; round < 50; round++) {
      const pid = spawnAt(place, sendAll, self(), ["junk", round]);
      expect(receive((message) => message === round, 60_000)).toBe(round);
      expect(receive(undefined, 1)).toBe("junk");
      expect(receive(undefined, 1)).toBe(TIMEOUT);
      void pid;
    }
  });

  // receive_in_between, multi_recv_opt
  processTest(`E6: answers to several questions in flight are told apart by their references (${place})`, () => {
    const server = spawnAt(place, answersLate);
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 5; i++) send(self(), ["junk", round, i]);
      const refs = numbers(6).map(() => makeRef());
      for (const [i, ref] of refs.entries()) send(server, [self(), ref, i]);
      const order = round % 2 === 0 ? refs : refs.toReversed();
      for (const ref of order) expect(answerTo(ref)).toBe(refs.indexOf(ref));
    }
    expect(taken()).toHaveLength(200);
    kill(server);
  });

  // receive_opt_recursion
  processTest(`E6: calls within calls wait each for its own answer (${place})`, () => {
    const server = spawnAt(place, answersLate);
    send(self(), "junk");
    expect(nestedCall(server, 50)).toEqual(numbers(51));
    expect(taken()).toEqual(["junk"]);
    kill(server);
  });
}

function sendAll(to: Pid, messages: readonly unknown[]): void {
  for (const message of messages) send(to, message);
}

function selective(parent: Pid): void {
  send(parent, ["got", receive((message) => message === "first")]);
  send(parent, ["got", receive((message) => message === "second")]);
  receive((message) => message === "report");
  send(parent, taken());
}

function chatters(to: Pid): void {
  for (;;) {
    send(to, "chatter");
    sleep(1);
  }
}

/** Gives each question the answer that comes with it: six at a time, or as many as have come within a moment. */
function answersLate(): void {
  for (;;) {
    const questions = [receive<[Pid, Ref, unknown]>()];
    while (questions.length < 6) {
      const question = receive<[Pid, Ref, unknown]>(undefined, 1);
      if (question === TIMEOUT) break;
      questions.push(question);
    }
    for (const [from, ref, answer] of questions) send(from, [ref, answer]);
  }
}

function answerTo(ref: Ref): number {
  return receive<[Ref, number]>((message) => Array.isArray(message) && message[0] === ref)[1];
}

/** Asks, and before it waits for the answer, calls itself; the depths in the order in which the answers were taken. */
function nestedCall(server: Pid, depth: number): number[] {
  const ref = makeRef();
  send(server, [self(), ref, depth]);
  const inner = depth === 0 ? [] : nestedCall(server, depth - 1);
  answerTo(ref);
  return [...inner, depth];
}

// receive_after_errors
processTest("E4: the time of a receive is 0 or more, or Infinity", () => {
  send(self(), "waiting");
  for (const bad of [-1, Number.NaN, "1", null, {}, -Infinity, 2n ** 70n]) {
    expect(codeOf(() => receive(undefined, bad as never))).toBe("AGNER_BAD_ARGUMENT");
    expect(codeOf(() => receive(isEven, bad as never))).toBe("AGNER_BAD_ARGUMENT");
  }
  expect(receive(undefined, Infinity)).toBe("waiting");
  expect(taken()).toEqual([]);
});

processTest("E5: a receive never times out early", () => {
  for (const ms of [0.5, 1, 1.5, 2, 3, 7, 20]) {
    const started = performance.now();
    expect(receive(undefined, ms)).toBe(TIMEOUT);
    expect(performance.now() - started).toBeGreaterThanOrEqual(ms);
  }
});

// receive_after_32bit, receive_after_big
processTest("E4: a very long time does not end at once", () => {
  const waiting = [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 33, Number.MAX_SAFE_INTEGER, Infinity].map((ms) =>
    spawnMonitorAt("other core", waitsFor, ms),
  );
  expect(receive(undefined, 20)).toBe(TIMEOUT);
  for (const [pid] of waiting) expect(processInfo(pid)).toMatchObject({ status: "waiting", waitingFor: "receive" });
  for (const [pid] of waiting) send(pid, "hello");
  expect(waiting.map(([, ref]) => reasonOf(ref))).toEqual(waiting.map(() => "hello"));
});

function waitsFor(ms: number): void {
  exit(receive(undefined, ms));
}

// multi_timeout
processTest("E5: several receives with times in one process each end by themselves, whatever arrives meanwhile", () => {
  const [pid, ref] = spawnMonitorAt("other core", severalTimes);
  for (let i = 0; i < 5; i++) {
    send(pid, ["junk", i]);
    receive(() => false, 3);
  }
  expect(reasonOf(ref)).toEqual([true, true, true, "message"]);
});

function severalTimes(): void {
  const results: unknown[] = [];
  for (const ms of [5, 1, 10]) results.push(receive((message) => message === "never", ms) === TIMEOUT);
  send(self(), "message");
  results.push(receive((message) => message === "message", 60_000));
  exit(results);
}

// receive_after_blast
processTest("E5: ten thousand receives that time out together all do", () => {
  const parent = self();
  for (let i = 0; i < 10_000; i++) {
    spawn(() => {
      const started = performance.now();
      receive(undefined, 10);
      send(parent, performance.now() - started >= 10);
    });
  }
  for (let i = 0; i < 10_000; i++) expect(receive()).toBe(true);
});

function failsOnBad(message: unknown): boolean {
  if (message === "bad") throw new TypeError("no such message");
  return message === "good";
}

// receive_opt_exception
processTest("E1: a predicate that throws leaves the mailbox as it was, whether the process had to wait or not", () => {
  sendAll(self(), [1, "bad", "good"]);
  expect(() => receive(failsOnBad)).toThrow("no such message");
  expect(() => receive(failsOnBad, 0)).toThrow("no such message");
  expect(taken()).toEqual([1, "bad", "good"]);
  const parent = self();
  for (const ms of [undefined, 60_000]) {
    const [pid, ref] = spawnMonitorAt("other core", () => {
      try {
        if (ms === undefined) receive(failsOnBad);
        else receive(failsOnBad, ms);
      } catch (e) {
        send(parent, (e as Error).message);
      }
      exit(taken());
    });
    until(() => processInfo(pid)!.status === "waiting");
    send(pid, 1);
    send(pid, "bad");
    expect(receive()).toBe("no such message");
    expect(reasonOf(ref)).toEqual([1, "bad"]);
  }
});

processTest("E1: a predicate may use the process API, but may neither wait nor receive", () => {
  const sees = (message: unknown): boolean => {
    send(self(), ["seen", message]);
    return message === 2;
  };
  sendAll(self(), [1, 2]);
  expect(receive(sees)).toBe(2);
  expect(taken()).toEqual([1, ["seen", 1], ["seen", 2]]);
  send(self(), 1);
  expect(codeOf(() => receive(() => receive() === 1))).toBe("AGNER_NATIVE_FRAME");
  expect(codeOf(() => receive(() => sleep(0) === undefined))).toBe("AGNER_NATIVE_FRAME");
  expect(receive((message) => receive(undefined, 0) === TIMEOUT && message === 1)).toBe(1);
  expect(taken()).toEqual([]);
});

processTest(
  "E1: a message that was held back by what a predicate asks first is found when that, or the message, has changed",
  () => {
    let kept: unknown[] = [];
    const answer = (n: number) => receive((message) => message[0] === "answer" && message[1] === n, 0);
    const question = () => receive((message) => message[0] === "question", 0);
    for (let n = 0; n < 200; n++) send(self(), ["old", n]);
    expect([answer(1), question()]).toEqual([TIMEOUT, TIMEOUT]);
    send(self(), ["answer", 2]);
    send(self(), ["question"]);
    send(self(), ["answer", 1]);
    expect([answer(1), answer(1), question(), answer(2)]).toEqual([["answer", 1], TIMEOUT, ["question"], ["answer", 2]]);
    expect(receive((message) => ((kept = message), message[1] === 150), 0)).toEqual(["old", 150]);
    expect(receive((message) => ((kept = message), false), 0)).toBe(TIMEOUT);
    expect(answer(3)).toBe(TIMEOUT);
    kept[0] = "answer"; // by a predicate that kept it, and it is the last of the old ones
    kept[1] = 3;
    expect(answer(3)).toEqual(["answer", 3]);
    send(self(), null);
    expect(() => answer(4)).toThrow(TypeError);
    expect(taken().length).toBe(199);
  },
);

processTest("E2: what a predicate sends to its own process is tried as well", () => {
  send(self(), "first");
  expect(receive(provokes)).toBe("second");
  expect(taken()).toEqual(["first"]);
  const [pid, ref] = spawnMonitorAt("other core", provoked);
  until(() => processInfo(pid)!.status === "waiting");
  send(pid, "first");
  expect(reasonOf(ref)).toEqual(["second", ["first"]]);
});

function provokes(message: unknown): boolean {
  if (message === "first") send(self(), "second");
  return message === "second";
}

function provoked(): void {
  const message = receive(provokes);
  exit([message, taken()]);
}

processTest("E1: a predicate that signals the end of its own process ends it", () => {
  for (const place of PLACES) {
    for (const early of [true, false]) {
      const [pid, ref] = spawnMonitorAt(place, endsInPredicate, early);
      if (!early) until(() => processInfo(pid)?.status === "waiting");
      send(pid, 1);
      expect(reasonOf(ref)).toBe("ended by the predicate");
    }
  }
  // Ended once, not twice: the counters agree with the directory.
  until(() => statistics().reduce((sum, core) => sum + core.processes, 0) === processes().length);
});

function endsInPredicate(early: boolean): void {
  receive(() => {
    exit(self(), "ended by the predicate");
    return early;
  });
  exit("went on");
}

processTest("E1: ts-pattern patterns match; pids and references in them by identity", () => {
  const other = spawn(park);
  const [mine, foreign] = [makeRef(), makeRef()];
  sendAll(self(), [
    { ref: foreign, value: 1 },
    { ref: mine, from: other, value: 2 },
    { ref: mine, from: self(), value: 3 },
    ["tuple", 4, "x"],
    undefined,
  ]);
  expect(receive({ ref: mine, from: self(), value: P.number })).toMatchObject({ value: 3 });
  expect(receive(["tuple", P.number, P.string])).toEqual(["tuple", 4, "x"]);
  expect(receive({ ref: mine, value: P.select() } as never, 0)).toMatchObject({ value: 2 });
  expect(receive({ ref: mine }, 0)).toBe(TIMEOUT);
  expect(taken()).toEqual([{ ref: foreign, value: 1 }, undefined]);
  kill(other);
});

processTest("E1: undefined, null and TIMEOUT itself can be received", () => {
  sendAll(self(), [undefined, null, TIMEOUT, false]);
  expect([receive(), receive(undefined, 0), receive(undefined, 0), receive()]).toEqual([undefined, null, TIMEOUT, false]);
});

processTest("E2: messages stay in the mailbox while the process sleeps or waits for something else", () => {
  const pid = spawnAt("other core", sendAll, self(), [1, 2, 3]);
  const ref = monitor(pid);
  sleep(5);
  processInfo(pid);
  downOf(ref);
  expect(taken()).toEqual([1, 2, 3]);
});

// call_with_huge_message_queue, for its results; see docs/conformance.md for its times
processTest("E6: calls work with a hundred thousand other messages in the mailbox", () => {
  for (let i = 0; i < 100_000; i++) send(self(), i);
  const server = spawnAt("other core", answersLate);
  for (let i = 0; i < 20; i++) {
    const ref = makeRef();
    send(server, [self(), ref, i]);
    expect(answerTo(ref)).toBe(i);
  }
  expect(processInfo()!.mailboxLength).toBe(100_000);
  for (let i = 0; i < 100_000; i++) if (receive() !== i) throw new Error(`message ${i} is out of order`);
  kill(server);
});

/** Sends without end, until it is told something. */
function pour(to: Pid): void {
  while (receive(undefined, 0) === TIMEOUT) send(to, "drop");
}

processTest("E5: a receive whose time is over ends by what was there then, however much comes meanwhile", () => {
  const me = self();
  const ended = spawn(() => {
    receive("start");
    const pourers = numbers(3).map(() => spawnAt("same core", pour, self()));
    until(() => processInfo()!.mailboxLength > 5_000);
    const result = receive(() => false, 0);
    for (const pid of pourers) kill(pid);
    send(me, result);
  });
  send(ended, "start");
  expect(receive()).toBe(TIMEOUT);
});
