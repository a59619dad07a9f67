/**
 * The limit of a scheduler's heap. A thread ends itself when more than that is in use after a full collection. V8's own limit lies above: what lives there keeps room for one large
 * allocation, such as that of a table that grows, which would otherwise end all of Node with a fatal error.
 */
import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";

/** The code of the error by which a thread ends whose heap is full: Node's own, whoever finds out. */
export const OUT_OF_MEMORY = "ERR_WORKER_OUT_OF_MEMORY";

/** V8's limit, as a part of the thread's. Of tables that double, that holds all which are less than a third of what they lead to. */
const V8_LIMIT = 1.5;

/** V8's limit of the old generation in MB, for a scheduler that is lost at `heapMb`. */
export function v8LimitMb(heapMb: number): number {
  return Math.ceil(heapMb * V8_LIMIT);
}

/**
 * V8's limit of the young generation in MB: two semi-spaces and room for one more. With semi-spaces of 32 MB, twice its own limit, what ten thousands of processes need until
 * they have answered is collected before it is copied twice (benchmark: monitor-storm takes a third less). V8 lets them grow only as far as they are of use.
 */
export function youngLimitMb(heapMb: number): number {
  return Math.max(LEAST_YOUNG_MB, Math.min(MOST_YOUNG_MB, Math.floor(heapMb / 4)));
}

/**
 * With a scheduler on every core nobody is idle who could help with the collection of a young generation: helpers of V8 would take a core from another scheduler, and the collection would wait until they had it
 * (benchmarks: mixed-load-latency, whose longest calls take a third less; counting, server-call-small). Of all of Node, since V8 knows this for all threads alike.
 */
export function collectAlone(schedulers: number): void {
  if (schedulers >= availableParallelism()) setFlagsFromString("--no-parallel-scavenge");
}

/** V8's own limit. */
const LEAST_YOUNG_MB = 48;
const MOST_YOUNG_MB = 96;

/** What each of so many schedulers may have of so many bytes, in MB, V8's room with it. */
export function shareMb(bytes: number, schedulers: number): number {
  return Math.floor(bytes / V8_LIMIT / schedulers / 2 ** 20);
}
