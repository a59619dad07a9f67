/**
 * Bounded mailboxes: `maxMailbox`, of which OTP has no like. What is refused, dropped or never dropped, on one core and between two, by every way that a message may take.
 */
import { expect } from "vitest";
import {
  alias,
  exit,
  MailboxFullError,
  monitor,
  processFlag,
  processInfo,
  receive,
  receiveSince,
  register,
  self,
  send,
  sendAfter,
  sendSignal,
  spawnLink,
  spawnOpt,
  TIMEOUT,
  statistics,
  systemMonitor,
  trapSignal,
  wait,
  yieldNow,
  type Dest,
  type MailboxDropped,
  type MaxMailbox,
  type Pid,
  type Ref,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { ALL_PLACES, coreAt, PLACES, spawnAt, type Place } from "./testing/place.ts";
import { codeOf, kill, numbers, reasonOf, settled, taken, until } from "./testing/watch.ts";

/** A process that keeps what it gets until it is released, and then says what it has. */
interface Hoard {
  readonly pid: Pid;
  readonly name: string;
  /** Its alias. */
  readonly address: Ref;
  /** An alias for one message, which lets it go on. */
  readonly release: Ref;
}

function hoard(parent: Pid, name: string): void {
  register(name);
  const release = alias("reply");
  send(parent, { pid: self(), name, address: alias(), release } satisfies Hoard);
  receive((message) => message === release);
  send(parent, { hoarded: taken() });
}

let hoards = 0;

function hoardAt(place: Place, maxMailbox: MaxMailbox): Hoard {
  const scheduler = coreAt(place)!;
  spawnOpt({ scheduler, maxMailbox }, hoard, self(), `hoard ${++hoards}`);
  const made = receive<Hoard>((message) => message?.release !== undefined);
  until(() => processInfo(made.pid)!.status === "waiting");
  return made;
}

function hoardedBy({ release }: Hoard): unknown[] {
  send(release, release);
  return receive<{ hoarded: unknown[] }>((message) => message?.hoarded !== undefined).hoarded;
}

/** All ways to a process. */
function waysTo({ pid, name, address }: Hoard): Dest[] {
  return [pid, name, address];
}

/** The error that a call throws. */
function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (e) {
    return e;
  }
  return undefined;
}

/** What `systemMonitor` tells of a process. */
function droppedEvent(pid: Pid): MailboxDropped {
  return receive((message) => message?.event === "mailboxDropped" && message.pid === pid);
}

for (const place of PLACES) {
  processTest(`"error": whoever sends to a full mailbox is told whose it is, and nothing is sent (${place})`, () => {
    const full = hoardAt(place, 3);
    const ways = waysTo(full);
    ways.forEach((dest, i) => send(dest, i));
    for (const dest of ways) {
      const error = errorOf(() => send(dest, { more: 1 }));
      expect(MailboxFullError.is(error)).toBe(true);
      expect(error).toMatchObject({ code: "AGNER_MAILBOX_FULL", pid: full.pid, registeredName: full.name, limit: 3 });
      expect((error as Error).message).toContain(
        `${full.pid.toString()}, registered as "${full.name}", is full: it takes 3 messages`,
      );
    }
    expect(processInfo(full.pid)).toMatchObject({ mailboxLength: 3, dropped: 0, maxMailbox: 3 });
    expect(hoardedBy(full)).toEqual([0, 1, 2]);
  });

  processTest(`"error": when the process has read some, there is room for as many (${place})`, () => {
    const box = boxAt(place, 5);
    for (let round = 0; round < 20; round++) {
      expect(fill(box)).toBe(5);
      expect(box.ask({ read: 2 })).toEqual([0, 1]);
      expect(fill(box)).toBe(2);
      expect(box.ask({ read: 5 })).toEqual([2, 3, 4, 0, 1]);
    }
    kill(box.pid);
  });

  processTest(`"error": a message that is no term is refused as that, full or not (${place})`, () => {
    const full = hoardAt(place, 1);
    send(full.pid, 1);
    for (const dest of waysTo(full)) {
      expect(codeOf(() => send(dest, () => 1))).toBe("AGNER_BAD_TERM");
      expect(codeOf(() => send(dest, 2))).toBe("AGNER_MAILBOX_FULL");
    }
    expect(hoardedBy(full)).toEqual([1]);
    const empty = hoardAt(place, 1);
    for (const dest of waysTo(empty)) expect(codeOf(() => send(dest, () => 1))).toBe("AGNER_BAD_TERM");
    send(empty.pid, 1); // no place was lost
    expect(hoardedBy(empty)).toEqual([1]);
  });

  processTest(`"dropNewest": what does not fit goes, and is counted (${place})`, () => {
    systemMonitor({ mailboxDropped: true });
    const full = hoardAt(place, { limit: 3, policy: "dropNewest" });
    const before = droppedByAll();
    for (const n of numbers(10)) send(waysTo(full)[n % 3]!, n);
    until(() => processInfo(full.pid)!.dropped === 7);
    expect(droppedEvent(full.pid)).toMatchObject({
      policy: "dropNewest",
      dropped: 1,
      registeredName: full.name,
      scheduler: processInfo(full.pid)!.scheduler,
    });
    expect(processInfo(full.pid)!.mailboxLength).toBe(3);
    expect(hoardedBy(full)).toEqual([0, 1, 2]);
    until(() => droppedByAll() - before >= 7);
    settled();
    expect(taken()).toEqual([]); // one event for the burst
  });

  processTest(`"dropOldest": what is oldest makes room, and is counted (${place})`, () => {
    systemMonitor({ mailboxDropped: true });
    const full = hoardAt(place, { limit: 3, policy: "dropOldest" });
    for (const n of numbers(10)) send(waysTo(full)[n % 3]!, n);
    until(() => processInfo(full.pid)!.dropped === 7);
    expect(droppedEvent(full.pid)).toMatchObject({ policy: "dropOldest", dropped: 1 });
    expect(hoardedBy(full)).toEqual([7, 8, 9]);
  });

  processTest(`"kill": the message that does not fit ends the process, with a reason that says so (${place})`, () => {
    systemMonitor({ mailboxDropped: true });
    const full = hoardAt(place, { limit: 2, policy: "kill" });
    const ref = monitor(full.pid);
    send(full.address, 1);
    send(full.name, 2);
    send(full.pid, 3);
    expect(reasonOf(ref)).toEqual({ mailboxFull: 2 });
    expect(droppedEvent(full.pid)).toMatchObject({ policy: "kill", dropped: 1, registeredName: full.name });
  });

  for (const policy of ["error", "dropNewest"] as const) {
    processTest(`a timer has no sender: what does not fit is dropped and told (${policy}, ${place})`, () => {
      systemMonitor({ mailboxDropped: true });
      const full = hoardAt(place, { limit: 2, policy });
      waysTo(full).forEach((dest, i) => sendAfter(i * 5, dest, i));
      expect(droppedEvent(full.pid)).toMatchObject({ policy, dropped: 1 });
      expect(processInfo(full.pid)).toMatchObject({ dropped: 1, mailboxLength: 2 });
      expect(hoardedBy(full)).toEqual([0, 1]);
    });
  }

  for (const policy of ["error", "dropNewest", "dropOldest", "kill"] as const) {
    processTest(`what must not be lost is taken over the bound, and counts: ${policy} (${place})`, () => {
      const pid = spawnOpt({ scheduler: coreAt(place)!, maxMailbox: { limit: 1, policy } }, watcher, self());
      const { start, release, other, reply, own } = receive<Watching>();
      send(pid, "fills it");
      send(start, start);
      expect(receive()).toBe("started");
      exit(other, "stop"); // an exit signal and a Down
      process.kill(process.pid, "SIGUSR2");
      send(reply, { ref: reply });
      until(() => processInfo(pid)!.mailboxLength === 6);
      if (policy !== "kill") until(() => codeOf(() => send(pid, "does not fit")) !== undefined || processInfo(pid)!.dropped > 0);
      send(release, release);
      const got = receive<unknown[]>();
      const rest = [
        { type: "EXIT", from: other, reason: "stop" },
        { type: "DOWN", ref: expect.anything(), pid: other, reason: "stop" },
        { type: "SIGNAL", name: "SIGUSR2" },
        { ref: reply },
        own,
      ];
      expect(got.length).toBe(policy === "dropOldest" ? 5 : 6);
      for (const message of rest) expect(got).toContainEqual(message);
    });
  }

  processTest(`a bound may be changed at any time, and taken away (${place})`, () => {
    const box = boxAt(place, Infinity);
    const takes = (expected: number): void => {
      expect(fill(box)).toBe(expected);
      expect(box.ask({ read: expected })).toEqual(numbers(expected));
    };
    const bound = (maxMailbox: MaxMailbox | undefined): unknown => box.ask({ maxMailbox });
    takes(MANY);
    expect(bound(7)).toBe(Infinity);
    takes(7);
    expect(bound({ limit: 3, policy: "error" })).toBe(7);
    takes(3);
    expect(bound(Infinity)).toEqual({ limit: 3, policy: "error" });
    takes(MANY);
    expect(bound({ limit: 60, policy: "dropNewest" })).toBe(Infinity);
    takes(MANY);
    expect(bound(1)).toEqual({ limit: 60, policy: "dropNewest" });
    takes(1);
    expect(bound(undefined)).toBe(1);
    takes(MANY);
    expect(bound(10)).toBeUndefined();
    expect(fill(box)).toBe(10);
    expect(bound(5)).toBe(10); // what is there stays
    expect(fill(box)).toBe(0);
    expect(box.ask({ read: 6 })).toEqual(numbers(6));
    expect(fill(box)).toBe(1);
    expect(bound({ limit: 2, policy: "dropOldest" })).toBe(5);
    expect(fill(box)).toBe(MANY);
    expect(box.ask({ read: 5 })).toEqual([6, 7, 8, 9, 0]); // what was there before it could say what may go
    expect(fill(box)).toBe(MANY);
    expect(box.ask({ read: 2 })).toEqual([MANY - 2, MANY - 1]);
    kill(box.pid);
  });

  processTest(`callbacks of the event loop are senders like others (${place})`, () => {
    const full = hoardAt(place, 2);
    const { pid } = full;
    const codes = wait(new Promise((resolve) => setImmediate(() => resolve([1, 2, 3].map((n) => codeOf(() => send(pid, n)))))));
    expect(codes).toEqual([undefined, undefined, "AGNER_MAILBOX_FULL"]);
    expect(hoardedBy(full)).toEqual([1, 2]);
  });
}

for (const place of ALL_PLACES) {
  processTest(`a flood: what was accepted is read, what was refused was told, and the bound holds (${place})`, () => {
    const pid = spawnOpt({ scheduler: coreAt(place)!, maxMailbox: 100 }, slowReader);
    const senders = ALL_PLACES.flatMap((from) => numbers(2).map(() => spawnAt(from, sender, self(), pid)));
    const sent = senders.map((from) => receive<{ from: Pid; accepted: number; refused: number }>((m) => m.from === from));
    for (const { accepted, refused } of sent) expect(accepted + refused).toBe(EACH);
    const accepted = sent.reduce((sum, one) => sum + one.accepted, 0);
    expect(accepted).toBeLessThan(6 * EACH);
    expect(readOf(pid, ({ read }) => read >= accepted).read).toBe(accepted);
    kill(pid);
  });

  for (const policy of ["dropNewest", "dropOldest"] as const) {
    processTest(`a flood: what is not read was dropped, and counted: ${policy} (${place})`, () => {
      const pid = spawnOpt({ scheduler: coreAt(place)!, maxMailbox: { limit: 100, policy } }, slowReader);
      const senders = ALL_PLACES.flatMap((from) => numbers(2).map(() => spawnAt(from, sender, self(), pid)));
      for (const from of senders) expect(receive((m) => m.from === from)).toEqual({ from, accepted: EACH, refused: 0 });
      const { read, longest } = readOf(pid, (so) => so.read + processInfo(pid)!.dropped >= 6 * EACH);
      const { dropped } = processInfo(pid)!;
      expect(dropped).toBeGreaterThan(0);
      expect(read + dropped).toBe(6 * EACH);
      expect(longest).toBeLessThanOrEqual(101); // and the question
      kill(pid);
    });
  }
}

interface Read {
  readonly read: number;
  readonly longest: number;
}

/** What a slow reader has read when it is enough: what was sent to a process that is moving may come later than what is sent to it now. */
function readOf(pid: Pid, isEnough: (so: Read) => boolean): Read {
  let so: Read = { read: 0, longest: 0 };
  until(() => {
    if (processInfo(pid)!.mailboxLength > 0) return false;
    const ref = alias("reply");
    send(pid, ref);
    const answer = receiveSince<Read>(ref, undefined, 1_000);
    if (answer === TIMEOUT) return false; // the question was refused or dropped
    so = answer;
    return isEnough(so);
  });
  return so;
}

const EACH = 3_000;

function sender(parent: Pid, to: Pid): void {
  let [accepted, refused] = [0, 0];
  for (let n = 0; n < EACH; n++) {
    try {
      send(to, n);
      accepted++;
    } catch (e) {
      if (!MailboxFullError.is(e)) throw e;
      refused++;
    }
  }
  send(parent, { from: self(), accepted, refused });
}

/** Counts, gives way after each message, and tells when it is asked. */
function slowReader(): void {
  let read = 0;
  let longest = 0;
  for (;;) {
    const message = receive<number | Ref>();
    if (typeof message !== "number") {
      send(message, { ref: message, read, longest });
      continue;
    }
    read++;
    if (read % 10 === 0) longest = Math.max(longest, processInfo()!.mailboxLength);
    yieldNow();
  }
}

function droppedByAll(): number {
  return statistics().reduce((sum, { dropped }) => sum + dropped, 0);
}

type Command = { readonly read: number } | { readonly maxMailbox: MaxMailbox | undefined };

/** Does what it is told by an alias that takes one message, which no bound refuses, and leaves all else in its mailbox. */
function box(parent: Pid): void {
  for (let value: unknown; ;) {
    const next = alias("reply");
    send(parent, { box: self(), next, value });
    const { command } = receive<{ command: Command }>((message) => message?.command !== undefined);
    value =
      "read" in command ? numbers(command.read).map(() => receive(undefined, 0)) : processFlag("maxMailbox", command.maxMailbox);
  }
}

interface Box {
  readonly pid: Pid;
  /** Gives a command, and returns what comes of it. */
  readonly ask: (command: Command) => unknown;
}

function boxAt(place: Place, maxMailbox: MaxMailbox): Box {
  const scheduler = coreAt(place)!;
  const pid = spawnOpt({ scheduler, maxMailbox }, box, self());
  const heard = (): { next: Ref; value: unknown } => receive((message) => message?.box === pid);
  let { next } = heard();
  const ask = (command: Command): unknown => {
    send(next, { command });
    const { value, next: after } = heard();
    next = after;
    return value;
  };
  return { pid, ask };
}

/** More than any box in these tests takes. */
const MANY = 50;

/** Sends numbers from 0 on until one is refused. Returns how many were not. */
function fill({ pid }: Box): number {
  let fits = 0;
  while (fits < MANY && codeOf(() => send(pid, fits)) === undefined) fits++;
  return fits;
}

interface Watching {
  readonly start: Ref;
  readonly release: Ref;
  readonly other: Pid;
  readonly reply: Ref;
  readonly own: string;
}

/** Sees another process end, gets an answer and a timer of its own, and then says what it has. */
function watcher(parent: Pid): void {
  processFlag("trapExit", true);
  trapSignal("SIGUSR2");
  const other = spawnLink(() => receive());
  monitor(other);
  const [reply, start, release] = [alias("reply"), alias("reply"), alias("reply")];
  send(parent, { start, release, other, reply, own: "own timer" } satisfies Watching);
  receive((message) => message === start);
  sendAfter(1, self(), "own timer");
  send(parent, "started");
  receive((message) => message === release);
  send(parent, taken());
}

// Some of them are stolen before they start, with what was sent to them until then.
processTest("a process that may be stolen gets what was accepted, once and in order, whatever the policy", () => {
  const policies = ["error", "dropNewest", "dropOldest"] as const;
  for (let round = 0; round < 20; round++) {
    const children = numbers(60).map((i) => spawnOpt({ maxMailbox: { limit: 4, policy: policies[i % 3]! } }, keeps));
    const accepted = new Map<Pid, number[]>(children.map((pid) => [pid, []]));
    for (let n = 0; n < 8; n++) {
      if (n === round % 8) yieldNow();
      for (const pid of children) if (codeOf(() => send(pid, n)) === undefined) accepted.get(pid)!.push(n);
    }
    for (const [i, pid] of children.entries()) {
      const ref = alias("reply");
      sendSignal(pid, ref);
      const { got, dropped } = receiveSince<{ got: number[]; dropped: number }>(ref);
      expect(got).toEqual(got.toSorted((a, b) => a - b));
      if (i % 3 === 0) expect(got).toEqual(accepted.get(pid));
      else expect(got.length + dropped).toBe(8);
    }
  }
});

/** Reads nothing until it is asked what it has. */
function keeps(): void {
  const ref = receive<Ref>((message) => typeof message !== "number");
  const got = taken();
  send(ref, { ref, got, dropped: processInfo()!.dropped });
}

processTest("what the predicate of a receive sends to its own process is taken over the bound, and counts", () => {
  processFlag("maxMailbox", 2);
  send(self(), 1);
  const sendTwo = (): boolean => {
    send(self(), 2);
    send(self(), 3);
    return false;
  };
  expect(receive(sendTwo, 0)).toBe(TIMEOUT);
  expect(processInfo()!.mailboxLength).toBe(3);
  expect(codeOf(() => send(self(), 4))).toBe("AGNER_MAILBOX_FULL");
  processFlag("maxMailbox", Infinity);
  expect(taken()).toEqual([1, 2, 3]);
});
