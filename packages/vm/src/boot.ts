/**
 * Booting a VM: shared memory, one worker thread a core, ports between every pair of threads, and the control plane.
 */
import { availableParallelism } from "node:os";
import { MessageChannel, Worker, isMainThread, type MessagePort } from "node:worker_threads";
import { expose, transfer, wrap, type Endpoint, type Remote } from "comlink";
import { compileBuiltins } from "@agner/compiler";
import { AgnerError, createSharedMemory, describeValue, transfersOf } from "@agner/scheduler";
import { compileModule } from "./code/compile.ts";
import { VM_SPECIFIERS } from "./code/resolve.ts";
import { CodeServer } from "./code/server.ts";
import { VM, type SchedulerThread } from "./client.ts";
import type { MainControl, ThreadControl } from "./control.ts";
import { DirtyPool } from "./dirty/pool.ts";
import { encodeError } from "./dirty/terms.ts";
import { joinAsMain, leaveAsMain, type MainInbox } from "./main-thread.ts";
import type { WorkerStart } from "./worker.ts";

/** How a VM is booted; everything has a default. */
export interface BootOptions {
  /** How many scheduler threads; default `os.availableParallelism()`. At most 1,000. */
  readonly cores?: number;
  /** What processes see as `process.argv`; default that of the main thread. */
  readonly argv?: readonly string[];
  /** Most processes alive at once; default 16,777,216. */
  readonly maxProcesses?: number;
  /** Reductions of a slice; default 4,000. Smaller values preempt more often, for tests. */
  readonly quota?: number;
  /** Lets modules import `vitest` and `@agner/vm/vitest`: the VM of a test file. */
  readonly testing?: boolean;
  /** Aborts the boot. */
  readonly signal?: AbortSignal;
}

/** Native stack of a scheduler thread in MB: a slice of 4,000 reductions may be that many native frames deep. */
const STACK_MB = 32;
const MAX_CORES = 1_000;

let running: VM | undefined;

/** What the VM serves from its own instance, whatever is installed beside an app. */
function specifiersOf(testing: boolean): string[] {
  return testing ? [...VM_SPECIFIERS, "@agner/vm/vitest", "vitest"] : [...VM_SPECIFIERS];
}

/**
 * Boots a VM in this Node.js process: one scheduler thread a core. There can be one VM at a time.
 *
 * @throws {AgnerError} `AGNER_BAD_ARGUMENT` for bad options, `AGNER_ALREADY_BOOTED`.
 * @example
 * await using vm = await boot({ cores: 2 });
 * const app = await vm.load<typeof import("./app.ts")>(new URL("./app.ts", import.meta.url));
 * console.log(await vm.run(app.fib, 30));
 */
export async function boot(options: BootOptions = {}): Promise<VM> {
  const { cores, maxProcesses, quota } = check(options);
  if (!isMainThread) throw new AgnerError("AGNER_BAD_ARGUMENT", "boot() works on the main thread of a Node.js process only");
  if (running !== undefined)
    throw new AgnerError("AGNER_ALREADY_BOOTED", "a VM is running in this Node.js process already; stop it first with vm.stop()");
  options.signal?.throwIfAborted();

  const memory = createSharedMemory({ schedulers: cores, ...(maxProcesses === undefined ? {} : { maxProcesses }) });
  const ports = connectAll(memory.threads);
  const builtins = compileBuiltins();
  const code = new CodeServer({
    compile: compileModule,
    firstSite: builtins.siteCount,
    vm: specifiersOf(options.testing === true),
  });
  const inbox: MainInbox = joinAsMain(memory, ports[cores]!);
  const dirty = new DirtyPool(
    () => code.images,
    (url) => code.newest(url) !== undefined,
  );
  const threads: SchedulerThread[] = [];
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
  try {
    for (let thread = 0; thread < cores; thread++) {
      const channel = new MessageChannel();
      const start: WorkerStart = {
        memory,
        thread,
        ports: ports[thread]!,
        control: channel.port2,
        argv: options.argv ?? process.argv,
        quota,
        builtins,
        testing: options.testing === true,
        reporter: [inbox.reporter.slot, inbox.reporter.serial],
      };
      const worker = new Worker(new URL("./worker.js", import.meta.url), {
        workerData: start,
        transferList: [channel.port2, ...start.ports.values()],
        execArgv: [],
        resourceLimits: { stackSizeMb: STACK_MB },
        name: `agner scheduler ${thread}`,
      } as ConstructorParameters<typeof Worker>[1]);
      expose(mainControl, channel.port1 as unknown as Endpoint);
      channel.port1.unref();
      const control: Remote<ThreadControl> = wrap<ThreadControl>(channel.port1 as unknown as Endpoint);
      threads.push({ worker, control, port: channel.port1 });
    }
    vm = new VM({ memory, code, threads, inbox, dirty, onStopped: () => (running = undefined) });
    running = vm;
    await vm.ready(options.signal);
    return vm;
  } catch (e) {
    running = undefined;
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
    leaveAsMain();
    throw e;
  }
}

function check({ cores = availableParallelism(), maxProcesses, quota }: BootOptions): {
  cores: number;
  maxProcesses: number | undefined;
  quota: number | undefined;
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
  whole("quota", quota, 1, 1_000_000);
  return { cores, maxProcesses, quota };
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
