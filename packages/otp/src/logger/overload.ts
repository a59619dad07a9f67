/** Protection against storms of events: so many a window are written, the rest are counted. Knows no clock; its caller says what time it is. */
import { LEVELS, type Level } from "./report.ts";

export interface OverloadLimits {
  /** How many events a window takes. */
  readonly burst: number;
  /** Length of a window in milliseconds. */
  readonly windowMs: number;
}

/** How many events were dropped, by level. */
export type Dropped = Readonly<Partial<Record<Level, number>>>;

export interface OverloadGuard {
  /** Whether an event at `now` (milliseconds of any clock that does not go back) may be written; if not, it is counted. */
  admit(level: Level, now: number): boolean;
  /** What the window that contains `now` dropped, or one before it that nobody has asked about; the count begins anew. */
  take(): Dropped | undefined;
  /** When the current window ends. */
  endsAt(): number;
}

/** A guard that has seen nothing yet. */
export function overloadGuard({ burst, windowMs }: OverloadLimits): OverloadGuard {
  let start = -Infinity;
  let admitted = 0;
  let dropped: Partial<Record<Level, number>> | undefined;
  return {
    admit(level, now) {
      if (now >= start + windowMs) {
        start = now;
        admitted = 0;
      }
      if (admitted < burst) {
        admitted++;
        return true;
      }
      dropped ??= {};
      dropped[level] = (dropped[level] ?? 0) + 1;
      return false;
    },
    take() {
      const taken = dropped;
      dropped = undefined;
      return taken;
    },
    endsAt: () => start + windowMs,
  };
}

/** `1,203 events were not written: 1,200 error, 3 info`. */
export function describeDropped(dropped: Dropped): string {
  const parts = LEVELS.filter((level) => dropped[level] !== undefined).map((level) => `${count(dropped[level]!)} ${level}`);
  const total = LEVELS.reduce((sum, level) => sum + (dropped[level] ?? 0), 0);
  return `${count(total)} ${total === 1 ? "event was" : "events were"} not written: ${parts.join(", ")}`;
}

function count(n: number): string {
  return n.toLocaleString("en-US");
}
