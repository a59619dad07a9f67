/**
 * The life of a process of this library around its own work: it joins its family, and when it ends for a reason that is no orderly end, it says why.
 */
import { BadTermError, exit, processInfo, reportCrash, type Pid, type ProcessInfo } from "@agner/vm";
import { report } from "../logger/log.ts";
import type { Neighbour } from "../logger/report.ts";
import { enterFamily, ownAncestors, ownInitialCall } from "./ancestors.ts";
import { infoInTime } from "./describe.ts";
import { rememberName } from "./names.ts";
import { isOrderly, reasonOf, reasonTerm } from "./reason.ts";
import type { Starter } from "./start.ts";

/** What a process of this library has from whoever started it. A term. */
export type Member = Pick<Starter, "ancestors" | "initialCall"> & { readonly name: Starter["name"] };

/** Runs the work of a started process; its end, if it is a crash, is reported. */
export function runProcess<M extends Member>(member: M, work: (member: M) => void): void {
  enterFamily(member.ancestors, member.initialCall);
  if (typeof member.name === "string") rememberName(member.name);
  let next: ((member: M) => void) | undefined = work;
  while (next !== undefined) next = runOnce(next, member);
}

/** Runs some work; returns what the process goes on with, if it has hibernated. */
function runOnce<M extends Member>(work: (member: M) => void, member: M): (() => void) | undefined {
  try {
    work(member);
    return undefined;
  } catch (e) {
    if (e instanceof Hibernation) return e.resume;
    const reason = reasonOf(e);
    if (!isOrderly(reason)) reportOwnCrash(reason);
    endProcess(reason);
  }
}

/** Thrown to give up the stack; the process goes on with `resume`. */
export class Hibernation {
  readonly resume: () => void;
  constructor(resume: () => void) {
    this.resume = resume;
  }
}

/** Ends the calling process with `reason`, as far as that is a term. What {@link runProcess} runs is reported on its way out. */
export function endProcess(reason: unknown): never {
  try {
    exit(reason);
  } catch (e) {
    if (!BadTermError.is(e)) throw e;
    exit(reasonTerm(reason));
  }
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

/** Reports name at most so many processes that end together with one that crashed, and look for them among at most so many links. */
const MOST_NEIGHBOURS = 10;
const MOST_LINKS = 100;

/** Linked processes of this library that do not trap exits. Ancestors are left out: they supervise, and may have very many links. */
function neighboursOf(info: ProcessInfo, ancestors: readonly (Pid | string)[]): Neighbour[] {
  const neighbours: Neighbour[] = [];
  for (const pid of info.links.slice(0, MOST_LINKS)) {
    if (neighbours.length === MOST_NEIGHBOURS) break;
    if (ancestors.includes(pid)) continue;
    const other = infoInTime(pid);
    if (other === "busy") break; // the report must not wait for a core that is stuck
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
