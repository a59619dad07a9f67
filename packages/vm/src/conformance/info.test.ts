/** Group D, first part: flags, information, dictionary (D1 to D9, D12), and the list of all processes. */
import { expect } from "vitest";
import {
  dictionary,
  exit,
  isAlive,
  processes,
  processFlag,
  processInfo,
  receive,
  schedulerId,
  self,
  send,
  spawn,
  spawnMonitor,
  spawnOpt,
  yieldNow,
  type Pid,
  type ProcessInfo,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { coreAt, PLACES, spawnAt, spawnMonitorAt } from "./testing/place.ts";
import { codeOf, downOf, kill, nothing, numbers, park, reasonOf, settled, spin, until } from "./testing/watch.ts";

processTest("D1: processFlag returns the old value, and refuses bad ones", () => {
  expect([processFlag("trapExit", true), processFlag("trapExit", false), processFlag("trapExit", false)]).toEqual([
    false,
    true,
    false,
  ]);
  expect(["high", "max", "low", "normal", "normal"].map((p) => processFlag("priority", p as never))).toEqual([
    "normal",
    "high",
    "max",
    "low",
    "normal",
  ]);
  expect(processFlag("maxMailbox", 10)).toBeUndefined();
  expect(processFlag("maxMailbox", { limit: 5, policy: "kill" })).toBe(10);
  expect(processFlag("maxMailbox", undefined)).toEqual({ limit: 5, policy: "kill" });
  for (const [flag, value] of [
    ["trapExit", 1],
    ["trapExit", undefined],
    ["priority", "urgent"],
    ["maxMailbox", -1],
    ["maxMailbox", { limit: 1, policy: "other" }],
    ["fullsweepAfter", 1],
  ] as const) {
    expect(codeOf(() => processFlag(flag as never, value as never))).toBe("AGNER_BAD_ARGUMENT");
  }
});

function described(to: Pid): void {
  processFlag("trapExit", true);
  processFlag("priority", "high");
  dictionary.put("key", { value: 1 });
  send(to, "ready");
  receive((message) => message === "stop");
}

function keepsPromise(to: Pid): void {
  const conn = { socket: Promise.resolve(1) };
  send(to, "ready");
  receive((message) => message === "stop");
  send(to, conn.socket === undefined);
}

function keepsData(to: Pid): void {
  const seen = new Map([["key", [() => to]]]);
  send(to, "ready");
  receive((message) => message === "stop");
  send(to, seen);
}

for (const place of PLACES) {
  processTest(`processInfo tells what a process holds that cannot move to another core (${place})`, () => {
    const parent = self();
    const pid = spawn(() => {
      dictionary.put("in", 1);
      keepsPromise(parent);
    });
    const other = spawn(keepsData, parent);
    receive();
    receive();
    until(() => [pid, other].every((each) => processInfo(each)!.status === "waiting"));
    expect(processInfo(pid)!.pinned).toMatch(
      /^the variable `conn` in keepsPromise \(.*info\.test\.ts:\d+:\d+\) \(at \.socket\) holds a promise$/,
    );
    expect(processInfo(other)!.pinned).toBeUndefined();
    expect(processInfo()!.pinned).toBeUndefined();
    kill(pid);
    kill(other);
  });

  // t_process_info, process_info_other
  processTest(`D4: processInfo tells of a process on any core (${place})`, () => {
    const scheduler = coreAt(place)!;
    const pid = spawnOpt({ scheduler }, described, self());
    receive();
    until(() => processInfo(pid)!.status === "waiting");
    send(pid, "junk");
    until(() => processInfo(pid)!.status === "waiting"); // it has looked at the message, which does not match
    const info = processInfo(pid)!;
    expect(info).toMatchObject({
      pid,
      registeredName: undefined,
      status: "waiting",
      waitingFor: "receive",
      mailboxLength: 1,
      links: [],
      monitors: [],
      monitoredBy: [],
      trapExit: true,
      priority: "high",
      scheduler,
      dictionary: [["key", { value: 1 }]],
      maxMailbox: undefined,
    });
    expect(info.initialCall).toMatch(/^described \(.*info\.test\.ts:\d+:\d+\)$/);
    expect(info.currentFunction).toMatch(/^described \(.*info\.test\.ts:\d+:\d+\)$/);
    expect(info.ancestors[0]).toBe(self());
    expect(info.reductions).toBeGreaterThan(0);
    expect(info.memory).toBeGreaterThan(0);
    expect(info.pinned).toMatch(/scheduler/);
    kill(pid);
  });

  // process_info_other_msg
  processTest(`D7: the mailbox length counts every message that the asker has sent (${place})`, () => {
    const pid = spawnAt(place, park);
    const lengths: number[] = [];
    for (let i = 0; i < 50; i++) {
      send(pid, i);
      lengths.push(processInfo(pid)!.mailboxLength);
    }
    expect(lengths).toEqual(numbers(50).map((i) => i + 1));
    kill(pid);
  });

  // process_info_other_message_queue_len_signal_race
  processTest(`D7: the mailbox length never shrinks while others send (${place})`, () => {
    const pid = spawnAt(place, park);
    const senders = numbers(4).map((i) => spawnMonitorAt(PLACES[i % 2]!, sendMany, pid, 500));
    let last = 0;
    while (last < 2_000) {
      const { mailboxLength } = processInfo(pid)!;
      expect(mailboxLength).toBeGreaterThanOrEqual(last);
      last = mailboxLength;
      yieldNow();
    }
    expect(last).toBe(2_000);
    for (const [, ref] of senders) downOf(ref);
    kill(pid);
  });

  // process_info_other_status
  processTest(`D8: the status is waiting, runnable or running (${place})`, () => {
    const waiting = spawnAt(place, park);
    until(() => processInfo(waiting)!.status === "waiting");
    const busy = spawnAt(place, spin);
    expect(["runnable", "running"]).toContain(processInfo(busy)!.status);
    expect(processInfo()!.status).toBe("running");
    kill(waiting);
    kill(busy);
  });

  // process_info_parent
  processTest(`D9: the first ancestor is the parent, dead or alive (${place})`, () => {
    const parent = self();
    const [middle, ref] = spawnMonitorAt(place, () => {
      spawn(() => send(parent, ["grandchild", self()]));
      send(parent, "done");
    });
    downOf(ref);
    receive((message) => message === "done");
    const [, grandchild] = receive<[string, Pid]>();
    const info = processInfo(grandchild);
    expect(info?.ancestors.slice(0, 2) ?? [middle, parent]).toEqual([middle, parent]);
    spawnAt(place, tellsInfo, parent);
    expect(receive<ProcessInfo>().ancestors[0]).toBe(parent);
  });

  processTest(`D12: the dictionary belongs to one process, and puts what was there before (${place})`, () => {
    dictionary.put("mine", 1);
    const pid = spawnAt(place, usesDictionary, self());
    expect(receive()).toEqual([undefined, undefined, "first", "second", "second", undefined, [["b", 2]], []]);
    expect(dictionary.get("mine")).toBe(1);
    expect(dictionary.erase("mine")).toBe(1);
    expect(dictionary.get("mine")).toBeUndefined();
    kill(pid);
  });

  processTest(`D12: what processInfo shows of a dictionary is a copy (${place})`, () => {
    const pid = spawnAt(place, keepsList, self());
    receive();
    const shown = processInfo(pid)!.dictionary[0]![1] as number[];
    shown.push(2);
    expect(processInfo(pid)!.dictionary).toEqual([["list", [1]]]);
    kill(pid);
  });
}

function sendMany(to: Pid, count: number): void {
  for (let i = 0; i < count; i++) {
    send(to, i);
    if (i % 50 === 0) yieldNow();
  }
}

function tellsInfo(to: Pid): void {
  send(to, processInfo());
}

function usesDictionary(to: Pid): void {
  const results = [
    dictionary.get("mine"),
    dictionary.put("a", "first"),
    dictionary.put("a", "second"),
    dictionary.get("a"),
    dictionary.erase("a"),
    dictionary.erase("a"),
  ];
  dictionary.put("b", 2);
  send(to, [...results, dictionary.erase(), dictionary.erase()]);
  park();
}

function keepsList(to: Pid): void {
  dictionary.put("list", [1]);
  send(to, "ready");
  park();
}

processTest("D5: processInfo of a dead process is undefined; of no pid at all, an error", () => {
  for (const place of PLACES) {
    const [pid, ref] = spawnMonitorAt(place, nothing);
    downOf(ref);
    expect(processInfo(pid)).toBeUndefined();
  }
  for (const bad of [1, "name", {}, null]) expect(codeOf(() => processInfo(bad as never))).toBe("AGNER_BAD_ARGUMENT");
});

// process_info_self_msgq_len
processTest("D7: a process's own mailbox length counts what it has sent to itself", () => {
  for (let i = 1; i <= 20; i++) {
    send(self(), i);
    expect(processInfo()!.mailboxLength).toBe(i);
  }
});

// process_info_reductions
processTest("D4: reductions grow with work", () => {
  const [, ref] = spawnMonitor(countsReductions);
  const [before, after] = reasonOf(ref) as [number, number];
  expect(after).toBeGreaterThan(before);
});

function countsReductions(): void {
  const before = processInfo()!.reductions;
  for (let i = 0; i < 20_000; i++) if (i % 100 === 0) yieldNow();
  exit([before, processInfo()!.reductions]);
}

processTest("D4: the core that processInfo names is the one on which the process runs", () => {
  expect(processInfo()!.scheduler).toBe(schedulerId());
  const parent = self();
  const pid = spawnAt("other core", () => {
    send(parent, schedulerId());
    park();
  });
  expect(processInfo(pid)!.scheduler).toBe(receive());
  kill(pid);
});

// the processes_ cases
processTest("D4: processes() lists every process that lives meanwhile, once, and no dead one", () => {
  const parked = numbers(100).map((i) => spawnAt(PLACES[i % 2]!, park));
  const churners = PLACES.map((place) => spawnMonitorAt(place, churn, 40));
  for (let round = 0; round < 40; round++) {
    const listed = processes();
    const once = new Set(listed);
    expect(once.size).toBe(listed.length);
    for (const pid of [self(), ...parked]) expect(once.has(pid)).toBe(true);
    yieldNow();
  }
  for (const [, ref] of churners) downOf(ref);
  for (const pid of parked) exit(pid, "kill");
  for (const pid of parked) expect(isAlive(pid)).toBe(false);
  settled();
  const left = new Set(processes());
  expect(parked.filter((pid) => left.has(pid))).toEqual([]);
  expect(left.has(self())).toBe(true);
});

/** Spawns and ends many processes. */
function churn(rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    const [, ref] = spawnMonitor(nothing);
    for (let i = 0; i < 50; i++) spawn(nothing);
    downOf(ref);
  }
}
