/**
 * Booting a VM: shared memory, one worker thread a core, ports between every pair of threads, and the control plane.
 */
import { availableParallelism, totalmem } from "node:os";
import { MessageChannel, isMainThread, type MessagePort } from "node:worker_threads";
import { transfer } from "comlink";
import { AgnerError, createSharedMemory, describeValue, transfersOf, type SharedMemoryOptions } from "@agner/scheduler";
import { compileBuiltins, compileModule, keeper } from "./code/compile.ts";
import { VM_SPECIFIERS } from "./code/resolve.ts";
import { CodeServer } from "./code/server.ts";
import { VM } from "./client.ts";
import type { MainControl } from "./control.ts";
import { DirtyPool } from "./dirty/pool.ts";
import { encodeError } from "./dirty/terms.ts";
import { joinAsMain, leaveAsMain, type MainInbox } from "./main-thread.ts";
import { collectAlone, shareMb } from "./schedulers/heap.ts";
import { Schedulers, type LossIntensity } from "./schedulers/schedulers.ts";

/** How a VM is booted; everything has a default. */
export interface BootOptions {
  /** How many scheduler threads; default `os.availableParallelism()`. At most 1,000. */
  readonly cores?: number;
  /** What processes see as `process.argv`; default that of the main thread. */
  readonly argv?: readonly string[];
  /** Most processes alive at once; default 16,777,216. */
  readonly maxProcesses?: number;
  /** Reductions of a slice; default 4,000, or what the environment variable `AGNER_QUOTA` says. Smaller values preempt more often, for tests. */
  readonly quota?: number;
  /**
   * When processes move to other cores. `"whenUseful"` (the default): when a core has nothing to run, or far less than another. `"always"`: each before every one
   * of its slices, for tests; also by the environment variable `AGNER_MOVE`.
   */
  readonly move?: "whenUseful" | "always";
  /**
   * Most that the heap of one scheduler may hold, in MB; a scheduler in which more is in use is lost, with its processes, and another takes its place. V8 may take
   * half as much again before it collects. Default: its share of half of the memory, from 256 to 4,096.
   */
  readonly heapMb?: number;
  /** How many losses of schedulers the VM survives; default `{ losses: 5, withinMs: 10_000 }`. One more in that time, and it ends. */
  readonly lossIntensity?: Partial<LossIntensity>;
  /** From how many milliseconds on a core that is busy with one thing is reported, as event `"longSchedule"`; `Infinity` for never. Default: `AGNER_LONG_SCHEDULE` of the environment (0 for never), or 100. */
  readonly longScheduleMs?: number;
  /**
   * From how many milliseconds on a scheduler that is stuck in one thing, such as a call of uncompiled code that does not end, is given up: it is lost with all its
   * processes, and another takes its place. Nothing else ends such a process, not even `exit(pid, "kill")`. Default `Infinity`: never.
   */
  readonly stuckLimitMs?: number;
  /** The module that will be loaded first, if that is known: it is read, or compiled, while the schedulers start. */
  readonly module?: URL;
  /** Lets modules import `vitest` and `@agner/vm/vitest`: the VM of a test file. */
  readonly testing?: boolean;
  /** Sizes of the shared memory, for tests: tiny ones make everything wrap around at once. */
  readonly memory?: Omit<SharedMemoryOptions, "schedulers" | "maxProcesses">;
  /** Aborts the boot. */
  readonly signal?: AbortSignal;
}

/** As many as a supervisor's default is strict, times what one fault may bring down on a machine of some cores. A guess. */
const LOSS_INTENSITY: LossIntensity = { losses: 5, withinMs: 10_000 };
/** The limits of `heapMb`. Below the least a scheduler with the OTP library has no room to work. */
const LEAST_HEAP_MB = 32;
const LEAST_DEFAULT_HEAP_MB = 256;
const MOST_DEFAULT_HEAP_MB = 4_096;
const MAX_CORES = 1_000;
/** A hundred turns: who talks to a process on that core notices. */
const LONG_SCHEDULE_MS = 100;
const MAX_MS = 2 ** 31 - 1;

let running: VM | undefined;

/** What the VM serves from its own instance, whatever is installed beside an app. */
function specifiersOf(testing: boolean): string[] {
  return testing ? [...VM_SPECIFIERS, "@agner/vm/vitest", "vitest"] : [...VM_SPECIFIERS];
}

/** As the package exports it: `boot-on-call.ts`. */
export async function boot(options: BootOptions = {}): Promise<VM> {
  const { cores, maxProcesses, quota, heapMb, intensity, longScheduleMs, stuckLimitMs, move } = check(options);
  if (!isMainThread) throw new AgnerError("AGNER_BAD_ARGUMENT", "boot() works on the main thread of a Node.js process only");
  const builtins = await compileBuiltins();
  if (running !== undefined)
    throw new AgnerError("AGNER_ALREADY_BOOTED", "a VM is running in this Node.js process already; stop it first with vm.stop()");
  options.signal?.throwIfAborted();

  collectAlone(cores);
  const memory = createSharedMemory({
    ...options.memory,
    schedulers: cores,
    ...(maxProcesses === undefined ? {} : { maxProcesses }),
  });
  const ports = connectAll(memory.threads);
  const code = new CodeServer({
    compile: compileModule,
    keeper,
    firstSite: builtins.siteCount,
    vm: specifiersOf(options.testing === true),
  });
  const inbox: MainInbox = joinAsMain(memory, ports[cores]!);
  const dirty = new DirtyPool(
    () => code.images,
    (url) => code.newest(url) !== undefined,
  );
  let vm: VM | undefined;
  const mainControl: MainControl = {
    halted: (exitCode) => vm?.halted(exitCode),
    dirty: async (call) => {
      const answer = await dirty.run(call);
      return transfer(answer, transfersOf(answer.value));
    },
    load: async (url) => {
      try {
        await vm!.load(url);
        return undefined;
      } catch (e) {
        return encodeError(e);
      }
    },
    trapSignal: (name, slot, serial) => vm!.trapSignal(name as NodeJS.Signals, slot, serial),
  };
  const schedulers = new Schedulers({
    memory,
    ports,
    argv: options.argv ?? process.argv,
    quota,
    builtins,
    testing: options.testing === true,
    forceMoves: move === "always",
    reporter: [inbox.reporter.slot, inbox.reporter.serial],
    heapMb,
    mainControl,
    intensity,
  });
  if (options.module !== undefined) code.prepare(options.module.href);
  try {
    vm = new VM({ memory, code, schedulers, inbox, dirty, longScheduleMs, stuckLimitMs, onStopped: () => (running = undefined) });
    running = vm;
    await vm.ready(options.signal);
    return vm;
  } catch (e) {
    running = undefined;
    await schedulers.stop();
    leaveAsMain();
    throw e;
  }
}

function check({
  cores = availableParallelism(),
  maxProcesses,
  quota,
  heapMb,
  lossIntensity,
  longScheduleMs = defaultLongScheduleMs(),
  stuckLimitMs = Infinity,
  move = process.env["AGNER_MOVE"] as never,
}: BootOptions): {
  cores: number;
  maxProcesses: number | undefined;
  quota: number | undefined;
  heapMb: number;
  intensity: LossIntensity;
  longScheduleMs: number;
  stuckLimitMs: number;
  move: BootOptions["move"];
} {
  const whole = (name: string, value: number | undefined, least: number, most: number): void => {
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
    throw new AgnerError(
      "AGNER_BAD_ARGUMENT",
      `boot: ${name} must be a whole number from ${least} to ${most}, not ${describeValue(value)}`,
    );
  };
  whole("cores", cores, 1, MAX_CORES);
  whole("maxProcesses", maxProcesses, 1_024, 2 ** 24);
  if (quota === undefined && process.env["AGNER_QUOTA"] !== undefined) quota = Number(process.env["AGNER_QUOTA"]);
  whole("quota", quota, 1, 1_000_000);
  whole("heapMb", heapMb, LEAST_HEAP_MB, 2 ** 20);
  const intensity = { ...LOSS_INTENSITY, ...lossIntensity };
  whole("lossIntensity.losses", intensity.losses, 0, 2 ** 31);
  whole("lossIntensity.withinMs", intensity.withinMs, 1, 2 ** 31);
  if (longScheduleMs !== Infinity) whole("longScheduleMs", longScheduleMs, 10, MAX_MS);
  if (stuckLimitMs !== Infinity) whole("stuckLimitMs", stuckLimitMs, 100, MAX_MS);
  if (move !== undefined && move !== "whenUseful" && move !== "always")
    throw new AgnerError("AGNER_BAD_ARGUMENT", `boot: move must be "whenUseful" or "always", not ${describeValue(move)}`);
  return { cores, maxProcesses, quota, heapMb: heapMb ?? defaultHeapMb(cores), intensity, longScheduleMs, stuckLimitMs, move };
}

function defaultLongScheduleMs(): number {
  const given = process.env["AGNER_LONG_SCHEDULE"];
  if (given === undefined || given === "") return LONG_SCHEDULE_MS;
  return Number(given) === 0 ? Infinity : Number(given);
}

/**
 * V8's own limit is up to 4 GB a thread, whatever the others have: on a machine of many cores the operating system would end the VM before one scheduler reached
 * it. V8's limits of all together leave a quarter of the memory, or of what the container has of it, to everything outside the heaps.
 */
function defaultHeapMb(cores: number): number {
  const constrained = process.constrainedMemory();
  const memory = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  const share = shareMb(memory * 0.75, cores);
  return Math.min(MOST_DEFAULT_HEAP_MB, Math.max(LEAST_DEFAULT_HEAP_MB, share));
}

/** A MessagePort pair for every pair of threads: for each thread its ends, by the other thread. */
function connectAll(threads: number): Map<number, MessagePort>[] {
  const ends = Array.from({ length: threads }, () => new Map<number, MessagePort>());
  for (let a = 0; a < threads; a++) {
    for (let b = a + 1; b < threads; b++) {
      const { port1, port2 } = new MessageChannel();
      ends[a]!.set(b, port1);
      ends[b]!.set(a, port2);
    }
  }
  return ends;
}
