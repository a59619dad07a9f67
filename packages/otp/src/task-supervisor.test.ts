import { expect } from "vitest";
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
  spawnMonitor,
  whereis,
  type Pid,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { at, PLACES } from "./conformance/testing/place.ts";
import { collecting, reportsOf } from "./conformance/testing/reports.ts";
import { downOf, endOf, exitFrom, isGone, kill, numbers, settled, taken, thrown, until } from "./conformance/testing/watch.ts";
import { SupervisorError, supervisor, task, taskSupervisor, type TaskSupervisor } from "./index.ts";
import { answerOwner } from "./task/spawn.ts";

export function square(n: number): number {
  return n * n;
}

function gated(value: string): string {
  receive((message) => message === "go");
  return value;
}

function fail(reason: unknown): never {
  return exit(reason);
}

function stopAtZero(n: number): number {
  if (n > 0) receive(() => false);
  return n;
}

function tellAndWait(to: Pid): void {
  send(to, ["runs", self(), dictionary.get("$callers")]);
  const reason = receive<any>((message) => message?.end === true).reason;
  exit(reason);
}

function useFar({ jobs, to }: { jobs: TaskSupervisor; to: Pid }): void {
  send(to, [task.await(jobs.async(square, 7)), jobs.pid]);
}

export const Root = supervisor({
  strategy: "one_for_one",
  children: [taskSupervisor.child({ name: "root jobs", maxChildren: 5 })],
});

for (const place of PLACES) {
  processTest(`L4: async starts a child of the supervisor that is linked with its owner (${place})`, () => {
    const jobs = taskSupervisor.startLink(at(place));
    const t = jobs.async(gated, "done");
    expect(jobs.children()).toEqual([t.pid]);
    expect(processInfo(t.pid)!.links.toSorted()).toEqual([jobs.pid, self()].toSorted());
    until(() => processInfo(t.pid)!.dictionary.length > 0);
    expect(processInfo(t.pid)!.dictionary).toContainEqual(["$ancestors", [jobs.pid, self()]]);
    send(t.pid, "go");
    expect(task.await(t)).toBe("done");
    until(() => jobs.children().length === 0);
    const factor = 3;
    expect(task.await(jobs.with({ scheduler: at(place).scheduler }).async(() => square(factor)))).toBe(9);
    settled();
    expect(taken()).toEqual([]);
  });

  // spawns a task under the supervisor without linking to the caller
  processTest(`L8: asyncNolink makes no link, and a crash is a Down for the owner (${place})`, () => {
    const jobs = taskSupervisor.startLink(at(place));
    const t = jobs.asyncNolink(gated, "x");
    expect(processInfo()!.links).toEqual([jobs.pid]);
    expect(processInfo(t.pid)!.links).toEqual([jobs.pid]);
    exit(t.pid, "broken");
    expect(receive()).toEqual({ type: "DOWN", ref: t.ref, pid: t.pid, reason: "broken" });
    expect(thrown(() => task.await(jobs.asyncNolink(fail, "broken")))).toMatchObject({ code: "AGNER_TASK", reason: "broken" });
    expect(task.yield(jobs.asyncNolink(square, 2))).toEqual({ ok: 4 });
    expect(isAlive(jobs.pid)).toBe(true);
    expect(taken()).toEqual([]);
  });

  processTest(`L8: a task without link outlives its owner, but does not begin without it (${place})`, () => {
    const jobs = taskSupervisor.startLink(at(place));
    const main = self();
    const [owner, ref] = spawnMonitor(() => {
      jobs.asyncNolink(tellAndWait, main);
      receive(() => false);
    });
    const [, pid] = receive<[string, Pid]>();
    exit(owner, "gone");
    downOf(ref);
    settled();
    expect(isAlive(pid)).toBe(true);
    const watched = monitor(pid);
    send(pid, { end: true, reason: "normal" });
    expect(downOf(watched).reason).toBe("normal");
    const [, early] = spawnMonitor(() => answerOwner(owner, [], square, [2]));
    expect(downOf(early).reason).toEqual({ shutdown: "owner_ended" });
  });

  processTest(`L9: asyncStream and asyncStreamNolink run supervised tasks (${place})`, () => {
    const jobs = taskSupervisor.startLink(at(place));
    const base = 1;
    expect(jobs.asyncStream(numbers(10), (n) => square(n) + base, { maxConcurrency: 3 }).toArray()).toEqual(
      numbers(10).map((n) => ({ ok: n * n + 1 })),
    );
    const outcomes = jobs.asyncStreamNolink(["a", "b", "c"], (name) => (name === "b" ? fail("broken") : name)).toArray();
    expect(outcomes).toEqual([{ ok: "a" }, { exit: "broken" }, { ok: "c" }]);
    for (const outcome of jobs.asyncStreamNolink([0, 1, 2, 3], stopAtZero, { maxConcurrency: 4 })) {
      expect(outcome).toEqual({ ok: 0 });
      break;
    }
    until(() => jobs.children().length === 0);
    expect(processInfo()).toMatchObject({ links: [jobs.pid], monitors: [] });
    settled();
    expect(taken()).toEqual([]);
  });

  processTest(`L10: a supervised task knows for whom it works (${place})`, () => {
    const jobs = taskSupervisor.startLink(at(place));
    expect(task.await(jobs.async(() => dictionary.get("$callers")))).toEqual([self()]);
    jobs.startChild(tellAndWait, self());
    expect(receive<unknown[]>()[2]).toEqual([self()]);
  });

  processTest(`L3: startChild starts a temporary task for which nobody waits (${place})`, () => {
    const jobs = taskSupervisor.startLink(at(place));
    const pid = jobs.startChild(tellAndWait, self());
    expect(receive<unknown[]>()[1]).toBe(pid);
    expect(jobs.children()).toEqual([pid]);
    expect(processInfo()!.links).toEqual([jobs.pid]);
    send(pid, { end: true, reason: "broken" });
    endOf(pid);
    until(() => jobs.children().length === 0);
    settled();
    expect(taken()).toEqual([]);
  });

  // start_child/1 with custom restart
  processTest(`L3: startChild may be told to restart (${place})`, () => {
    const jobs = taskSupervisor.startLink(at(place)).with({ restart: "transient" });
    const first = jobs.startChild(tellAndWait, self());
    expect(receive<unknown[]>()).toEqual(["runs", first, [self()]]);
    send(first, { end: true, reason: "broken" });
    const [, second, callers] = receive<[string, Pid, Pid[]]>();
    expect(second).not.toBe(first);
    expect(callers).toEqual([self()]);
    expect(jobs.children()).toEqual([second]);
    send(second, { end: true, reason: "normal" });
    until(() => jobs.children().length === 0);
  });

  // raises when :max_children is reached
  processTest(`more than maxChildren tasks are refused (${place})`, () => {
    const jobs = taskSupervisor.startLink({ maxChildren: 2, ...at(place) });
    const tasks = [jobs.async(gated, "a"), jobs.asyncNolink(gated, "b")] as const;
    for (const start of [() => jobs.async(square, 1), () => jobs.asyncNolink(square, 1), () => jobs.startChild(square, 1)]) {
      const error = thrown(start);
      expect(SupervisorError.is(error)).toBe(true);
      expect(error.reason).toBe("max_children");
    }
    for (const { pid } of tasks) send(pid, "go");
    expect(task.awaitMany(tasks)).toEqual(["a", "b"]);
    for (const { pid } of tasks) until(() => !isAlive(pid));
    settled();
    expect(task.await(jobs.async(square, 5))).toBe(25);
    expect(taken()).toEqual([]);
  });

  processTest(`terminateChild ends a task, and only one of the supervisor's (${place})`, () => {
    const jobs = taskSupervisor.startLink(at(place));
    const t = jobs.asyncNolink(gated, "x");
    jobs.terminateChild(t.pid);
    expect(jobs.children()).toEqual([]);
    expect(task.yield(t)).toEqual({ exit: "shutdown" });
    expect(thrown(() => jobs.terminateChild(self()))).toMatchObject({ code: "AGNER_SUPERVISOR", reason: "not_found" });
  });

  processTest(`a supervisor that ends takes its tasks along (${place})`, () => {
    processFlag("trapExit", true);
    const jobs = taskSupervisor.startLink({ name: "ending jobs", ...at(place) });
    const { pid } = jobs;
    expect(whereis("ending jobs")).toBe(pid);
    const t = jobs.asyncNolink(gated, "x");
    const cut = jobs.with({ shutdown: "brutal_kill" }).startChild(gated, "y");
    const ref = monitor(cut);
    taskSupervisor.ref("ending jobs").stop();
    expect(task.yield(t)).toEqual({ exit: "shutdown" });
    expect(downOf(ref).reason).toBe("killed");
    expect(exitFrom(pid).reason).toBe("normal");
    expect(thrown(() => jobs.async(square, 1))).toMatchObject({ code: "AGNER_NOPROC" });
  });

  processTest(`a handle is a term (${place})`, () => {
    const jobs = taskSupervisor.startLink(at(place));
    const main = self();
    spawn(() => useFar({ jobs, to: main }));
    expect(receive()).toEqual([49, jobs.pid]);
  });
}

processTest("a supervisor of tasks is a supervisor's child", () => {
  const root = Root.startLink();
  expect(root.whichChildren()).toMatchObject([{ id: "root jobs", type: "supervisor" }]);
  const jobs = taskSupervisor.ref("root jobs");
  expect(task.await(jobs.asyncNolink(square, 6))).toBe(36);
  const before = jobs.pid;
  kill(before);
  until(() => whereis("root jobs") !== undefined && whereis("root jobs") !== before);
  expect(task.await(jobs.asyncNolink(square, 7))).toBe(49);
  root.stop();
  expect(isGone(before)).toBe(true);
});

processTest("a supervised task that crashes is reported with its own function", () => {
  collecting((logged) => {
    const jobs = taskSupervisor.startLink();
    const pid = jobs.startChild(fail, "broken");
    endOf(pid);
    expect(reportsOf(logged(), pid, "crash")).toMatchObject([{ reason: "broken", initialCall: "fail" }]);
  });
});

processTest("what cannot travel is refused before it is sent", () => {
  const jobs = taskSupervisor.startLink();
  const map = new WeakMap<object, number>();
  expect(thrown(() => jobs.async(() => map.has({})))).toMatchObject({
    code: "AGNER_BAD_TERM",
    message: expect.stringMatching(/pass what it needs as arguments/),
  });
  for (const call of [
    () => jobs.async(1 as never),
    () => jobs.startChild(undefined as never),
    () => taskSupervisor.ref(1 as never),
  ])
    expect(thrown(call)).toMatchObject({ code: "AGNER_BAD_ARGUMENT" });
  expect(jobs.children()).toEqual([]);
  expect(thrown(() => taskSupervisor.start({ maxChildren: -1 }))).toMatchObject({
    code: "AGNER_START",
    reason: { supervisorData: { invalidMaxChildren: -1 } },
  });
});
