/** Group C: aliases (C1 to C8). */
import { expect } from "vitest";
import {
  alias,
  exit,
  isRef,
  makeRef,
  monitor,
  receive,
  self,
  send,
  sendAfter,
  spawn,
  unalias,
  type Pid,
  type Ref,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { ALL_PLACES, PLACES, spawnAt, spawnMonitorAt } from "./testing/place.ts";
import { clock, codeOf, downOf, holding, kill, numbers, park, reasonOf, settled, spinUntil, taken } from "./testing/watch.ts";

/** Sends what it is told to the addresses that it is told. */
function courier(): void {
  for (;;) {
    const [from, addresses, message] = receive<[Pid, Ref[], unknown]>();
    for (const address of addresses) send(address, message);
    send(from, "sent");
  }
}

/** Lets a courier send a message to an address, and returns when it has done so. */
function sendBy(pid: Pid, address: Ref, message: unknown): void {
  send(pid, [self(), [address], message]);
  receive((answer) => answer === "sent");
}

for (const place of PLACES) {
  // alias_bif
  processTest(`C1: an alias is an address of its process until unalias (${place})`, () => {
    const pid = spawnAt(place, courier);
    const address = alias();
    expect(isRef(address)).toBe(true);
    sendBy(pid, address, { hello: [1] });
    expect(taken()).toEqual([{ hello: [1] }]);
    send(address, "from myself");
    expect(taken()).toEqual(["from myself"]);
    expect(unalias(address)).toBe(true);
    expect(unalias(address)).toBe(false);
    kill(pid);
  });

  processTest(`C3: an alias for a reply ends with the first message that is sent to it (${place})`, () => {
    const pid = spawnAt(place, courier);
    const address = alias("reply");
    sendBy(pid, address, "first");
    sendBy(pid, address, "second");
    send(address, "third");
    expect(taken()).toEqual(["first"]);
    expect(unalias(address)).toBe(false);
    const unused = alias("reply");
    expect(unalias(unused)).toBe(true);
    sendBy(pid, unused, "late");
    expect(taken()).toEqual([]);
    expect(codeOf(() => alias("once" as never))).toBe("AGNER_BAD_ARGUMENT");
    kill(pid);
  });

  processTest(`C1: aliases are independent of one another and of the pid (${place})`, () => {
    const pid = spawnAt(place, courier);
    const addresses = numbers(4).map(() => alias());
    unalias(addresses[1]!);
    unalias(addresses[3]!);
    send(pid, [self(), addresses, "hello"]);
    expect([receive(), receive(), receive()]).toEqual(["hello", "hello", "sent"]);
    settled();
    expect(taken()).toEqual([]);
    kill(pid);
  });

  // dist_frag_unaliased
  processTest(`C2: what is sent to an ended or unknown alias vanishes (${place})`, () => {
    const pid = spawnAt(place, courier);
    const address = alias();
    sendBy(pid, address, 1);
    unalias(address);
    sendBy(pid, address, 2);
    sendBy(pid, address, new Uint8Array(1_000_000));
    sendBy(pid, makeRef(), 3);
    send(address, 4);
    send(makeRef(), 5);
    settled();
    expect(taken()).toEqual([1]);
    expect(codeOf(() => send(address, () => "a closure"))).toBe("AGNER_BAD_TERM");
    kill(pid);
  });

  processTest(`C2: the end of a process ends its aliases (${place})`, () => {
    const [pid, ref] = spawnMonitorAt(place, sendsAlias, self());
    const address = receive<Ref>();
    send(address, "stop");
    expect(reasonOf(ref)).toBe("stop");
    send(address, "nobody reads this");
    settled();
    expect(taken()).toEqual([]);
    void pid;
  });

  processTest(`C5: neither a DOWN nor anything else but unalias ends an alias (${place})`, () => {
    const courierPid = spawnAt(place, courier);
    const pid = spawnAt(place, park);
    const address = alias();
    const ref = monitor(pid);
    exit(pid, "stop");
    downOf(ref);
    sendBy(courierPid, address, "still here");
    expect(taken()).toEqual(["still here"]);
    kill(courierPid);
  });

  // dist_frag_alias
  processTest(`C7: large messages arrive at an alias (${place})`, () => {
    const pid = spawnAt(place, courier);
    const address = alias();
    const bytes = Buffer.from("0123456789abcdef".repeat(60_000));
    sendBy(pid, address, { bytes, text: "ö".repeat(300_000) });
    const { bytes: copy, text } = receive<{ bytes: Buffer; text: string }>();
    expect(copy.equals(bytes)).toBe(true);
    expect(text === "ö".repeat(300_000)).toBe(true);
    expect(taken()).toEqual([]);
    kill(pid);
  });

  processTest(`C8: an alias ends where its process is: what arrived before stays in the mailbox (${place})`, () => {
    const pid = spawnAt(place, courier);
    const address = alias();
    send(pid, [self(), [address, address], "reply"]);
    expect(receive()).toBe("reply");
    receive((answer) => answer === "sent");
    unalias(address);
    expect(taken()).toEqual(["reply"]);
    kill(pid);
  });
}

function sendsAlias(parent: Pid): void {
  send(parent, alias());
  exit(receive());
}

for (const place of ALL_PLACES) {
  // What a call with a timeout does: a late answer must never be taken for the answer to the next question.
  processTest(`C2: a late answer to an ended alias does not arrive, however close the race (${place})`, () => {
    for (let round = 0; round < 200; round++) {
      const address = alias();
      spawnAt(place, answer, address, round);
      const early = receive(undefined, 0);
      unalias(address);
      const before = taken();
      if (round % 10 === 9) settled();
      expect(taken()).toEqual([]);
      expect([early, ...before].filter((message) => typeof message === "number" && message !== round)).toEqual([]);
    }
    settled();
    expect(taken()).toEqual([]);
  });
}

processTest("C2: an answer that is on its way when unalias is called is dropped", () => {
  let lead = 2;
  for (let rounds = 0; rounds < 10;) {
    const at = clock() + lead;
    const address = alias();
    spawnAt("other core", answerAt, address, at);
    settled();
    let early: unknown[] = [];
    holding(() => {
      spinUntil(at + 0.5); // it is sent meanwhile
      early = taken();
      unalias(address);
    });
    settled();
    expect(taken()).toEqual([]);
    if (early.length === 0) rounds++;
    else lead *= 1.5; // it came before the core was held: the machine is busy
  }
});

function answerAt(address: Ref, at: number): void {
  spinUntil(at);
  send(address, "late");
}

function answer(address: Ref, n: number): void {
  send(address, n);
}

processTest("C1: only its own process can end an alias, and values that are no references are refused", () => {
  const address = alias();
  const parent = self();
  spawn(() => send(parent, unalias(address)));
  expect(receive()).toBe(false);
  send(address, "still here");
  expect(receive()).toBe("still here");
  for (const bad of [undefined, 1, "alias", self()]) expect(codeOf(() => unalias(bad as never))).toBe("AGNER_BAD_ARGUMENT");
});

processTest("C1: a timer may be set for an alias", () => {
  const address = alias();
  sendAfter(1, address, "ring");
  expect(receive()).toBe("ring");
  const ended = alias();
  sendAfter(1, ended, "never");
  unalias(ended);
  sendAfter(2, address, "later");
  expect(receive()).toBe("later");
});
