/**
 * The main thread as a member of the VM: it runs no processes, but has rings to every scheduler, and inboxes with pids of their own.
 */
import type { MessagePort } from "node:worker_threads";
import {
  connect,
  continueFarewells,
  disconnect,
  drainAll,
  exportPid,
  flushAll,
  hasArrived,
  isStarted,
  local,
  makeInbox,
  owesFarewells,
  isHolding,
  type Pid,
  Rest,
  setTermHost,
  startLocal,
  type SharedMemory,
  type SystemMessage,
} from "@agner/scheduler";
import { definitionHandle, handleData } from "./handles.ts";
import type { CrashReport } from "./report/crash.ts";

export interface MainInbox {
  /** Where scheduler threads send crash reports. */
  readonly reporter: Pid;
  onCrash: (report: CrashReport) => void;
  /** Where this thread is told of system events. */
  readonly monitor: Pid;
  onSystemEvent: (event: SystemMessage) => void;
}

let scheduled = false;
let rest: Rest;
/** Counts turns, so that a ring that was heard in one does not ask for another. */
let turns = 0;

/** Joins the VM as its last thread. */
export function joinAsMain(memory: SharedMemory, ports: ReadonlyMap<number, MessagePort>): MainInbox {
  startLocal(memory, memory.schedulers);
  rest = new Rest(memory, memory.schedulers);
  setTermHost({
    functionRef: (fn) => handleData(fn)?.functionRef,
    resolveFunction: (module, index) => Object.freeze({ module, index }) as never,
    definitionRef: (value) => {
      const data = handleData(value);
      return data?.definition === undefined ? undefined : { module: data.url, name: data.definition };
    },
    valueRef: () => undefined,
    resolveValue: () => undefined,
    resolveDefinition: definitionHandle,
    pidExported: exportPid,
  });
  connect(ports);
  for (const port of ports.values()) port.unref();
  const inbox: MainInbox = {
    reporter: makeInbox((message) => inbox.onCrash(message as CrashReport)).pid,
    onCrash: () => {},
    monitor: makeInbox((message) => inbox.onSystemEvent(message as SystemMessage)).pid,
    onSystemEvent: () => {},
  };
  local.requestTurn = requestTurn;
  listen();
  return inbox;
}

/** Leaves the VM: nothing arrives any more. */
export function leaveAsMain(): void {
  turns++;
  local.doorbell.cancelSleep();
  local.requestTurn = () => {};
  local.thread = -1;
  disconnect();
}

/** Applies everything that has arrived, now. */
export function drainNow(): void {
  while (drainAll() > 0);
}

function requestTurn(): void {
  if (scheduled) return;
  scheduled = true;
  rest.end();
  setImmediate(turn);
}

function turn(): void {
  scheduled = false;
  turns++;
  if (!isStarted()) return;
  local.doorbell.cancelSleep();
  local.inTurn = true;
  try {
    drainAll(); // which calls listeners of the embedding program
    local.timers.advance();
    continueFarewells();
  } finally {
    const flushed = flushAll();
    local.inTurn = false;
    if (flushed) rest.pass();
    if (!flushed || owesFarewells()) requestTurn();
    else listen();
  }
}

/** Sleeps until the bell rings; the event loop does not stay alive for it. */
function listen(): void {
  local.doorbell.announceSleep();
  if (hasArrived()) return requestTurn();
  const rung = local.doorbell.wait();
  if (rung === undefined) return requestTurn();
  const asleepSince = turns;
  const goOn = (): void => {
    if (asleepSince === turns) requestTurn();
  };
  void rung.then(goOn);
  // Signals that wait for their receiver to arrive somewhere: nobody rings for that.
  if (isHolding()) setTimeout(goOn, 1);
  else rest.begin();
}
