/** How long an expectation waits. */
import { badArgument } from "../errors.ts";
import { LIMIT_MS, settle, type Limit } from "./settle.ts";

/** How much longer something may be waited for. */
export interface Patience {
  readonly withinMs: number;
  readonly until: number;
}

export function patience(what: string, { withinMs = LIMIT_MS }: Limit): Patience {
  if (typeof withinMs !== "number" || !(withinMs >= 0))
    throw badArgument(`${what}: withinMs must be a number of milliseconds from 0, or Infinity`);
  return { withinMs, until: performance.now() + withinMs };
}

/** Milliseconds that are left. */
export function left({ until }: Patience): number {
  return Math.max(0, until - performance.now());
}

/** The time that was waited, as part of a sentence. */
export function waited({ withinMs }: Patience): string {
  return `within ${withinMs} ms`;
}

/** Whether there is to be waited for the VM to come to rest; default true. */
export interface Settled extends Limit {
  readonly settled?: boolean;
}

export function settleIf({ settled = true, ...limit }: Settled): void {
  if (settled) settle(limit);
}
