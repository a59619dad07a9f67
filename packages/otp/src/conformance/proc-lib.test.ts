/** Group F: processes that know their family (F1 to F8). */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import {
  dictionary,
  exit,
  isAlive,
  monitor,
  processFlag,
  processInfo,
  receive,
  self,
  send,
  spawn,
  whereis,
  type Pid,
} from "@agner/vm";
import { CallError, genServer, procLib, StartError } from "../index.ts";
import { at, PLACES } from "./testing/place.ts";
import { collecting, reportsOf } from "./testing/reports.ts";
import { downOf, endOf, kill, numbers, park, settled, taken, thrown, until } from "./testing/watch.ts";

function tellFamily(to: Pid): void {
  send(to, { ancestors: dictionary.get("$ancestors"), initialCall: dictionary.get("$initial_call") });
}

function grandchild(to: Pid): void {
  tellFamily(to);
}

function child(to: Pid): void {
  procLib.spawn(grandchild, to);
}

function named(to: Pid): void {
  procLib.initAck();
  procLib.spawn(grandchild, to);
}

function fail(reason: unknown): void {
  exit(reason);
}

function failWith(message: string): void {
  throw new TypeError(message);
}

function throwValue(value: unknown): void {
  throw value;
}

function failForgetful(): void {
  dictionary.erase("$ancestors");
  dictionary.erase("$initial_call");
  exit("forgot");
}

/** Waits for a word, then for what it says. */
function ready(): void {
  procLib.initAck({ pid: self() });
  park();
}

function neverReady(): void {
  park();
}

function readyAfter(message: unknown): void {
  receive((m) => m === message);
  procLib.initAck("ready");
}

function failBefore(reason: unknown): void {
  exit(reason);
}

function killsItself(): void {
  exit(self(), "kill");
}

function crashBefore(): void {
  throw new RangeError("before");
}

function giveUp(value: unknown, reason: unknown): void {
  procLib.initFail(value, reason);
}

function countsThenSleeps(to: Pid, n: number): void {
  send(to, ["awake", n, receive()]);
  if (n === 3) exit("tired");
  procLib.hibernate(countsThenSleeps, to, n + 1);
}

for (const place of PLACES) {
  processTest(`F1: ancestors, nearest first, and the initial call are in the dictionary (${place})`, () => {
    const me = self();
    const pid = procLib.spawnOpt(at(place), child, me);
    expect(receive()).toEqual({ ancestors: [pid, me], initialCall: "grandchild" });
    procLib.startOpt({ ...at(place), name: "f1 named" }, named, me);
    expect(receive()).toEqual({ ancestors: ["f1 named", me], initialCall: "grandchild" });
  });

  // spawn_opt
  processTest(`F1: initialCall, translateInitialCall and ancestors of a process (${place})`, () => {
    const pid = procLib.spawnOpt(at(place), park);
    until(() => procLib.ancestors(pid) !== undefined);
    expect(procLib.initialCall(pid)).toBe("park");
    expect(procLib.translateInitialCall(pid)).toBe("park");
    expect(procLib.ancestors(pid)).toEqual([self()]);
    const plain = spawn(park);
    expect(procLib.initialCall(plain)).toBe(undefined);
    expect(procLib.translateInitialCall(plain)).toMatch(/^park/);
    kill(pid);
    kill(plain);
    expect(procLib.initialCall(pid)).toBe(undefined);
  });

  // crash
  processTest(`F1: a crash report tells who it was; it does without what is erased (${place})`, () => {
    collecting((logged) => {
      const pid = procLib.spawnOpt(at(place), fail, "oh");
      expect(endOf(pid)).toMatch(/^oh$|^noproc$/);
      const forgetful = procLib.spawnOpt(at(place), failForgetful);
      endOf(forgetful);
      const all = logged();
      expect(reportsOf(all, pid)).toMatchObject([
        { type: "crash", initialCall: "fail", reason: "oh", ancestors: [self()], trapExit: false, mailboxLength: 0 },
      ]);
      expect(reportsOf(all, forgetful)).toMatchObject([{ type: "crash", reason: "forgot" }]);
    });
  });

  // stacktrace
  processTest(`F1: the exit reason is the error, the reason of the exit, or the value that nobody caught (${place})`, () => {
    const opts = { ...at(place), monitor: true } as const;
    const reason = downOf(procLib.spawnOpt(opts, failWith, "no")[1]).reason as Error;
    expect(reason).toBeInstanceOf(TypeError);
    expect(reason.stack).toContain("failWith");
    expect(downOf(procLib.spawnOpt(opts, fail, { a: 1 })[1]).reason).toEqual({ a: 1 });
    expect(downOf(procLib.spawnOpt(opts, throwValue, 17)[1]).reason).toEqual({ nocatch: 17 });
  });

  // sync_start_nolink, sync_start_link
  processTest(`F2: a start returns what the child acknowledges, when it does (${place})`, () => {
    const { pid } = procLib.startOpt(at(place), ready) as { pid: Pid };
    expect(processInfo()!.links).not.toContain(pid);
    kill(pid);
    const linked = procLib.startOpt({ ...at(place), link: true }, ready) as { pid: Pid };
    expect(processInfo()!.links).toContain(linked.pid);
    processFlag("trapExit", true);
    kill(linked.pid);
    expect(taken()).toEqual([{ type: "EXIT", from: linked.pid, reason: "killed" }]);
    const starter = self();
    const waiting = spawn(() => send(starter, procLib.startOpt({ ...at("same core"), name: "f2 waits" }, readyAfter, "go")));
    until(() => whereis("f2 waits") !== undefined);
    settled();
    expect(taken()).toEqual([]);
    expect(isAlive(waiting)).toBe(true);
    send("f2 waits", "go");
    expect(receive()).toBe("ready");
  });

  // init_dont_hang
  processTest(`F2: a child that dies first fails the start with its reason (${place})`, () => {
    processFlag("trapExit", true);
    for (const link of [false, true]) {
      const opts = { ...at(place), link };
      expect(thrown(() => procLib.startOpt(opts, failBefore, "why")).reason).toBe("why");
      expect(thrown(() => procLib.startOpt(opts, failBefore, "normal")).reason).toBe("normal");
      const error = thrown(() => procLib.startOpt({ ...opts, timeout: 5_000 }, crashBefore));
      expect(StartError.is(error)).toBe(true);
      expect(error.reason).toBeInstanceOf(RangeError);
    }
    settled();
    expect(taken()).toEqual([]);
    expect(processInfo()!.links).toEqual([]);
    expect(processInfo()!.monitors).toEqual([]);
  });

  processTest(`F2: a child that takes too long is killed (${place})`, () => {
    processFlag("trapExit", true);
    for (const link of [false, true]) {
      const error = thrown(() => procLib.startOpt({ ...at(place), link, timeout: 20, name: "f2 slow" }, neverReady));
      expect(StartError.is(error)).toBe(true);
      expect(error.reason).toBe("timeout");
      expect(whereis("f2 slow")).toBe(undefined);
    }
    settled();
    expect(taken()).toEqual([]);
    expect(processInfo()!.links).toEqual([]);
  });

  processTest(`F3: initFail: the value comes when the child is gone (${place})`, () => {
    processFlag("trapExit", true);
    for (const link of [false, true]) {
      const opts = { ...at(place), name: "f3", link };
      for (const reason of ["normal", "shutdown", "bad"]) {
        expect(procLib.startOpt(opts, giveUp, { error: "no" }, reason)).toEqual({ error: "no" });
        expect(whereis("f3")).toBe(undefined);
      }
    }
    expect(processInfo()!.links).toEqual([]);
    settled();
    expect(taken()).toEqual([]);
  });

  processTest(`F4: nor does one whose process is killed before it was ready (${place})`, () => {
    processFlag("trapExit", true);
    for (const _round of numbers(20))
      expect(thrown(() => procLib.startOpt({ ...at(place), link: true }, killsItself)).reason).toBe("killed");
    settled();
    expect(taken()).toEqual([]);
    expect(processInfo()!.links).toEqual([]);
  });

  processTest(`F4: a failed startLink leaves no exit signal, and a starter that does not trap exits lives (${place})`, () => {
    for (const reason of ["a", "b"]) {
      expect(thrown(() => procLib.startOpt({ ...at(place), link: true }, failBefore, reason)).reason).toBe(reason);
      expect(procLib.startOpt({ ...at(place), link: true }, giveUp, 1, reason)).toBe(1);
    }
    settled();
    expect(processInfo()!.links).toEqual([]);
  });

  // stop
  processTest(`F6: stop, and all that can become of it (${place})`, () => {
    const opts = at(place);
    for (const reason of ["normal", "shutdown", { shutdown: [1] }, "other"]) {
      const { pid } = Stoppable.start(undefined, opts);
      const ref = monitor(pid);
      procLib.stop(pid, reason);
      expect(downOf(ref).reason).toEqual(reason);
      expect(thrown(() => procLib.stop(pid, reason)).code).toBe("AGNER_NOPROC");
    }
    const stubborn = procLib.spawnOpt(opts, park);
    const late = thrown(() => procLib.stop(stubborn, "normal", 20));
    expect(CallError.is(late)).toBe(true);
    expect(late.code).toBe("AGNER_TIMEOUT");
    expect(late.reason).toBe("timeout");
    kill(stubborn);
    expect(thrown(() => procLib.stop(stubborn)).reason).toBe("noproc");
    const crashing = CrashesAtEnd.start(undefined, opts);
    const other = thrown(() => procLib.stop(crashing, "normal"));
    expect([other.code, other.reason]).toEqual(["AGNER_CALL", "in terminate"]);
    expect(thrown(() => procLib.stop("f6 nobody")).code).toBe("AGNER_NOPROC");
    expect(thrown(() => procLib.stop(self())).code).toBe("AGNER_CALLING_SELF");
    expect(thrown(() => procLib.stop(self(), "normal", -1)).code).toBe("AGNER_BAD_ARGUMENT");
    settled();
    expect(taken()).toEqual([]);
    expect(processInfo()!.monitors).toEqual([]);
  });

  processTest(`F7: reasons that are no crash are not reported, all others are (${place})`, () => {
    collecting((logged) => {
      const orderly = ["normal", "shutdown", { shutdown: "x" }].map((reason) => procLib.spawnOpt(at(place), fail, reason));
      const crashes = ["x", { down: 1 }, 0].map((reason) => procLib.spawnOpt(at(place), fail, reason));
      for (const pid of [...orderly, ...crashes]) endOf(pid);
      const all = logged();
      for (const pid of orderly) expect(reportsOf(all, pid)).toEqual([]);
      for (const pid of crashes) expect(reportsOf(all, pid).length).toBe(1);
    });
  });

  // hibernate
  processTest(`F8: hibernate goes on with a function when a message comes, and crashes after it are reported (${place})`, () => {
    collecting((logged) => {
      const pid = procLib.spawnOpt(at(place), countsThenSleeps, self(), 0);
      const ref = monitor(pid);
      for (const n of numbers(4)) {
        send(pid, n);
        expect(receive()).toEqual(["awake", n, n]);
      }
      expect(downOf(ref).reason).toBe("tired");
      expect(reportsOf(logged(), pid)).toMatchObject([{ type: "crash", reason: "tired", initialCall: "countsThenSleeps" }]);
    });
  });
}

export const Stoppable = genServer({ init: () => 0 });

export const CrashesAtEnd = genServer({
  init: () => 0,
  terminate: () => exit("in terminate"),
});

// otp_6345
processTest("F5: the option monitor is no option of a start; startMonitor monitors", () => {
  expect(thrown(() => procLib.startOpt({ monitor: true } as object, ready)).code).toBe("AGNER_BAD_ARGUMENT");
  const [value, ref] = procLib.startMonitor(ready);
  const { pid } = value as { pid: Pid };
  exit(pid, "stop");
  expect(downOf(ref!)).toEqual({ type: "DOWN", ref, pid, reason: "stop" });
  expect(thrown(() => procLib.startMonitor(failBefore, "why")).reason).toBe("why");
  expect(taken()).toEqual([]);
  expect(processInfo()!.monitors).toEqual([]);
});

processTest("a start under a name that is taken fails and leaves the holder alone", () => {
  procLib.startOpt({ name: "taken name" }, ready);
  const holder = whereis("taken name")!;
  expect(thrown(() => procLib.startOpt({ name: "taken name" }, ready)).reason).toEqual({ alreadyStarted: holder });
  expect(isAlive(holder)).toBe(true);
  kill(holder);
});

for (const place of PLACES) {
  processTest(`a closure runs with copies of what it has captured (${place})`, () => {
    const me = self();
    const basket = ["apple"];
    const pid = procLib.spawnOpt(at(place), () => {
      basket.push("pear");
      send(me, [self(), basket.length]);
    });
    expect(receive()).toEqual([pid, 2]);
    expect(procLib.startOpt(at(place), () => procLib.initAck(basket))).toEqual(["apple"]);
    expect(basket).toEqual(["apple"]);
  });
}

processTest("initAck where nobody waits, and hibernate outside the family, are errors", () => {
  expect(thrown(() => procLib.initAck(1)).code).toBe("AGNER_NO_STARTER");
  const me = self();
  procLib.spawn(() => send(me, thrown(() => procLib.initAck(1)).code));
  expect(receive()).toBe("AGNER_NO_STARTER");
  spawn(() => send(me, thrown(() => procLib.hibernate(park)).code));
  expect(receive()).toBe("AGNER_NOT_FAMILY");
  expect(thrown(() => procLib.spawn(1 as never)).code).toBe("AGNER_BAD_ARGUMENT");
  expect(thrown(() => procLib.startOpt({ timeout: -1 }, ready)).code).toBe("AGNER_BAD_ARGUMENT");
});
