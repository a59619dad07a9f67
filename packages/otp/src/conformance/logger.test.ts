/** Group M: crash reports and the logger. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { processTest } from "@agner/vm/vitest";
import {
  dictionary,
  exit,
  link,
  processFlag,
  receive,
  register,
  schedulerId,
  schedulers,
  self,
  send,
  spawnOpt,
  type Pid,
} from "@agner/vm";
import { procLib } from "../index.ts";
import { defaultHandler } from "../logger/default-handler.ts";
import { logger, type LogEvent } from "../logger/index.ts";
import { report } from "../logger/log.ts";
import { LEVELS } from "../logger/report.ts";
import { at, PLACES } from "./testing/place.ts";
import { collecting, reportsOf } from "./testing/reports.ts";
import { downOf, endOf, kill, numbers, onOneCore, park, settled, taken, until } from "./testing/watch.ts";

/** A process with everything that a crash report tells; it fails as `how` says when it is told to. */
function crashing(friend: Pid, how: "error" | "exit" | "throw"): void {
  processFlag("trapExit", true);
  dictionary.put("colour", "red");
  link(friend);
  receive((message) => message === "crash");
  if (how === "exit") exit({ bad: "reason" });
  throw how === "error" ? new TypeError("spilled") : { spilled: "milk" };
}

const REASONS = {
  error: { name: "TypeError", message: "spilled" },
  exit: { bad: "reason" },
  throw: { nocatch: { spilled: "milk" } },
};

for (const place of PLACES) {
  for (const how of ["error", "exit", "throw"] as const) {
    // proc_lib_SUITE:crash
    processTest(`M1: a crash report tells who crashed, why, and all that is known of the process (${how}, ${place})`, () => {
      collecting((logged) => {
        const where = at(place);
        const friend = procLib.spawnOpt({ ...where, name: "friend" }, park);
        const trapping = procLib.spawn(trapAndPark);
        const pid = procLib.spawnOpt({ ...where, name: "culprit" }, crashing, friend, how);
        send(pid, "left over");
        send(pid, "crash");
        endOf(pid);
        const [crash, ...others] = reportsOf(logged(), pid);
        expect(others).toEqual([]);
        expect(crash).toMatchObject({
          type: "crash",
          pid,
          name: "culprit",
          initialCall: expect.stringContaining("crashing") as string,
          reason: REASONS[how],
          ancestors: [self()],
          mailboxLength: 1,
          links: [friend],
          trapExit: true,
          status: "running",
          ...where,
        });
        expect(crash.reductions).toEqual(expect.any(Number));
        expect(crash.dictionary).toContainEqual(["colour", "red"]);
        if (how === "error") expect(crash.reason.stack).toContain("crashing");
        expect(logged().find(({ report: each }) => each === crash || each.pid === pid)!.level).toBe("error");
        kill(trapping);
      });
    });
  }

  // proc_lib_SUITE:crash
  processTest(`M1: neighbours are the linked processes of the library that do not trap exits (${place})`, () => {
    collecting((logged) => {
      const friend = procLib.spawnOpt({ ...at(place), name: "friend" }, park);
      const trapping = procLib.spawnOpt(at(place), trapAndPark);
      const plain = spawnOpt(at(place), park);
      const pid = procLib.spawnOpt(at(place), linkAndCrash, [friend, trapping, plain]);
      endOf(pid);
      const [crash] = reportsOf(logged(), pid, "crash");
      expect(crash.neighbours).toMatchObject([
        { pid: friend, name: "friend", initialCall: expect.stringContaining("park") as string, mailboxLength: 0 },
      ]);
      expect(new Set(crash.links)).toEqual(new Set([friend, trapping, plain]));
      kill(trapping);
    });
  });

  // proc_lib_SUITE:crash
  processTest(`M1: an orderly end is not reported, a crash is even if the dictionary was erased (${place})`, () => {
    collecting((logged) => {
      for (const reason of ["normal", "shutdown", { shutdown: "enough" }]) {
        const pid = procLib.spawnOpt(at(place), end, reason);
        endOf(pid);
        expect(reportsOf(logged(), pid)).toEqual([]);
      }
      const pid = procLib.spawnOpt(at(place), eraseAndCrash);
      endOf(pid);
      expect(reportsOf(logged(), pid)).toMatchObject([{ type: "crash", reason: "forgot" }]);
    });
  });

  processTest(`M2: a plain process that dies of an error or a throw is logged, one that exits is not (${place})`, () => {
    collecting((logged) => {
      for (const how of ["error", "throw", "exit"] as const) {
        const [pid, ref] = spawnOpt({ ...at(place), monitor: true, name: `plain ${how}` }, fall, how);
        downOf(ref);
        const crashes = reportsOf(logged(), pid);
        if (how === "exit") expect(crashes).toEqual([]);
        else expect(crashes).toMatchObject([{ type: "crash", name: `plain ${how}`, reason: REASONS[how], links: [] }]);
      }
    });
  });
}

processTest("M1: a crash does not wait for a linked process whose core is stuck", () => {
  if (schedulers() === 1) return;
  const folder = mkdtempSync(join(tmpdir(), "agner-stuck-"));
  const friend = procLib.spawnOpt(at("other core"), park);
  const [, stuck] = spawnOpt({ ...at("other core"), monitor: true }, stickUntil, folder);
  until(() => existsSync(join(folder, "stuck")));
  const [, ref] = procLib.spawnOpt({ ...at("same core"), monitor: true }, linkAndCrash, [friend]);
  expect(downOf(ref).reason).toBe("crashed");
  writeFileSync(join(folder, "free"), "");
  downOf(stuck);
  rmSync(folder, { recursive: true });
});

/** Keeps its whole core busy from the moment in which there is a file `stuck` until somebody makes a file `free`. */
function stickUntil(folder: string): void {
  execFileSync("sh", ["-c", 'touch "$0/stuck"; until [ -e "$0/free" ]; do sleep 0.02; done', folder]);
}

function trapAndPark(): void {
  processFlag("trapExit", true);
  park();
}

function linkAndCrash(others: readonly Pid[]): void {
  for (const other of others) link(other);
  exit("crashed");
}

function end(reason: unknown): void {
  exit(reason);
}

function eraseAndCrash(): void {
  dictionary.erase();
  exit("forgot");
}

function fall(how: "error" | "exit" | "throw"): void {
  if (how === "exit") exit({ bad: "reason" });
  throw how === "error" ? new TypeError("spilled") : { spilled: "milk" };
}

const WATCHER = "watcher of the log";

/** Says where it was called, and for whom. */
export function tell({ level, time, pid, name, scheduler, message, report: logged, domain }: LogEvent): void {
  const type = (logged as { type?: unknown } | undefined)?.type;
  send(WATCHER, { level, time, pid, name, scheduler, message, type, domain, calledOn: schedulerId() });
}

type Told = LogEvent & { readonly type: unknown; readonly calledOn: number };

/** Runs `body` in a process to which {@link tell} sends. */
function watching(body: () => void): void {
  register(WATCHER);
  logger.addHandler("watch", tell);
  try {
    body();
  } finally {
    logger.removeHandler("watch");
  }
}

processTest("M3: a crash is logged on the core where the process lived", () => {
  watching(() => {
    for (const scheduler of numbers(schedulers())) {
      const [pid, ref] = spawnOpt({ scheduler, monitor: true }, fall, "error");
      downOf(ref);
      settled();
      expect(taken()).toMatchObject([{ type: "crash", pid, scheduler, calledOn: scheduler, domain: ["vm", "crash"] }]);
    }
  });
});

processTest("M4: eight levels; notice and graver ones are logged unless somebody says otherwise", () => {
  expect(logger.level()).toBe("notice");
  watching(() => {
    const logAll = (): void => {
      for (const level of LEVELS) logger[level](`as ${level}`);
      for (const level of LEVELS) logger.log(level, `log ${level}`);
    };
    const levels = (): string[] => (taken() as Told[]).map(({ level }) => level);
    logAll();
    const shown = LEVELS.slice(0, 6);
    expect(levels()).toEqual([...shown, ...shown]);
    logger.setLevel("all");
    logAll();
    expect(levels()).toEqual([...LEVELS, ...LEVELS]);
    logger.setLevel("none");
    logAll();
    expect(levels()).toEqual([]);
    logger.setLevel("notice");
  });
});

processTest("M4: reports of progress are info, and hidden", () => {
  watching(() => {
    const started = {
      pid: self(),
      id: "child",
      start: "Child.init",
      restart: "permanent",
      significant: false,
      shutdown: 5_000,
      type: "worker",
    } as const;
    report("info", { type: "progress", supervisor: "root", started });
    expect(taken()).toEqual([]);
    logger.setLevel("info");
    report("info", { type: "progress", supervisor: "root", started });
    logger.setLevel("notice");
    expect(taken()).toMatchObject([{ type: "progress", level: "info", domain: ["otp", "progress"] }]);
  });
});

for (const place of PLACES) {
  processTest(`M4: an event says who logged it, when and where (${place})`, () => {
    watching(() => {
      const before = Date.now();
      const where = at(place);
      const [pid, ref] = spawnOpt({ ...where, monitor: true }, speak);
      downOf(ref);
      settled();
      const [event] = taken() as [Told];
      expect(event).toMatchObject({ level: "notice", message: "here I am", pid, ...where, domain: [] });
      expect(event.time).toBeGreaterThanOrEqual(before);
      expect(event.time).toBeLessThanOrEqual(Date.now());
    });
  });

  processTest(`M5: handlers run in the process that logs (${place})`, () => {
    register(WATCHER);
    logger.addHandler("self", tellSelf);
    const [pid, ref] = spawnOpt({ ...at(place), monitor: true }, speak);
    downOf(ref);
    settled();
    logger.removeHandler("self");
    expect(taken()).toEqual([pid]);
  });
}

function speak(): void {
  logger.notice("here I am");
}

/** Says in which process it runs. */
export function tellSelf(): void {
  send(WATCHER, self());
}

/** Fails at every event. */
export function failing(): void {
  throw new Error("the handler's fault");
}

processTest("M5: a handler that crashes is removed and reported once; who logs does not notice", () => {
  onOneCore(() =>
    watching(() => {
      logger.addHandler("failing", failing);
      for (const _ of numbers(3)) speak();
      expect(logger.handlers().map(({ id }) => id)).toEqual(["default", "watch"]);
      const messages = (taken() as Told[]).map(({ message, type }) => message ?? type);
      expect(messages.toSorted()).toEqual(["here I am", "here I am", "here I am", "removed"]);
      logger.removeHandler("failing"); // from the cores where it has not failed yet
    }),
  );
});

test("M5: in a storm the default handler writes so many events, and says how many it did not", () => {
  const written: string[] = [];
  let flush = (): void => {};
  const handler = defaultHandler(
    {
      write: (text) => written.push(text),
      isTerminal: () => false,
      hasColors: () => false,
      now: () => 0,
      later: (_ms, action) => (flush = action),
    },
    { burst: 500 },
  );
  const event = {
    level: "error",
    time: 0,
    pid: undefined,
    name: undefined,
    scheduler: 0,
    report: undefined,
    fields: {},
    domain: [],
  } as const;
  for (const i of numbers(2_000)) handler.log({ ...event, message: `event ${i}` });
  flush();
  const messages = written.map((line) => (JSON.parse(line) as { message: string }).message);
  expect(messages.length).toBe(502);
  expect(messages[499]).toBe("event 499");
  expect(messages[501]).toMatch(/^1,500 events were not written: 1,500 error/);
});
