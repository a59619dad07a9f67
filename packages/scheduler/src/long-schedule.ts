/**
 * What a thread tells of itself that was seen stuck and is free again: for how long, and how much of that was garbage collection.
 */
import { collectedSince } from "./heap.ts";
import { local } from "./local.ts";
import { ActivityWord, Doing, takeNotice } from "./memory/activity.ts";
import { machineTime } from "./memory/layout.ts";
import { initialCallOf, siteName } from "./process/info.ts";
import type { Process } from "./process/process.ts";
import { nameOf } from "./signals/names.ts";
import { raise, type LongSchedule } from "./system-events.ts";

/** What a core does where no process runs, for people. */
export function doingName(doing: number): string {
  switch (doing) {
    case Doing.SIGNALS:
      return "reading signals from other cores";
    case Doing.SENDING:
      return "sharing work and sending signals";
    default:
      return "a callback of the event loop";
  }
}

/** The slice of `p`, which has just ended, or what else was noticed before it, took long. */
export function sliceWasLong(activity: Int32Array, p: Process): void {
  const site = activity[ActivityWord.SITE]!;
  const { doing, since, ofThisSlice } = takeNotice(activity);
  if (doing !== Doing.PROCESSES) return tell(undefined, doingName(doing), since);
  if (ofThisSlice) tell(p, site >= 0 ? (siteName(site) ?? initialCallOf(p)) : initialCallOf(p), since);
}

/** What the thread did apart from running processes took long. */
export function workWasLong(activity: Int32Array): void {
  const { doing, since } = takeNotice(activity);
  if (doing !== Doing.PROCESSES) tell(undefined, doingName(doing), since);
}

function tell(p: Process | undefined, where: string, since: number): void {
  const durationMs = machineTime() - since;
  const began = performance.now() - durationMs;
  const event: LongSchedule = {
    event: "longSchedule",
    scheduler: local.thread,
    pid: p?.pid,
    registeredName: p === undefined ? undefined : nameOf(p.pid),
    initialCall: p === undefined ? undefined : initialCallOf(p),
    function: where,
    durationMs,
    ended: true,
    gcMs: undefined,
  };
  // Node tells of the collections that lie behind in the second turn of the event loop from now.
  setImmediate(() => setImmediate(() => setImmediate(() => raise({ ...event, gcMs: collectedSince(began) }))));
}
