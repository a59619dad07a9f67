/** Restart intensity: how often a supervisor may restart children within its period. */
import { monotonicTime } from "@agner/vm";
import type { RestartRecord } from "../logger/report.ts";

interface Entry extends RestartRecord {
  /** Monotonic, in whole milliseconds. */
  readonly at: number;
}

/** The restarts within the period, oldest first. Those before `first` are over. */
export interface Restarts {
  entries: Entry[];
  first: number;
}

export function noRestarts(): Restarts {
  return { entries: [], first: 0 };
}

/** Counts a restart; false if it is one too many. One that is as old as the period still counts. */
export function countRestart(restarts: Restarts, { intensity, periodMs }: Limits, id: unknown, reason: unknown): boolean {
  return countAt(restarts, intensity, periodMs, { id, reason, time: Date.now(), at: Math.floor(monotonicTime()) });
}

interface Limits {
  readonly intensity: number;
  readonly periodMs: number;
}

/** The same for a restart at a given time. */
export function countAt(restarts: Restarts, intensity: number, periodMs: number, entry: Entry): boolean {
  const { entries } = restarts;
  const threshold = entry.at - periodMs;
  while (restarts.first < entries.length && entries[restarts.first]!.at < threshold) restarts.first++;
  if (restarts.first * 2 > entries.length) {
    restarts.entries = entries.slice(restarts.first);
    restarts.first = 0;
  }
  restarts.entries.push(entry);
  return restarts.entries.length - restarts.first <= intensity;
}

/** The last `count` restarts that count, for a report. */
export function lastRestarts({ entries, first }: Restarts, count: number): RestartRecord[] {
  const from = Math.max(first, entries.length - count);
  return entries.slice(from).map(({ id, reason, time }) => ({ id, reason, time }));
}
