/** Back-off: how long a restart waits. */
import { monotonicTime } from "@agner/vm";
import type { CheckedSpec } from "./check-spec.ts";
import type { Child } from "./child.ts";

/** Milliseconds that the next restart of a child has to wait; undefined: none. Each call is one more restart that waits. */
export function nextWait(child: Child): number | undefined {
  const backoff = child.spec.backoffMs;
  if (backoff === undefined) return undefined;
  const wait = (child.wait ??= { count: 0, since: undefined, timer: undefined });
  if (wait.since !== undefined && monotonicTime() - wait.since >= backoff.max) wait.count = 0;
  wait.since = undefined;
  return waitOf(backoff, wait.count++, Math.random());
}

/** Notes when a child with back-off was started for the first time. */
export function beginWait(child: Child): void {
  if (child.spec.backoffMs !== undefined) child.wait ??= { count: 0, since: undefined, timer: undefined };
}

/** The wait before restart number `count`, from 0; `random` is from 0 to 1. */
export function waitOf(backoff: NonNullable<CheckedSpec["backoffMs"]>, count: number, random: number): number {
  const { min, max, factor, jitter } = backoff;
  const whole = Math.min(max, min * factor ** count);
  return Math.round(whole * (1 - jitter * random));
}
