/**
 * The VM as processes see it: cores, statistics, signals of the operating system, the end.
 */
import { constants } from "node:os";
import { describeValue, local, readStatistics, suspendableProcess, type ThreadStatistics } from "@agner/scheduler";
import { mainControl } from "../control.ts";
import { haltNow } from "../halt.ts";
import { badArgument, requireScheduler } from "./context.ts";
import { wait } from "./wait.ts";

/** How many cores run processes. */
export function schedulers(): number {
  requireScheduler("schedulers");
  return local.schedulers;
}

/** Index of the core that runs the caller, from 0. */
export function schedulerId(): number {
  requireScheduler("schedulerId");
  return local.thread;
}

/** One core's figures; counts are totals since the VM started. */
export interface SchedulerStats {
  readonly scheduler: number;
  /** Processes ready to run. */
  readonly runQueue: number;
  /** Processes that live there. */
  readonly processes: number;
  readonly reductions: number;
  /** Messages that arrived at processes there, and signals sent from there to other cores. */
  readonly messagesIn: number;
  readonly messagesOut: number;
  /** Messages that bounds of mailboxes have dropped there. */
  readonly dropped: number;
  readonly spawns: number;
  /** Processes that it stole from others. */
  readonly steals: number;
  /** Processes that others stole from it. */
  readonly migrations: number;
  /** How often a process there could not move, because of a value that it holds: `processInfo(pid).pinned` tells which. */
  readonly pinned: number;
  /** Share of the time since the start in which it ran processes, from 0 to 1. */
  readonly busyShare: number;
  /** How often it was busy with one thing for so long that the watchdog reported it. */
  readonly longSchedules: number;
}

/** One row of {@link statistics} from a thread's shared words. */
export function toStats(
  scheduler: number,
  { busyMs, totalMs, heapBytes: _inside, ...figures }: ThreadStatistics,
): SchedulerStats {
  return { scheduler, ...figures, busyShare: totalMs > 0 ? Math.min(1, busyMs / totalMs) : 0 };
}

/** The figures of every core, as of its last turn. */
export function statistics(): SchedulerStats[] {
  requireScheduler("statistics");
  return Array.from({ length: local.schedulers }, (_, scheduler) => toStats(scheduler, readStatistics(local.memory, scheduler)));
}

/** Stops the VM, after everything that was written to standard output and error has left, with this exit code (0 to 255). */
export function halt(code: number = 0): never {
  requireScheduler("halt");
  if (!Number.isInteger(code) || code < 0 || code > 255)
    throw badArgument(`halt: the exit code must be a whole number from 0 to 255, not ${describeValue(code)}`);
  return haltNow(code);
}

/**
 * From its return on, the operating system's signal `name` (`"SIGINT"`, …) arrives at the caller as `{ type: "SIGNAL", name }` instead of ending the VM, for as long as
 * the caller lives.
 *
 * @throws {AgnerError} `AGNER_BAD_ARGUMENT` if there is no such signal, or nobody can trap it; `AGNER_NATIVE_FRAME` under a native frame, where it cannot wait.
 */
export function trapSignal(name: NodeJS.Signals): void {
  const { pid } = suspendableProcess("trapSignal");
  if (typeof name !== "string" || !(name in constants.signals))
    throw badArgument(`trapSignal: the argument must be a signal's name such as "SIGINT", not ${describeValue(name)}`);
  if (name === "SIGKILL" || name === "SIGSTOP") throw badArgument(`trapSignal: no program can trap ${name}`);
  return wait(mainControl().trapSignal(name, pid.slot, pid.serial)) as never;
}
