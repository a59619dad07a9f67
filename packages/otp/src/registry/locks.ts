/** Locks on keys: who holds one, and who waits for it, in order. */
import { demonitor, monitor, type Pid, type Ref } from "@agner/vm";
import { replyTo } from "../gen/call.ts";
import type { From } from "../gen/message.ts";

interface Lock {
  holder: Pid;
  /** Watches the holder. */
  ref: Ref;
  readonly waiting: From[];
}

export interface Locks {
  readonly byIndex: Map<unknown, Lock>;
  /** Keys by the monitors of those that hold them. */
  readonly byRef: Map<Ref, unknown>;
}

export function noLocks(): Locks {
  return { byIndex: new Map(), byRef: new Map() };
}

/** Gives the caller the lock, or puts it in the queue; false if it holds the lock already, and would wait for itself. */
export function acquire(locks: Locks, index: unknown, from: From): boolean {
  const lock = locks.byIndex.get(index);
  if (lock === undefined) {
    const ref = watch(locks, index, from.pid);
    locks.byIndex.set(index, { holder: from.pid, ref, waiting: [] });
    replyTo(from, true);
    return true;
  }
  if (lock.holder === from.pid) return false;
  lock.waiting.push(from);
  return true;
}

/** The holder gives the lock back. */
export function release(locks: Locks, index: unknown, holder: Pid): void {
  const lock = locks.byIndex.get(index);
  if (lock === undefined || lock.holder !== holder) return;
  demonitor(lock.ref, { flush: true });
  pass(locks, index, lock);
}

/** A holder has ended. */
export function releaseOf(locks: Locks, ref: Ref): void {
  if (!locks.byRef.has(ref)) return;
  const index = locks.byRef.get(ref);
  pass(locks, index, locks.byIndex.get(index)!);
}

/** The next one gets the lock. If it has ended meanwhile, its monitor tells. */
function pass(locks: Locks, index: unknown, lock: Lock): void {
  locks.byRef.delete(lock.ref);
  const next = lock.waiting.shift();
  if (next === undefined) {
    locks.byIndex.delete(index);
    return;
  }
  lock.holder = next.pid;
  lock.ref = watch(locks, index, next.pid);
  replyTo(next, true);
}

function watch({ byRef }: Locks, index: unknown, pid: Pid): Ref {
  const ref = monitor(pid);
  byRef.set(ref, index);
  return ref;
}
