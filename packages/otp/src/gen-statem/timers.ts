/** The time-outs of a state machine: at most one of each kind and name. */
import { cancelTimer, isPid, isRef, self, sendAfter, type Ref } from "@agner/vm";
import type { SetTimeout } from "./action.ts";
import type { AnyEvent } from "./event.ts";
import { sameState } from "./same-state.ts";

/** What a timer sends to its machine. One that nobody waits for any more is dropped. */
export interface TimerMessage {
  readonly type: "$timeout";
  readonly id: number;
}

/** A time-out that runs. */
interface Timer {
  readonly id: number;
  readonly key: unknown;
  readonly kind: "event" | "state" | "generic";
  readonly name: unknown;
  content: unknown;
  /** Undefined for a time of 0, which needs no timer. */
  readonly ref: Ref | undefined;
}

/** All that run, by key and by number; and those whose time is 0, in the order in which they come. */
export interface Timers {
  readonly byKey: Map<unknown, Timer>;
  readonly byId: Map<number, Timer>;
  zero: Timer[];
  lastId: number;
}

/** Keys of the two time-outs without a name. */
const EVENT = Symbol("event");
const STATE = Symbol("state");

export function noTimers(): Timers {
  return { byKey: new Map(), byId: new Map(), zero: [], lastId: 0 };
}

/** Any other event ends the event time-out. */
export function endEventTimeout(timers: Timers): void {
  end(timers, timers.byKey.get(EVENT));
}

/** A change of state ends the state time-out. */
export function endStateTimeout(timers: Timers): void {
  end(timers, timers.byKey.get(STATE));
}

function end(timers: Timers, timer: Timer | undefined): void {
  if (timer === undefined) return;
  timers.byKey.delete(timer.key);
  timers.byId.delete(timer.id);
  if (timer.ref !== undefined) cancelTimer(timer.ref);
}

/** Starts, cancels and updates; of several for one time-out only the last counts. Calls `started` with each that begins to run. */
export function setTimeouts(
  timers: Timers,
  actions: readonly SetTimeout<any, unknown, unknown>[],
  started: (action: SetTimeout<any, unknown, unknown>) => void,
): void {
  const seen = new Set<unknown>();
  const zero: Timer[] = [];
  // From the last to the first, as OTP does: of timers that are to fire at the same time, the last one fires first.
  for (let i = actions.length - 1; i >= 0; i--) {
    const action = actions[i]!;
    const key = keyOf(timers, action);
    if (seen.has(key)) continue;
    seen.add(key);
    const running = timers.byKey.get(key);
    if (action.time === "update" && running !== undefined) {
      running.content = action.content;
      continue;
    }
    end(timers, running);
    if (action.time === "cancel" || action.time === Infinity) continue;
    const timer = start(timers, key, action);
    if (timer.ref === undefined) zero.unshift(timer);
    started(action);
  }
  timers.zero.push(...zero);
}

function start(timers: Timers, key: unknown, action: SetTimeout<any, unknown, unknown>): Timer {
  const { kind, name, time, content, abs } = action;
  const id = ++timers.lastId;
  // An update of what does not run is most likely a mistake: it comes at once, so that it shows.
  const ms = time === "update" ? 0 : (time as number);
  const message: TimerMessage = { type: "$timeout", id };
  const ref = ms === 0 ? undefined : sendAfter(abs ? Math.max(0, ms - Date.now()) : ms, self(), message);
  const timer: Timer = { id, key, kind, name, content, ref };
  timers.byKey.set(key, timer);
  timers.byId.set(id, timer);
  return timer;
}

/** A generic time-out's key is its name; of two structured names that are equal, the first. */
function keyOf(timers: Timers, { kind, name }: SetTimeout<any, unknown, unknown>): unknown {
  if (kind === "event") return EVENT;
  if (kind === "state") return STATE;
  if (typeof name !== "object" || name === null || isPid(name) || isRef(name)) return name;
  for (const key of timers.byKey.keys()) if (sameState(key, name)) return key;
  return name;
}

/** The event of a timer's message; undefined if it was cancelled meanwhile. */
export function fired(timers: Timers, { id }: TimerMessage): AnyEvent | undefined {
  const timer = timers.byId.get(id);
  if (timer === undefined) return undefined;
  timers.byKey.delete(timer.key);
  timers.byId.delete(id);
  return eventOf(timer);
}

/** The next event of a time-out of 0; undefined if there is none. */
export function zeroFired(timers: Timers): AnyEvent | undefined {
  for (;;) {
    const timer = timers.zero.shift();
    if (timer === undefined) return undefined;
    const event = fired(timers, { type: "$timeout", id: timer.id });
    if (event !== undefined) return event;
  }
}

/** The time-outs that run, as the events that they will be. */
export function runningTimeouts(timers: Timers): AnyEvent[] {
  return Array.from(timers.byKey.values(), eventOf);
}

function eventOf({ kind, name, content }: Timer): AnyEvent {
  switch (kind) {
    case "event":
      return { type: "timeout", content };
    case "state":
      return { type: "stateTimeout", content };
    case "generic":
      return { type: "genericTimeout", name, content };
  }
}
