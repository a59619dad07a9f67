/** The oracle finds what must not be. */
import { expect } from "vitest";
import { alias, makeRef, monotonicTime, receive, self, spawn, TIMEOUT, type Pid } from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { enterDown, enterExit, enterLetter, enterSeatLetter, enterTick, openBooks, type Books } from "./books.ts";
import type { Birth, Letter, Report } from "./messages.ts";

const NUMBER = { kind: "number", n: 5, size: 0, value: 5 } as const;

/** Books whose failures come to the caller. */
function books(): Books {
  const rest = { name: undefined, life: 0, trapExit: true, largest: 100, lossy: false, parent: undefined, linkedByParent: false };
  const birth: Birth = { seed: 1, id: "a", chief: self(), peers: [], ...rest };
  return openBooks(birth, self(), 0);
}

function letter(from: Pid, total: number, hard: number, more: Partial<Letter> = {}): Letter {
  return {
    k: "letter",
    from: { pid: from, id: "b", name: undefined },
    total,
    hard,
    soft: undefined,
    used: undefined,
    note: undefined,
    body: NUMBER,
    ...more,
  };
}

function nothing(): void {}

/** The texts of the failures since the last time. */
function failures(): string[] {
  const texts: string[] = [];
  for (;;) {
    const report = receive<Report>(undefined, 0);
    if (report === TIMEOUT) return texts;
    if (report.k === "failure") texts.push(report.text);
  }
}

processTest("messages that are lost, doubled or out of order", () => {
  const from = spawn(nothing);
  const all = books();
  for (const n of [1, 2, 3]) enterLetter(all, letter(from, n, n));
  expect(failures()).toEqual([]);
  enterLetter(all, letter(from, 3, 3));
  expect(failures()).toEqual([expect.stringContaining("doubled"), expect.stringContaining("lost or out of order")]);
  const lost = books();
  enterLetter(lost, letter(from, 1, 1));
  enterLetter(lost, letter(from, 3, 3));
  expect(failures()).toEqual([expect.stringContaining("lost or out of order")]);
});

processTest("messages to aliases may vanish from the end of the alias on, and only then", () => {
  const from = spawn(nothing);
  const ref = alias();
  const to = (count: number) => ({ soft: { alias: ref, count } });
  const all = books();
  all.aliases.set(ref, "active");
  enterLetter(all, letter(from, 1, 0, to(1)));
  enterLetter(all, letter(from, 4, 2, { used: { alias: ref, count: 2 } }));
  expect(failures()).toEqual([expect.stringContaining("lost or out of order"), "of 2 messages to an active alias 1 have come"]);
  const ended = books();
  ended.aliases.set(ref, "ending");
  enterLetter(ended, letter(from, 3, 1, { used: { alias: ref, count: 2 } }));
  expect(failures()).toEqual([]);
  ended.aliases.delete(ref);
  enterLetter(ended, letter(from, 4, 1, to(1)));
  expect(failures()).toEqual([expect.stringContaining("which had ended")]);
});

processTest("a question is answered once", () => {
  const from = spawn(nothing);
  const ref = makeRef();
  const all = books();
  all.monitors.set(ref, { target: from, by: from, question: true });
  enterLetter(all, letter(from, 1, 0, { soft: { alias: ref, count: 1 } }));
  expect(failures()).toEqual([]);
  enterDown(all, { type: "DOWN", ref, pid: from, reason: "normal" });
  expect(failures()).toEqual([expect.stringContaining("fired twice")]);
});

processTest("a payload that is not what it was", () => {
  enterLetter(books(), letter(spawn(nothing), 1, 1, { body: { ...NUMBER, value: 6 } }));
  expect(failures()).toEqual(["a message arrived changed: number of 0"]);
});

processTest("a message after the news of the end, and an end before a message", () => {
  const from = spawn(nothing);
  const ref = makeRef();
  const all = books();
  all.monitors.set(ref, { target: from, by: from, question: false });
  enterLetter(all, letter(from, 1, 1));
  enterDown(all, { type: "DOWN", ref, pid: from, reason: { k: "ending", of: from, sent: [[self(), 2]] } });
  expect(failures()).toEqual(["a process has sent 2 messages before it ended, and 1 have come"]);
  enterLetter(all, letter(from, 2, 2));
  expect(failures()).toContain("a message came from a process after the news of its end");
});

processTest("an exit signal through no link, or twice through one", () => {
  const from = spawn(nothing);
  const all = books();
  all.linkedBy.set(from, "certain");
  enterExit(all, { type: "EXIT", from, reason: "normal" });
  expect(failures()).toEqual([]);
  enterExit(all, { type: "EXIT", from, reason: "normal" });
  expect(failures()).toEqual([expect.stringContaining("came twice")]);
});

processTest("an exit signal that a message has overtaken", () => {
  const from = spawn(nothing);
  const all = books();
  enterLetter(all, letter(from, 2, 1));
  enterExit(all, { type: "EXIT", from, reason: { k: "ordered", by: from, to: self(), total: 1, hard: 0 } });
  expect(failures()).toHaveLength(2);
});

processTest("messages to a name out of order, timers that are early or fire twice", () => {
  const from = spawn(nothing);
  const all = books();
  enterSeatLetter(all, { k: "seat", from, seat: "s", count: 2 });
  enterSeatLetter(all, { k: "seat", from, seat: "s", count: 2 });
  expect(failures()).toEqual([expect.stringContaining("came after message 2")]);
  const now = monotonicTime();
  all.timers.set(1, makeRef());
  enterTick(all, { k: "tick", from: self(), count: 1, due: now + 1 }, now);
  enterTick(all, { k: "tick", from: self(), count: 1, due: now }, now);
  expect(failures()).toEqual([expect.stringContaining("early"), expect.stringContaining("fired twice")]);
});
