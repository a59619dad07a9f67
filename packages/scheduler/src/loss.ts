/**
 * What a thread does when another was lost: its part of the recovery that the main thread leads (memory/lost.ts says in which order, and why). Only its own
 * processes know whom of the lost ones they watch, are linked with or have asked: the other half of all that was in the lost thread's memory.
 */
import type { MessagePort } from "node:worker_threads";
import { local } from "./local.ts";
import { recountBound } from "./process/bound.ts";
import { forEachProcess, internPid, Pid } from "./process/pid.ts";
import type { Bond, Process } from "./process/process.ts";
import type { Ref } from "./process/ref.ts";
import { linksOf } from "./process/links.ts";
import { itemsOf } from "./process/ring.ts";
import { stayAll } from "./moving.ts";
import { pauseStealing, resumeStealing } from "./steal.ts";
import { breakLink, continueFarewells } from "./signals/exit.ts";
import { postponeEnded } from "./signals/held.ts";
import { fire } from "./signals/monitors.ts";
import { drainPublished, flushAll, isPublished, reconnect, threadOf, applyEarly, written } from "./signals/remote.ts";
import { answerForLost, questionsTo } from "./signals/requests.ts";
import { forgetDeadWatchers } from "./signals/watchers.ts";

/** What may have been lost: if no news of it comes, it was. */
interface Suspicion {
  readonly links: [Process, Pid][];
  readonly monitors: Bond[];
  readonly questions: Ref[];
  /** Processes that are to run here and have not arrived. */
  readonly unborn: Pid[];
}

let suspicion: Suspicion = nothing();
let asked: Ref[] = [];

function nothing(): Suspicion {
  return { links: [], monitors: [], questions: [], unborn: [] };
}

/** Step 2 of a recovery. `generation`: how often that thread has been lost now; `port`: this thread's end of a new pair with its successor. */
export function partWith(lost: number, generation: number, port: MessagePort | undefined): void {
  if (isScheduler()) {
    stayAll();
    pauseStealing(lost);
  }
  postponeEnded(true);
  asked = questionsTo((whom) => whom === lost);
  reconnect(lost, port);
  local.directory.setGeneration(lost, generation);
}

/** Step 4 of a recovery: notes who may have been lost. */
export function takeStock(): void {
  const noted = nothing();
  forEachProcess((p) => {
    for (const other of linksOf(p)) if (hasEnded(other)) noted.links.push([p, other]);
    for (const found of itemsOf(p.rare?.bonds))
      if (found.target !== undefined && hasEnded(found.target)) noted.monitors.push(found);
  });
  noted.questions.push(...asked, ...questionsTo((whom) => typeof whom !== "number" && hasEnded(whom)));
  if (isScheduler()) {
    local.directory.forEachOwned(local.thread, (slot, serial) => {
      const pid = internPid(slot, serial);
      if (Pid.local(pid) === undefined) noted.unborn.push(pid);
    });
  }
  suspicion = noted;
  asked = [];
}

/** Step 5 of a recovery, when all have noted theirs. Settles when all that this thread had written by then has been published. */
export async function publishAll(): Promise<void> {
  continueFarewells(Infinity); // others who know already that a process here has ended wait for news of why
  // Whoever is still on the move now was made for a thread that has not started, and no news waits for it: what is kept for others has found its way.
  flushAll();
  const ends = written();
  while (!isPublished(ends)) {
    await new Promise<void>(setImmediate);
    flushAll();
  }
}

/** Step 6 of a recovery. */
export function bringNews(lost: number): void {
  drainPublished();
  const { links, monitors, questions, unborn } = suspicion;
  suspicion = nothing();
  forEachProcess(forgetDead);
  forEachProcess(recountBound);
  for (const found of monitors) fire(found, { schedulerLost: lost });
  for (const [p, other] of links) breakLink(p, other, { schedulerLost: lost });
  answerForLost(questions);
  postponeEnded(false);
  for (const pid of unborn) if (Pid.local(pid) === undefined) endUnborn(pid);
  if (isScheduler()) resumeStealing();
  else local.requestTurn();
}

/** What `p` keeps of others only until it hears from them. */
function forgetDead(p: Process): void {
  forgetDeadWatchers(p);
  const unlinking = p.rare?.unlinking;
  if (unlinking !== undefined) for (const other of unlinking.keys()) if (hasEnded(other)) unlinking.delete(other);
}

/** Its spawn record was in the lost thread's memory. */
function endUnborn(pid: Pid): void {
  if (threadOf(pid) !== local.thread) return;
  const name = local.names.nameOf(pid.slot, pid.serial);
  local.directory.release(pid.slot, pid.serial);
  if (name !== undefined) local.names.unregister(name, pid.slot, pid.serial);
  applyEarly(pid);
}

function hasEnded(pid: Pid): boolean {
  return threadOf(pid) < 0;
}

/** The main thread runs no processes. */
function isScheduler(): boolean {
  return local.thread < local.schedulers;
}
