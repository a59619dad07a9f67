/** How long an expectation waits. */
import { demonitor, receiveSince, TIMEOUT, type Ref } from "@agner/vm";
import { clockTime } from "@agner/vm/testing";
import { badArgument } from "../errors.ts";
import { LIMIT_MS, settle, type Limit } from "./settle.ts";

/** How much longer something may be waited for. */
export interface Patience {
  readonly withinMs: number;
  /** By `performance.now()`; undefined while the clock stands: then nothing comes any more once the VM rests. */
  readonly until: number | undefined;
}

/** Begins to wait; while the clock stands, until the VM rests. */
export function patience(what: string, { withinMs = LIMIT_MS }: Limit): Patience {
  if (typeof withinMs !== "number" || !(withinMs >= 0))
    throw badArgument(`${what}: withinMs must be a number of milliseconds from 0, or Infinity`);
  if (clockTime() === undefined) return { withinMs, until: performance.now() + withinMs };
  settle({ withinMs });
  return { withinMs, until: undefined };
}

/** Milliseconds that are left. */
export function left({ until }: Patience): number {
  return until === undefined ? 0 : Math.max(0, until - performance.now());
}

/** Waits for the answer, or the `Down`, of a monitor that takes its answer itself; `TIMEOUT` if the time is over. */
export function awaited(ref: Ref, time: Patience): any {
  const answer = receiveSince<any>(ref, undefined, left(time));
  if (answer !== TIMEOUT) return answer;
  // It may have come in the moment in which the time was over.
  demonitor(ref);
  return receiveSince<any>(ref, undefined, 0);
}

/** The time that was waited, as part of a sentence. */
export function waited({ withinMs, until }: Patience): string {
  return until === undefined
    ? "before the VM came to rest, while the virtual clock stands (advance it for what is to come later)"
    : `within ${withinMs} ms`;
}

/** Whether there is to be waited for the VM to come to rest; default true. */
export interface Settled extends Limit {
  readonly settled?: boolean;
}

export function settleIf({ settled = true, ...limit }: Settled): void {
  if (settled) settle(limit);
}
