/**
 * The heap of this thread: how long its collections took, and how large it is. V8 is asked soon after every full collection, when the figure is that of
 * what is in use and a little more; an observer of collections costs nothing that could be measured (docs/system-monitor.md).
 */
import { constants, PerformanceObserver, type PerformanceEntry } from "node:perf_hooks";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { local } from "./local.ts";
import { noteHeap } from "./memory/statistics.ts";
import { Threshold } from "./memory/subscribers.ts";
import { raise } from "./system-events.ts";

/** Of the limit: from here on everyone is told who is told of large heaps at all. A guess: the rest may be filled within a second. */
const NEAR_LIMIT = 0.8;
/** A heap that was large is so again only after it was smaller than this part of the threshold. */
const SMALLER = 0.9;
/** Collections shorter than this explain no long slice. */
const SHORT_MS = 1;
/** How many collections are remembered. */
const REMEMBERED = 64;

const collections: { start: number; end: number }[] = [];
/** The largest figure that was told since the heap was last small. */
let told = 0;
let nearLimit = false;
let observer: PerformanceObserver | undefined;

/** In bytes, what of the heap may be in use after a full collection, and what happens when more is. */
let limit = Infinity;
let onFull: () => void = () => {};

/**
 * Says how large the heap of this thread may be. `full` is called between turns, and ends the thread: V8's own limit must lie above, since V8 ends all of Node where
 * what one allocation wants is not there below its limit.
 */
export function limitHeap(bytes: number, full: () => void): void {
  limit = bytes;
  onFull = full;
}

/** Watches the heap of this thread from now on. */
export function startHeap(): void {
  observer ??= new PerformanceObserver((list) => {
    let full = false;
    for (const entry of list.getEntries()) {
      const { kind } = (entry as PerformanceEntry & { readonly detail: { readonly kind: number } }).detail;
      if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) full = true;
      if (entry.duration >= SHORT_MS) collections.push({ start: entry.startTime, end: entry.startTime + entry.duration });
    }
    if (collections.length > REMEMBERED) collections.splice(0, collections.length - REMEMBERED);
    if (full) lookAtHeap();
  });
  observer.observe({ type: "gc" });
}

/** Milliseconds of collections since `start`, a time of `performance.now()`. Those of the running turn are not known before it has ended. */
export function collectedSince(start: number): number {
  let ms = 0;
  for (const { start: from, end } of collections) if (end > start) ms += end - Math.max(from, start);
  return ms;
}

let collect: (() => void) | undefined;

/**
 * What is in use, and nothing more: after a collection of its own. The figure of a while after one may count what a call of uncompiled code has used and dropped since, for
 * which no core must be given up.
 */
function heldBytes(): number {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
  return getHeapStatistics().used_heap_size;
}

function lookAtHeap(): void {
  const { used_heap_size: bytes, heap_size_limit } = getHeapStatistics();
  noteHeap(local.memory, local.thread, bytes);
  if (bytes >= limit && heldBytes() >= limit) return onFull();
  const least = local.subscribers.lowest[Threshold.LARGE_HEAP]!;
  if (least === Infinity) return;
  const most = Math.min(limit, heap_size_limit);
  const isNear = bytes >= most * NEAR_LIMIT;
  if (isNear && !nearLimit) raise({ event: "largeHeap", scheduler: local.thread, bytes, limit: most, nearLimit: true });
  else if (!isNear && bytes >= least && bytes > told) {
    raise({ event: "largeHeap", scheduler: local.thread, bytes, limit: most, nearLimit: false }, told);
    told = bytes;
  }
  nearLimit = isNear;
  if (bytes < least * SMALLER) told = 0;
}
