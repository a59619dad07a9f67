/** Group E: receiving by reference, without a look at what is older (E6, E7). */
import { expect } from "vitest";
import {
  alias,
  demonitor,
  exit,
  makeRef,
  monitor,
  processInfo,
  receive,
  receiveSince,
  self,
  send,
  sendAfter,
  spawn,
  spawnMonitor,
  spawnOpt,
  TIMEOUT,
  type Down,
  type Pid,
  type Ref,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { P } from "ts-pattern";
import { coreAt, PLACES, spawnAt, spawnMonitorAt } from "./testing/place.ts";
import { codeOf, downOf, kill, nothing, numbers, park, settled, taken, until } from "./testing/watch.ts";

/** Answers every question with a reference and a number that it counts. */
function server(): void {
  for (let n = 0; ; n++) {
    const { ref, to } = receive<{ ref: Ref; to: Pid | Ref }>();
    send(to, { ref, n });
  }
}

/** A predicate that counts what it is shown. */
function counting(matches: (message: any) => boolean): { seen: unknown[]; test: (message: any) => boolean } {
  const seen: unknown[] = [];
  return {
    seen,
    test: (message) => {
      seen.push(message);
      return matches(message);
    },
  };
}

function fill(count: number): void {
  for (let i = 0; i < count; i++) send(self(), ["junk", i]);
}

/** Sends `messages` to `to`, one after the other, as soon as that waits. */
function tellWaiting(to: Pid, messages: readonly unknown[]): void {
  until(() => processInfo(to)?.status === "waiting");
  for (const message of messages) send(to, message);
}

/** Ends `pid` with "gone", and then tells `to` so, as soon as that waits. */
function endBefore(to: Pid, pid: Pid): void {
  until(() => processInfo(to)?.status === "waiting");
  exit(pid, "gone");
  send(to, "after");
}

/** Has room for one message. Tells `to` its reference, takes what carries it, and tells what that was and what else came. */
function takesAnswer(to: Pid): void {
  const ref = makeRef();
  send(to, ref);
  const answer = receiveSince(ref);
  send(to, [answer, receive(), receive(undefined, 0)]);
}

for (const place of PLACES) {
  processTest(`E7: who waits by a reference takes the first that carries it, all else stays in its order (${place})`, () => {
    fill(2);
    const ref = makeRef();
    const error = Object.assign(new Error("no"), { ref });
    const [, done] = spawnMonitorAt(place, tellWaiting, self(), [
      "a",
      { ref: makeRef() },
      null,
      [ref],
      error,
      { ref, n: 2 },
      "b",
    ]);
    expect(receiveSince<Error>(ref, undefined, 60_000)).toMatchObject({ message: "no", ref });
    downOf(done);
    expect(taken().slice(2)).toMatchObject(["a", { ref: {} }, null, [ref], { ref, n: 2 }, "b"]);
  });

  processTest(`E7: a DOWN is taken by who waits by the reference of its monitor (${place})`, () => {
    const [pid, ref] = spawnMonitorAt(place, park);
    const [, done] = spawnMonitorAt(place, endBefore, self(), pid);
    expect(receiveSince<Down>(ref)).toMatchObject({ type: "DOWN", ref, reason: "gone" });
    downOf(done);
    expect(taken()).toEqual(["after"]);
  });

  processTest(`E7: what carries the reference finds no room in a full mailbox (${place})`, () => {
    const receiver = spawnOpt(
      { maxMailbox: { limit: 1, policy: "dropNewest" }, scheduler: coreAt(place) ?? 0 },
      takesAnswer,
      self(),
    );
    const ref = receive<Ref>();
    const [, done] = spawnMonitorAt(place, tellWaiting, receiver, ["kept", { ref, n: 1 }]);
    downOf(done);
    settled();
    expect(processInfo(receiver)).toMatchObject({ mailboxLength: 1, status: "waiting" });
    kill(receiver);
  });
}

for (const place of PLACES) {
  // call_with_huge_message_queue
  processTest(`E7: a question and its answer, whatever is in the mailbox: no older message is looked at (${place})`, () => {
    const pid = spawnAt(place, server);
    fill(5_000);
    for (let i = 0; i < 300; i++) {
      const ref = monitor(pid, { alias: "replyDemonitor" });
      send(pid, { ref, to: ref });
      const { seen, test } = counting((message) => message.ref === ref);
      expect(receiveSince(ref, test)).toEqual({ ref, n: i });
      expect(seen).toEqual([{ ref, n: i }]);
    }
    expect(taken()).toEqual(numbers(5_000).map((i) => ["junk", i]));
    kill(pid);
  });

  processTest(`E7: junk that arrives between question and answer is looked at, what was there before is not (${place})`, () => {
    const pid = spawnAt(place, server);
    fill(100);
    const ref = makeRef();
    send(self(), "later");
    send(pid, { ref, to: self() });
    const { seen, test } = counting((message) => message.ref === ref);
    expect(receiveSince(ref, test)).toEqual({ ref, n: 0 });
    expect(seen).toEqual(["later", { ref, n: 0 }]);
    expect(taken().length).toBe(101);
    kill(pid);
  });

  processTest(`E7: without a pattern it takes what carries the reference: an answer, or the Down (${place})`, () => {
    const pid = spawnAt(place, server);
    fill(20);
    const first = monitor(pid, { alias: "demonitor" });
    send(self(), { ref: makeRef() });
    send(self(), first);
    send(self(), null);
    send(pid, { ref: first, to: first });
    expect(receiveSince(first)).toEqual({ ref: first, n: 0 });
    exit(pid, "stop");
    expect(receiveSince<Down>(first).reason).toBe("stop");
    expect(receiveSince(first, undefined, 0)).toBe(TIMEOUT);
    expect(taken().length).toBe(23);
  });

  processTest(`E6: every call that makes a reference remembers the place (${place})`, () => {
    const pid = spawnAt(place, park);
    const scheduler = coreAt(place)!;
    for (const make of [
      makeRef,
      alias,
      (): Ref => monitor(pid),
      (): Ref => monitor("e6 nobody"),
      (): Ref => spawnMonitor(park)[1],
      (): Ref => spawnOpt({ monitor: { alias: "demonitor" }, scheduler }, park)[1],
      (): Ref => sendAfter(0, pid, "ring"),
    ]) {
      send(self(), "old");
      const ref = make();
      send(self(), "new");
      const { seen, test } = counting((message) => message === "new");
      expect(receiveSince(ref, test)).toBe("new");
      expect(seen.at(0)).not.toBe("old");
      expect(seen.at(-1)).toBe("new");
      expect(receive()).toBe("old");
      taken();
    }
    kill(pid);
  });
}

// multi_recv_opt
processTest("E6: several references in flight, answered in another order, with messages taken from anywhere meanwhile", () => {
  const pid = spawn(server);
  fill(50);
  const asked = numbers(6).map((i) => {
    const ref = makeRef();
    send(pid, { ref, to: self() });
    until(() => processInfo()!.mailboxLength > 50); // its answer, at the end, where the next reference remembers to begin
    expect(receive((message) => message[1] === 7 * i)).toEqual(["junk", 7 * i]);
    return ref;
  });
  for (const [i, ref] of [...asked.entries()].toReversed()) {
    const { seen, test } = counting((message) => message.ref === ref);
    expect(receiveSince(ref, test)).toEqual({ ref, n: i });
    expect(seen).toEqual([{ ref, n: i }]);
    expect(receive((message) => message[1] === 7 * i + 3)).toEqual(["junk", 7 * i + 3]);
  }
  expect(taken().length).toBe(38);
  kill(pid);
});

processTest("E6: a crowd of references: none of their answers costs a look at what was there before the first", () => {
  const pid = spawn(server);
  fill(1_000);
  const asked = numbers(100).map((i) => {
    const ref = makeRef();
    send(pid, { ref, to: self() });
    if (i % 3 === 0) settled();
    return ref;
  });
  for (const [i, ref] of asked.entries()) {
    const { seen, test } = counting((message) => message.ref === ref);
    expect(receiveSince(ref, test)).toEqual({ ref, n: i });
    expect(seen.filter(Array.isArray)).toEqual([]);
  }
  expect(taken().length).toBe(1_000);
  kill(pid);
});

processTest("E6: a reference of an empty mailbox, and one whose place was left behind", () => {
  const ref = makeRef();
  fill(3);
  const { seen, test } = counting(() => false);
  expect(receiveSince(ref, test, 0)).toBe(TIMEOUT);
  expect(seen.length).toBe(3);
  const later = makeRef();
  expect(taken().length).toBe(3);
  send(self(), { ref });
  send(self(), { ref: later });
  expect(receiveSince(later)).toEqual({ ref: later });
  expect(receiveSince(ref)).toEqual({ ref });
});

processTest("E6: a reference that somebody else made finds its message, too", () => {
  for (const place of PLACES) {
    fill(2);
    makeRef();
    const pid = spawnAt(place, sendsRef, self());
    const ref = receive((message): message is Ref => !Array.isArray(message));
    fill(2);
    send(pid, "go");
    expect(receiveSince(ref)).toEqual({ ref });
    expect(taken().length).toBe(4);
  }
});

function sendsRef(parent: Pid): void {
  const ref = makeRef();
  send(parent, ref);
  receive();
  send(parent, { ref });
}

processTest("E6: a ts-pattern, a time, and a process that waits: as in receive", () => {
  fill(10);
  const ref = makeRef();
  const reply = { ref, value: P.number } as const;
  expect(receiveSince(ref, reply, 0)).toBe(TIMEOUT);
  expect(receiveSince(ref, reply, 5)).toBe(TIMEOUT);
  const me = self();
  spawn(() => {
    until(() => processInfo(me)!.status === "waiting");
    for (let i = 0; i < 10; i++) send(me, "junk");
    send(me, { ref, value: "none" });
    send(me, { ref, value: 1 });
  });
  const { seen, test } = counting((message) => message.value === 1);
  expect(receiveSince(ref, test, 60_000)).toEqual({ ref, value: 1 });
  expect(seen.length).toBe(12);
  expect(receiveSince(ref, { ref, value: P.string })).toEqual({ ref, value: "none" });
  expect(taken().length).toBe(20);
});

processTest("E6: references made and messages sent by a predicate are taken as they come", () => {
  fill(3);
  let made = makeRef();
  const found = receive((message) => {
    made = makeRef();
    send(self(), { ref: made, by: message });
    return message[1] === 1;
  });
  expect(found).toEqual(["junk", 1]);
  expect(receiveSince(made)).toEqual({ ref: made, by: ["junk", 1] });
  expect(taken().length).toBe(3);
});

processTest("B9: flush finds the Down behind older messages", () => {
  const pid = spawn(nothing);
  fill(10);
  const [kept, flushed] = [monitor(pid), monitor(pid)];
  settled();
  exit(pid, "stop");
  settled();
  expect(demonitor(flushed, { flush: true })).toBe(false);
  expect(downOf(kept).pid).toBe(pid);
  expect(taken().length).toBe(10);
});

processTest("E6: what is no reference, and a bad time, are errors", () => {
  for (const bad of [undefined, 1, "ref", self()]) expect(codeOf(() => receiveSince(bad as never))).toBe("AGNER_BAD_ARGUMENT");
  expect(codeOf(() => receiveSince(makeRef(), undefined, -1))).toBe("AGNER_BAD_ARGUMENT");
});

// receive_opt_exception
processTest("E6: a predicate that throws leaves the mailbox, and the place, as they were", () => {
  fill(3);
  const ref = makeRef();
  send(self(), { ref });
  const fails = (): never => {
    throw Object.assign(new Error("no"), { code: "fails" });
  };
  expect(codeOf(() => receiveSince(ref, fails))).toBe("fails");
  expect(processInfo()!.mailboxLength).toBe(4);
  const { seen, test } = counting(() => true);
  expect(receiveSince(ref, test)).toEqual({ ref });
  expect(seen).toEqual([{ ref }]);
  expect(taken().length).toBe(3);
});
