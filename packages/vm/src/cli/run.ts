/** `agner run`: boots a VM, runs an app module on it, and says what came of it. */
import { fileURLToPath, pathToFileURL } from "node:url";
import type { LargeHeap, LongSchedule, SchedulerLost } from "@agner/scheduler";
import type { SchedulerStats } from "../api/system.ts";
import type { CodeWarning } from "../code/image.ts";
import { resolveEntry } from "../code/resolve.ts";
import { crashToJson, formatCrash, type CrashReport } from "../report/crash.ts";
import { failureToJson, formatFailure, formatWarning, isRefusal, warningToJson } from "../report/failure.ts";
import { formatLargeHeap, formatLongSchedule, largeHeapToJson, longScheduleToJson } from "../report/long-schedule.ts";
import { formatSchedulerLost, schedulerLostToJson } from "../report/scheduler-lost.ts";
import { formatStatistics, statisticsToJson } from "../report/statistics.ts";
import type { RunOptions } from "./options.ts";

/** What a run needs of a VM. */
export interface RunnerVM {
  load(url: URL): Promise<unknown>;
  /** Runs the module's application and `main`; settles when the VM is to stop, also after a crash of `main` (exit code 1). */
  runMain(url: URL, args: readonly string[]): Promise<{ readonly exitCode: number }>;
  on(event: "crash", listener: (report: CrashReport) => void): unknown;
  on(event: "schedulerLost", listener: (loss: SchedulerLost) => void): unknown;
  on(event: "longSchedule", listener: (event: LongSchedule) => void): unknown;
  on(event: "largeHeap", listener: (event: LargeHeap) => void): unknown;
  on(event: "warning", listener: (warning: CodeWarning) => void): unknown;
  statistics(): readonly SchedulerStats[];
  stop(): Promise<unknown>;
}

export interface RunRequest {
  /** A path, relative to the working directory, or a `file:` URL. */
  readonly module: string;
  readonly args: readonly string[];
  readonly options: RunOptions;
}

/** The world outside of a run. */
export interface RunEnvironment {
  readonly boot: (options: {
    readonly cores?: number;
    readonly heapMb?: number;
    readonly longScheduleMs?: number;
    readonly stuckLimitMs?: number;
    readonly argv: readonly string[];
    readonly module: URL;
  }) => Promise<RunnerVM>;
  /** Writes lines to standard error. */
  readonly report: (text: string) => void;
  readonly color: boolean;
}

/** Exit code of a run that was refused before anything of the app ran. */
export const REFUSED = 2;
const CRASHED = 1;
const TOLD_WHEN_FREE_MS = 1_000;

/** Runs the module to its end; returns the exit code and throws nothing. */
export async function run({ module, args, options }: RunRequest, { boot, report, color }: RunEnvironment): Promise<number> {
  const { json } = options;
  const fail = (error: unknown): number => {
    report(json ? failureToJson(error) : formatFailure(error, { color }));
    return isRefusal(error) ? REFUSED : CRASHED;
  };
  let url: URL;
  let vm: RunnerVM;
  try {
    url = new URL(resolveEntry(module.startsWith("file:") ? module : pathToFileURL(module))); // threads need not start for a module that is not there
    const argv = [process.execPath, fileURLToPath(url), ...args];
    const { json: _json, quiet: _quiet, stats: _stats, ...bootOptions } = options;
    vm = await boot({ argv, module: url, ...bootOptions });
  } catch (error) {
    return fail(error);
  }
  let exitCode: number;
  try {
    vm.on("crash", (crash) => {
      if (crash.logged !== true) report(json ? crashToJson(crash) : formatCrash(crash, { color }));
    });
    vm.on("schedulerLost", (loss) => report(json ? schedulerLostToJson(loss) : formatSchedulerLost(loss, { color })));
    if (!options.quiet) {
      vm.on("warning", (warning) => report(json ? warningToJson(warning) : formatWarning(warning, { color })));
      vm.on("longSchedule", (event) => {
        // Who was told that a core is stuck need not know that it is free after a moment.
        if (event.ended && event.durationMs < TOLD_WHEN_FREE_MS) return;
        report(json ? longScheduleToJson(event) : formatLongSchedule(event, { color }));
      });
      vm.on("largeHeap", (event) => report(json ? largeHeapToJson(event) : formatLargeHeap(event, { color })));
    }
    await vm.load(url);
    ({ exitCode } = await vm.runMain(url, args));
    if (options.stats) {
      const stats = vm.statistics();
      report(json ? statisticsToJson(stats) : formatStatistics(stats));
    }
  } catch (error) {
    exitCode = fail(error);
  }
  try {
    await vm.stop();
  } catch (error) {
    return fail(error);
  }
  return exitCode;
}
