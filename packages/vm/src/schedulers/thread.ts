/**
 * One scheduler thread as the main thread holds it.
 */
import { url as debuggerUrl } from "node:inspector";
import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import { expose, wrap, type Remote } from "comlink";
import type { BuiltinModules } from "@agner/compiler/runtime";
import type { SharedMemory } from "@agner/scheduler";
import { entryOptions, entryUrl } from "../bundled.ts";
import { threadEnvironment } from "../code/cache-folder.ts";
import { ownPrefixes } from "../code/stack.ts";
import type { MainControl, ThreadControl } from "../control.ts";
import { endpointOf } from "../endpoint.ts";
import type { WorkerStart } from "../worker.ts";
import { v8LimitMb, youngLimitMb } from "./heap.ts";

export interface SchedulerThread {
  /** Which scheduler it is, from 0. */
  readonly index: number;
  readonly worker: Worker;
  readonly control: Remote<ThreadControl>;
  readonly port: MessagePort;
  /** The words in which it says what it is doing; undefined before it runs. */
  activity: Int32Array | undefined;
  /** Settles when it has ended. */
  readonly gone: Promise<typeof GONE>;
  isGone: boolean;
  /** The error that ended it. */
  error: Error | undefined;
  /** Why it is being replaced. */
  why: string | undefined;
}

/** What `SchedulerThread.gone` settles with. */
export const GONE: unique symbol = Symbol("gone");

/** What all scheduler threads of a VM have in common. */
export interface ThreadSettings {
  readonly memory: SharedMemory;
  readonly argv: readonly string[];
  readonly quota: number | undefined;
  readonly builtins: BuiltinModules;
  readonly testing: boolean;
  /** For tests: every process moves to another core before each of its slices. */
  readonly forceMoves: boolean;
  /** Slot and serial of the inbox to which crash reports go. */
  readonly reporter: readonly [slot: number, serial: number];
  /** What of the heap of one may be in use, in MB. */
  readonly heapMb: number;
  readonly mainControl: MainControl;
}

/** Native stack of a scheduler thread in MB: a slice of 4,000 reductions may be that many native frames deep. */
const STACK_MB = 32;

/** Found out once for all threads. */
let internal: readonly string[] | undefined;

/** Starts a thread. `given` are its ends of the ports to all others; `generations` says how often each scheduler has been lost. */
export function startThread(
  index: number,
  settings: ThreadSettings,
  given: ReadonlyMap<number, MessagePort>,
  generations: readonly number[],
): SchedulerThread {
  const { memory, argv, quota, builtins, testing, forceMoves, reporter, heapMb, mainControl } = settings;
  const ports = new Map([...given].map(([other, port]) => [other, usable(port)]));
  const channel = new MessageChannel();
  const control = channel.port2;
  const { env, hidden } = threadEnvironment();
  const start: WorkerStart = {
    memory,
    thread: index,
    ports,
    control,
    argv,
    quota,
    heapMb,
    builtins,
    testing,
    forceMoves,
    internal: (internal ??= ownPrefixes()),
    hidden,
    debugging: debuggerUrl() !== undefined,
    reporter,
    generations,
  };
  const worker = new Worker(entryUrl("worker"), {
    workerData: start,
    transferList: [control, ...ports.values()],
    env,
    execArgv: [...entryOptions(), ...profiling(process.execArgv)],
    resourceLimits: {
      stackSizeMb: STACK_MB,
      maxOldGenerationSizeMb: v8LimitMb(heapMb),
      maxYoungGenerationSizeMb: youngLimitMb(heapMb),
    },
    name: `agner scheduler ${index}`,
  } as ConstructorParameters<typeof Worker>[1]);
  const endpoint = endpointOf(channel.port1);
  expose(mainControl, endpoint);
  channel.port1.unref();
  const thread: SchedulerThread = {
    index,
    worker,
    control: wrap<ThreadControl>(endpoint),
    port: channel.port1,
    activity: undefined,
    gone: new Promise((resolve) => worker.once("exit", () => resolve(GONE))),
    isGone: false,
    error: undefined,
    why: undefined,
  };
  worker.on("error", (error) => (thread.error ??= error as Error));
  worker.on("exit", () => {
    thread.isGone = true;
    channel.port1.close();
  });
  return thread;
}

/** Options of the profilers reach the scheduler threads, where the app's code runs; no others, such as `--import`, which would load the app there as Node does. */
function profiling(options: readonly string[]): string[] {
  return options.filter((option, i) => {
    const from = option.startsWith("--") ? option : (options[i - 1] ?? "");
    return /^--(?:cpu|heap)-prof\b/.test(from);
  });
}

/** The other end of a port may be gone with its thread, whose loss is dealt with later; such a port could not be handed on. */
function usable(port: MessagePort): MessagePort {
  try {
    return structuredClone(port, { transfer: [port] });
  } catch {
    return new MessageChannel().port1;
  }
}
