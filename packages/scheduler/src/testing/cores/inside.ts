/** What is loaded once for each simulated core (cores.ts): the real modules of a thread, and the code of its processes. */
import { local, startLocal } from "../../local.ts";
import { Rest } from "../../memory/rest.ts";
import { continueFarewells, owesFarewells } from "../../signals/exit.ts";
import { connect, drainAll, exportPid, flushAll } from "../../signals/remote.ts";
import { setExportResolver, spawnExport } from "../../spawn.ts";
import { setTermHost } from "../../terms/host.ts";
import { joinScheduler, type SchedulerStart } from "../../thread.ts";
import { startTurns } from "../../turn.ts";
import { begin } from "./actor.ts";

export { local } from "../../local.ts";
export { bringNews, partWith, publishAll, takeStock } from "../../loss.ts";
export { createSharedMemory } from "../../memory/layout.ts";
export { beginLoss, clearHunger, endLoss, endProcesses } from "../../memory/lost.ts";
export { internPid, Pid } from "../../process/pid.ts";
export { isHolding } from "../../signals/held.ts";
export { send } from "../../signals/message.ts";
export { hasArrived } from "../../signals/remote.ts";

/** Begins as a scheduler. */
export function startCore(start: SchedulerStart): void {
  joinScheduler(start);
  share();
  startTurns();
}

let rest: Rest;

/** Begins as the main thread. */
export function startMain(memory: SchedulerStart["memory"]): void {
  startLocal(memory, memory.schedulers);
  rest = new Rest(memory, memory.schedulers);
  connect(new Map());
  share();
}

/** One turn of the main thread. */
export function turnOfMain(): void {
  rest.end();
  local.inTurn = true;
  drainAll();
  continueFarewells();
  const flushed = flushAll();
  local.inTurn = false;
  if (flushed) rest.pass();
  if (flushed && !owesFarewells()) rest.begin();
}

function share(): void {
  setTermHost({
    functionRef: (fn) => (fn === begin ? { module: 0, index: 0 } : undefined),
    resolveFunction: () => begin,
    definitionRef: () => undefined,
    resolveDefinition: () => ({}),
    valueRef: () => undefined,
    resolveValue: () => undefined,
    pidExported: exportPid,
  });
  setExportResolver(() => begin);
}

/** Starts an actor from outside. */
export function spawnActor(thread: number, peers: readonly unknown[], life: number): void {
  spawnExport(thread, "", "begin", [peers, life], undefined, undefined);
}
