/** Runs a recorded scenario: injects what its steps say, waits for rest after each, and tells what came of it. */
import { exit, isPid, yieldNow, type Pid } from "@agner/vm";
import { application, genServer, logger, StartError, SupervisorError, sys, type SupervisorHandle } from "../../index.ts";
import type { Effect, Injection } from "./recorded-scenarios.ts";
import { Recorded, recorder, RecordedSupervisor, RecordedWorker, specOf, tellExit } from "./recorded-tree.ts";
import { Recorder, RECORDER, type Snapshot } from "./recorder.ts";

/** Runs `body` with a recorder; afterwards neither it nor the application is there. */
export function recording(body: () => void): void {
  const server = Recorder.start(undefined, { name: RECORDER });
  const level = logger.level();
  logger.setLevel("info"); // that of an ordered stop
  logger.addHandler("recorder", tellExit);
  try {
    body();
  } finally {
    logger.removeHandler("recorder");
    logger.setLevel(level);
    if (application.running().some(({ name }) => name === "recorded")) application.stop(Recorded);
    genServer.stop(server);
  }
}

/** Makes a step of a scenario; returns when the tree is at rest again. */
export function effectOf(scenario: string, injection: Injection): Effect {
  const result = inject(scenario, injection);
  const supervisors = settle();
  const children = supervisors.map(({ id, pid }) => [id, childrenOf(pid)] as const);
  return { ...(result === undefined ? {} : { result }), events: recorder().take(), children: Object.fromEntries(children) };
}

function inject(scenario: string, injection: Injection): unknown {
  switch (injection.action) {
    case "application_start":
      return resultOf(() => application.start(Recorded, { args: [scenario] }));
    case "application_stop":
      return resultOf(() => application.stop(Recorded));
    case "stop": {
      const worker = RecordedWorker.ref(pidOf(injection.process));
      worker.cast.stop(injection.reason);
      return reached(worker.pid);
    }
    case "exit": {
      const pid = pidOf(injection.process);
      recorder().expectKill(pid);
      exit(pid, injection.reason);
      return reached(pid);
    }
    case "start_child":
      return resultOf(() => ({ pid: supervisorOf(injection.supervisor).startChild(specOf(injection.child)) }));
    case "restart_child":
      return resultOf(() => ({ pid: supervisorOf(injection.supervisor).restartChild(injection.child) }));
    case "terminate_child":
      return resultOf(() => supervisorOf(injection.supervisor).terminateChild(injection.child));
    case "delete_child":
      return resultOf(() => supervisorOf(injection.supervisor).deleteChild(injection.child));
  }
}

/** Signals from one process to another keep their order: once this is answered, or fails because the process is dead, it has dealt with the injection. */
function reached(pid: Pid): undefined {
  try {
    sys.getState(pid, { timeout: Infinity });
  } catch {
    // It is dead.
  }
}

function resultOf(call: () => { readonly pid: Pid | undefined } | void): unknown {
  try {
    const value = call();
    if (value === undefined) return "ok";
    return { ok: value.pid === undefined ? null : idOf(value.pid) };
  } catch (e) {
    if (!StartError.is(e) && !SupervisorError.is(e)) throw e;
    const reason = e.reason as { readonly alreadyStarted?: unknown } | string;
    const running = typeof reason === "object" ? reason.alreadyStarted : undefined;
    return { error: isPid(running) ? { alreadyStarted: idOf(running) } : reason };
  }
}

function supervisorOf(id: string): SupervisorHandle {
  return RecordedSupervisor.ref(pidOf(id));
}

function pidOf(id: string): Pid {
  const found = recorder()
    .snapshot()
    .processes.find((process) => process.id === id && !process.ending);
  if (found === undefined) throw new Error(`${id} does not run`);
  return found.pid;
}

function idOf(pid: Pid): string | undefined {
  return recorder()
    .snapshot()
    .processes.find((process) => process.pid === pid)?.id;
}

/** How long a tree may need to come to rest: it takes milliseconds, and what is counted as restarts must not leave its period of 5 s meanwhile. */
const LIMIT_MS = 4_000;

/** A process of the tree, found where its supervisor lists it. */
interface Found {
  readonly id: string;
  readonly pid: Pid;
  readonly type: "worker" | "supervisor";
}

/**
 * Waits until the tree is at rest, and returns its supervisors, the top first. At rest is a tree whose supervisors all answer, list only children that live, are not
 * restarting any, and have every living process among them; while they were asked nothing was recorded. Without a living process it is at rest when the application
 * has ended too.
 */
function settle(): Found[] {
  const giveUp = performance.now() + LIMIT_MS;
  for (;;) {
    const before = recorder().snapshot();
    const found = walk(before);
    if (found !== undefined && isWhole(before, found) && recorder().snapshot().count === before.count)
      return found.filter(({ type }) => type === "supervisor");
    if (performance.now() > giveUp)
      throw new Error(`the tree does not come to rest: ${JSON.stringify([before, found, recorder().take()])}`);
    yieldNow();
  }
}

function isWhole({ processes, application: state }: Snapshot, found: readonly Found[]): boolean {
  const listed = new Set(found.map(({ pid }) => pid));
  if (processes.length !== listed.size || (state === "up") !== processes.length > 0) return false;
  return processes.every(({ pid, ending }) => !ending && listed.has(pid));
}

function walk({ processes }: Snapshot): Found[] | undefined {
  const top = processes.find(({ id, ending }) => id === "top" && !ending);
  if (top === undefined) return [];
  const found: Found[] = [];
  try {
    return descend({ ...top, type: "supervisor" }, found) ? found : undefined;
  } catch {
    return undefined; // a supervisor has ended meanwhile
  }
}

/** Collects a supervisor and all below it; false if it is restarting a child. */
function descend(supervisor: Found, found: Found[]): boolean {
  found.push(supervisor);
  for (const { id, pid, type } of RecordedSupervisor.ref(supervisor.pid).whichChildren().reverse()) {
    if (pid === "restarting") return false;
    if (pid === undefined) continue;
    const child: Found = { id: id as string, pid, type };
    if (type === "worker") found.push(child);
    else if (!descend(child, found)) return false;
  }
  return true;
}

/** The ids of a supervisor's children in their order, those that do not run apart. */
function childrenOf(supervisor: Pid): Effect["children"][string] {
  const running: string[] = [];
  const stopped: string[] = [];
  for (const { id, pid } of RecordedSupervisor.ref(supervisor).whichChildren().reverse())
    (pid === undefined ? stopped : running).push(id as string);
  return { running, stopped };
}
