/** P1: what one call may do in any amount is charged, or done in portions: others run meanwhile. Their slices are counted. */
import { expect } from "vitest";
import {
  makeRef,
  monitor,
  processes,
  processFlag,
  processInfo,
  receive,
  receiveSince,
  registered,
  schedulerId,
  self,
  send,
  sleep,
  spawnOpt,
  TIMEOUT,
  yieldNow,
  type Pid,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { holding, kill, numbers, onOneCore, park } from "./testing/watch.ts";

/** Counts its slices; on the core of the caller. */
function counter(): Pid {
  return spawnOpt({ scheduler: schedulerId() }, count);
}

function count(): void {
  for (;;) yieldNow();
}

/** Roughly how many slices another process of this core had while `work` ran. */
function slicesDuring(work: () => void): number {
  const other = counter();
  yieldNow();
  yieldNow();
  const before = processInfo(other)!.reductions;
  yieldNow();
  const each = processInfo(other)!.reductions - before;
  const start = processInfo(other)!.reductions;
  work();
  const slices = (processInfo(other)!.reductions - start) / each;
  kill(other);
  return slices;
}

const LONG = 40_000;

function fillMailbox(): void {
  for (let i = 0; i < LONG; i++) send(self(), i);
}

processTest("P1: a receive that looks through a long mailbox lets others run", () => {
  onOneCore(() => {
    fillMailbox();
    expect(slicesDuring(() => expect(receive((message) => message === "none", 0)).toBe(TIMEOUT))).toBeGreaterThan(5);
    expect(slicesDuring(() => expect(receive((message) => message === "none", 1)).toBe(TIMEOUT))).toBeGreaterThan(5);
    expect(slicesDuring(() => expect(receive((message) => message === LONG - 1)).toBe(LONG - 1))).toBeGreaterThan(5);
  });
});

processTest("E1: a receive with a time finds what was there before the time was over, however long the mailbox", () => {
  onOneCore(() => {
    fillMailbox();
    for (const ms of [0, 0.5, 1, 3]) {
      send(self(), ["wanted", ms]);
      expect(receive((message) => message?.[0] === "wanted", ms)).toEqual(["wanted", ms]);
    }
    const ref = makeRef();
    send(self(), { ref });
    expect(receiveSince(ref, undefined, 0)).toEqual({ ref });
    // A message that comes while the mailbox is looked through.
    spawnOpt({ scheduler: schedulerId() }, sendTo, self(), "late");
    expect(receive((message) => message === "late", 60_000)).toBe("late");
    expect(receive((message) => message === LONG - 1)).toBe(LONG - 1);
  });
});

function sendTo(to: Pid, message: unknown): void {
  send(to, message);
}

processTest("E1: below a native frame a receive without a time looks through all of a long mailbox at once", () => {
  onOneCore(() => {
    fillMailbox();
    const found: unknown[] = [];
    holding(() => {
      found.push(receive((message) => message === LONG - 1, 0));
      found.push(receive((message) => message === "none", 0));
    });
    expect(found).toEqual([LONG - 1, TIMEOUT]);
  });
});

processTest("P1: lists of all processes and names, and information, are charged by their length", () => {
  onOneCore(() => {
    processFlag("trapExit", true);
    const many = numbers(2_000).map((i) => spawnOpt({ link: true, name: `listed ${i}`, scheduler: schedulerId() }, park));
    for (const pid of many) monitor(pid);
    sleep(1);
    for (const call of [processes, registered, processInfo]) {
      const often = (): void => {
        for (let i = 0; i < 60; i++) call();
      };
      expect(slicesDuring(often)).toBeGreaterThan(3);
    }
    many.forEach(kill);
  });
});
