/** What cases do beside using the protocols: they look, wait, sleep, and read and write words of their own. */
import { all, changes, current, join, tracer } from "./machine.ts";
import { runtime } from "./runtime.ts";
import {
  LOAD,
  OUTLIVE,
  PAUSE,
  PAUSE_FOR_OTHERS,
  SLEEP,
  STEP,
  STORE,
  type Shared,
  type SimulatedPromise,
  type SimulatedThread,
  type Steps,
} from "./threads.ts";

/** Changes since the run began: for {@link pause}. */
export function changesSoFar(): number {
  return changes;
}

/** Changes by other threads since the run began: for {@link pauseForOthers}. */
export function changesByOthers(): number {
  return changes - current!.changes;
}

/** Gives the turn away until something has changed since `seen`: what was looked for between the two was not there. */
export function* pause(seen: number): Steps<void> {
  const me = current!;
  me.code = PAUSE;
  me.a = seen;
  yield;
}

/** As {@link pause}, where what the thread itself changes while it looks makes no difference to what it finds. */
export function* pauseForOthers(seen: number): Steps<void> {
  const me = current!;
  me.code = PAUSE_FOR_OTHERS;
  me.a = seen;
  yield;
}

/** An atomic load of a case's own. */
export function* load(words: Int32Array, index: number): Steps<number> {
  return (yield runtime.ask(LOAD, words as Shared, index)) as number;
}

/** An atomic store of a case's own. */
export function* store(words: Int32Array, index: number, value: number): Steps<void> {
  yield runtime.ask(STORE, words as Shared, index, value);
}

/** A plain read of a case's own. */
export function peek(words: Int32Array, index: number): number {
  return runtime.get(words as never, index) as number;
}

/** A plain write of a case's own. */
export function poke(words: Int32Array, index: number, value: number): void {
  runtime.set(words as never, index, value);
}

/** One step that touches nothing. */
export function* step(): Steps<void> {
  current!.code = STEP;
  yield;
}

/** Waits until a thread has died or ended, and knows then all that it did. */
export function* outlive(thread: SimulatedThread): Steps<void> {
  const me = current!;
  me.code = OUTLIVE;
  me.outlived = thread;
  yield;
}

/** The thread that runs at this moment. */
export function self(): SimulatedThread {
  return current!;
}

/** The thread with this number in this run: the place of its steps in the case's list. */
export function threadOf(id: number): SimulatedThread {
  return all[id]!;
}

/** A line of the trace that says what a case did. */
export function note(text: () => string): void {
  if (tracer !== undefined) tracer(`  thread ${current?.id ?? "-"}: ${text()}`);
}

/** Sleeps until what `Doorbell.wait` returned settles, and runs what hangs on it. */
export function* sleepOn(promise: unknown): Steps<void> {
  const { sleeper } = promise as SimulatedPromise;
  const me = current!;
  me.code = SLEEP;
  me.sleeper = sleeper;
  yield;
  runCallbacks(promise);
}

/** Runs what hangs on a wait that has ended meanwhile, as the event loop does at the next occasion. */
export function runCallbacks(promise: unknown): void {
  const { sleeper } = promise as SimulatedPromise;
  if (!sleeper.awake) return;
  if (sleeper.by !== undefined) join(current!.clock, sleeper.by.clock);
  for (const callback of sleeper.callbacks.splice(0)) callback();
}
