/**
 * The life of a process of this library around its own work: it joins its family, and when it ends for a reason that is no orderly end, it says why.
 */
import { exit, processInfo, reportCrash, type Pid, type ProcessInfo } from "@agner/vm";
import { report } from "../logger/log.ts";
import type { Neighbour } from "../logger/report.ts";
import { enterFamily, ownAncestors, ownInitialCall } from "./ancestors.ts";
import { rememberName } from "./names.ts";
import { isOrderly, reasonOf } from "./reason.ts";
import type { Starter } from "./start.ts";

/** Runs the work of a started process; its end, if it is a crash, is reported. */
export function runProcess(starter: Starter, work: (starter: Starter) => void): void {
  enterFamily(starter.ancestors, starter.initialCall);
  if (typeof starter.name === "string") rememberName(starter.name);
  try {
    work(starter);
  } catch (e) {
    endProcess(reasonOf(e));
  }
}

/** Ends the calling process with `reason`, after a crash report unless that is an orderly end. */
export function endProcess(reason: unknown): never {
  if (!isOrderly(reason)) reportOwnCrash(reason);
  exit(reason);
}

function reportOwnCrash(reason: unknown): void {
  const info = processInfo()!;
  const ancestors = ownAncestors() ?? info.ancestors;
  const initialCall = ownInitialCall() ?? info.initialCall;
  report("error", {
    type: "crash",
    pid: info.pid,
    name: info.registeredName,
    initialCall,
    currentFunction: info.currentFunction,
    reason,
    ancestors,
    mailboxLength: info.mailboxLength,
    links: info.links,
    dictionary: info.dictionary,
    trapExit: info.trapExit,
    status: info.status,
    reductions: info.reductions,
    scheduler: info.scheduler,
    neighbours: neighboursOf(info, ancestors),
  });
  reportCrash({ reason, initialCall, ancestors });
}

/** Reports name at most so many processes that end together with one that crashed. */
const MOST_NEIGHBOURS = 10;

/** Linked processes of this library that do not trap exits. Ancestors are left out: they supervise, and may have very many links. */
function neighboursOf(info: ProcessInfo, ancestors: readonly (Pid | string)[]): Neighbour[] {
  const neighbours: Neighbour[] = [];
  for (const pid of info.links) {
    if (neighbours.length === MOST_NEIGHBOURS) break;
    if (ancestors.includes(pid)) continue;
    const other = processInfo(pid);
    if (other === undefined || other.trapExit) continue;
    const initialCall = other.dictionary.find(([key]) => key === "$initial_call")?.[1];
    if (typeof initialCall !== "string" || ancestors.includes(other.registeredName!)) continue;
    neighbours.push({
      pid,
      name: other.registeredName,
      initialCall,
      currentFunction: other.currentFunction,
      mailboxLength: other.mailboxLength,
    });
  }
  return neighbours;
}
