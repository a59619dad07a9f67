/**
 * Time that only a test moves: all cores' timers go by it, and it goes from timer to timer, waiting after each for the VM to come to rest.
 */
import { clock } from "./clock.ts";
import { local } from "./local.ts";
import type { Process } from "./process/process.ts";
import { clockUnseen, unrest, until } from "./quiet.ts";

/** Stops the clock of the VM; `p` goes on when all cores go by it. Past `withinMs` the clock is let go again, and `p` goes on with an error. */
export function stopClock(p: Process, withinMs: number): never {
  let latest: number | undefined;
  toggle();
  const step = (): boolean => {
    if (latest !== undefined) return true;
    // All stand where they were. They go on to one and the same time, a whole number, so that what is set for whole milliseconds is due at whole milliseconds.
    latest = 0;
    for (let core = 0; core < local.schedulers; core++) latest = Math.max(latest, clock.shared.placeOf(core));
    clock.shared.moveTo(Math.floor(latest) + 1);
    ringAll();
    return false;
  };
  return until(p, withinMs, clockUnseen, step, toggle);
}

/** Lets the clock go on, from where it stands; `p` goes on when all cores go by it. */
export function startClock(p: Process, withinMs: number): never {
  clock.shared.goOn();
  ringAll();
  return until(p, withinMs, clockUnseen, () => true);
}

/** Moves the clock, which stands, from timer to timer until it is `ms` later. `withinMs`: how long the VM may take to come to rest after each. */
export function advanceClock(p: Process, ms: number, withinMs: number): never {
  const target = clock.shared.time + ms;
  let arrived = false;
  return until(p, withinMs, unrest, () => {
    if (arrived) return true;
    const next = nextTimer();
    arrived = next > target;
    clock.shared.moveTo(Math.min(next, target));
    ringAll();
    return false;
  });
}

/** When the next timer of any core is due. All rest but this one, between whose turns this is called. */
function nextTimer(): number {
  let next = local.timers.next() ?? Infinity;
  for (let core = 0; core < local.schedulers; core++) {
    if (core !== local.thread) next = Math.min(next, clock.shared.nextOf(core));
  }
  return next;
}

function toggle(): void {
  clock.shared.toggle();
  ringAll();
}

function ringAll(): void {
  for (let core = 0; core < local.schedulers; core++) if (core !== local.thread) local.doorbell.ring(core);
  local.requestTurn();
}
