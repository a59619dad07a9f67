/**
 * What `agner run` runs of a module whose default export is an application: the application, with everything that it needs, until `main` returns, a signal
 * asks for the end, or the tree ends by itself.
 */
import {
  exit,
  halt,
  isAlive,
  isPid,
  processInfo,
  receive,
  self,
  send,
  spawnMonitor,
  TIMEOUT,
  trapSignal,
  type Pid,
  type ProcessInfo,
} from "@agner/vm";
import { report } from "../logger/log.ts";
import { ensureAllStarted, runningApplications, stopApplication } from "./api.ts";
import { STOPPING } from "../supervisor/stop-child.ts";
import { membersOf } from "./master.ts";
import type { Application } from "./types.ts";

/** How often a stop that takes long says what it waits for. */
const SLOW_STOP_MS = 5_000;
/** Exit codes of a second signal, as shells know them: 128 and the signal's number. */
const KILLED = { SIGINT: 130, SIGTERM: 143 } as const;

type Main = (...args: string[]) => unknown;
type Message = {
  readonly type: string;
  readonly ref?: unknown;
  readonly name?: string;
  readonly reason?: unknown;
  readonly value?: unknown;
};

/** Runs an application and, if there is one, `main` beside it. Returns what `main` returned, else the exit code. */
export function runApplication(app: Application, main: Main | undefined, args: readonly string[]): unknown {
  trapSignal("SIGINT");
  trapSignal("SIGTERM");
  // A start may take long, and a signal must be heard meanwhile.
  const [starter, startEnd] = spawnMonitor(() => void ensureAllStarted(app, { args, type: "permanent" }));
  const first = receive<Message>((m: any) => m?.type === "SIGNAL" || m?.ref === startEnd);
  if (first.type === "SIGNAL") {
    exit(starter, "kill");
    stopAll();
    return 0;
  }
  if (first.reason !== "normal") return 1; // the crash itself has been reported
  const me = self();
  const [mainPid, mainEnd] = main === undefined ? [undefined, undefined] : spawnMonitor(() => runMain(main, args, me));
  let code: unknown;
  for (;;) {
    const message = receive<Message>();
    if (message.type === "SIGNAL") {
      if (mainPid !== undefined) exit(mainPid, "shutdown");
      code = 0;
      break;
    }
    if (message.type === "$main_returned") {
      code = message.value;
      break;
    }
    if (message.type === "DOWN" && message.ref === mainEnd) {
      code = message.reason === "normal" ? 0 : 1; // the crash itself has been reported
      break;
    }
  }
  stopAll();
  return code;
}

function runMain(main: Main, args: readonly string[], runner: Pid): void {
  const value = main(...args);
  if (typeof value === "number") send(runner, { type: "$main_returned", value });
}

/** Stops all applications in the reverse order of their start; one that is starting, when it has started. A second signal ends the VM at once. */
function stopAll(): void {
  const order = runningApplications().reverse();
  const [stopper, end] = spawnMonitor(() => {
    for (const { name, master } of order)
      if (runningApplications().some((running) => running.master === master)) stopApplication(name);
  });
  for (;;) {
    const message = receive<Message>((m: any) => m?.type === "SIGNAL" || m?.ref === end, SLOW_STOP_MS);
    if (message === TIMEOUT) reportSlow();
    else if (message.type === "DOWN") return;
    else if (isAlive(stopper)) halt(KILLED[message.name as keyof typeof KILLED] ?? 1);
  }
}

function reportSlow(): void {
  for (const { name, pid, master, status } of runningApplications()) {
    if (status !== "stopping") continue;
    const waitingFor = pid === undefined ? [`the start of ${name}`] : slowestOf(membersOf(master));
    report("warning", { type: "application", event: "stopping_slowly", application: name, waitingFor });
  }
}

/** What the supervisors among some processes wait for: the children whose end is due, not the supervisors that wait for them. */
function slowestOf(members: readonly Pid[]): string[] {
  const due = new Map<Pid, ProcessInfo>();
  const texts: string[] = [];
  for (const pid of members) {
    const info = processInfo(pid);
    const stopping = info === undefined ? undefined : entryOf(info, STOPPING);
    if (typeof stopping === "number") texts.push(`children of ${describe(info!)}, ${stopping} at first`);
    else if (isPid(stopping)) {
      const child = processInfo(stopping);
      if (child !== undefined && entryOf(child, STOPPING) === undefined) due.set(stopping, child);
    }
  }
  return [...[...due.values()].map(describe), ...texts];
}

function entryOf(info: ProcessInfo, name: string): unknown {
  return info.dictionary.find(([key]) => key === name)?.[1];
}

function describe(info: ProcessInfo): string {
  const name = info.registeredName === undefined ? "" : `${JSON.stringify(info.registeredName)} `;
  return `${name}${info.pid.toString()} (${String(entryOf(info, "$initial_call") ?? info.initialCall)}), which is in ${info.currentFunction}`;
}
