/**
 * The scheduler threads of a VM: which thread is scheduler n now, what all of them have loaded, and a new thread in the place of one that is lost.
 */
import type { MessagePort } from "node:worker_threads";
import { AgnerError, type EncodedTerm } from "@agner/scheduler";
import { packImages, type PackedImage } from "../code/parts.ts";
import type { ModuleImage } from "../code/image.ts";
import { beginRecovery, recover, type Loss } from "./recovery.ts";
import { GONE, startThread, type SchedulerThread, type ThreadSettings } from "./thread.ts";

/** How many losses of schedulers are too many. */
export interface LossIntensity {
  /** So many are dealt with. */
  readonly losses: number;
  /** Within so many milliseconds; one more, and the VM ends. */
  readonly withinMs: number;
}

export interface SchedulersOptions extends ThreadSettings {
  /** For each thread its ends of the ports to all others. */
  readonly ports: readonly ReadonlyMap<number, MessagePort>[];
  readonly intensity: LossIntensity;
}

/** What becomes of losses. */
export interface LossListener {
  /** Names of the functions that Node code has processes run, by `slot.serial`. */
  initialCall(slot: number, serial: number): string | undefined;
  /** The VM cannot go on. */
  fatal(error: Error): void;
}

interface Entry {
  readonly thread: SchedulerThread;
  /** Settles when it runs, with all that was loaded when it was started. */
  readonly ready: Promise<unknown>;
  /** How many loads that were. */
  readonly loads: number;
  /** Settles when another thread has its place. */
  readonly succeeded: Promise<void>;
  readonly succeed: () => void;
}

export class Schedulers {
  readonly count: number;
  readonly #options: SchedulersOptions;
  readonly #entries: Entry[] = [];
  /** How often each scheduler has been lost. */
  readonly #generations: number[];
  /** All modules that were loaded, in the order of their loads. */
  readonly #loads: (readonly PackedImage[])[] = [];
  /** Losses that nobody has dealt with yet. */
  readonly #losses: Loss[] = [];
  /** The losses of late. */
  #history: Loss[] = [];
  #listener: LossListener | undefined;
  #isRecovering = false;
  #isOver = false;

  /** Starts all threads. */
  constructor(options: SchedulersOptions) {
    this.#options = options;
    this.count = options.memory.schedulers;
    this.#generations = new Array<number>(options.memory.threads).fill(0);
    for (let index = 0; index < this.count; index++) this.#launch(index, options.ports[index]!);
  }

  /** From now on, `listener` is told. */
  listen(listener: LossListener): void {
    this.#listener = listener;
  }

  /** Settles when every scheduler runs. */
  async ready(): Promise<void> {
    await Promise.all(this.#entries.map((entry) => entry.ready));
  }

  /** The thread that is a scheduler now; it may have ended. */
  thread(index: number): SchedulerThread {
    return this.#entries[index]!.thread;
  }

  /** Evaluates modules on every scheduler, also on those that come later. Returns the errors, encoded. */
  async install(images: readonly ModuleImage[]): Promise<EncodedTerm[]> {
    const packed = packImages(images);
    const load = this.#loads.push(packed) - 1;
    const all = Array.from({ length: this.count }, (_, index) =>
      this.#askEntry(index, async ({ loads, thread }) => (load < loads ? undefined : await thread.control.install(packed))),
    );
    return (await Promise.all(all)).filter((error) => error !== undefined);
  }

  /** Asks the thread that is a scheduler now; should it be lost before it has answered, the next one. */
  ask<T>(index: number, question: (control: SchedulerThread["control"]) => PromiseLike<T>): Promise<T> {
    return this.#askEntry(index, ({ thread }) => question(thread.control));
  }

  async #askEntry<T>(index: number, question: (entry: Entry) => PromiseLike<T>): Promise<T> {
    for (;;) {
      const entry = this.#entries[index]!;
      const answer = await Promise.race([entry.ready.then(() => question(entry)), entry.thread.gone]);
      if (answer !== GONE) return answer as T;
      await entry.succeeded;
    }
  }

  /**
   * Ends the thread of a scheduler, with all processes that live there, and puts a new one in its place. Settles when that runs. `why` is for people: it stands
   * in the report.
   */
  async replace(index: number, why: string): Promise<void> {
    const entry = this.#entries[index]!;
    entry.thread.why ??= why;
    void entry.thread.worker.terminate();
    await entry.succeeded;
    await this.#entries[index]!.ready;
  }

  /** Ends all threads. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#entries.map(({ thread }) => thread.worker.terminate()));
    for (const { thread } of this.#entries) thread.port.close();
  }

  #launch(index: number, ports: ReadonlyMap<number, MessagePort>): Entry {
    const thread = startThread(index, this.#options, ports, [...this.#generations]);
    thread.worker.on("exit", (code) => this.#lost(thread, code));
    const loads = [...this.#loads];
    const start = async (): Promise<void> => {
      for (const packed of loads) await thread.control.install(packed); // errors were told when it was loaded first
      thread.activity = await thread.control.activity();
      await thread.control.start();
    };
    const { promise: succeeded, resolve: succeed } = withResolvers();
    const entry = { thread, ready: Promise.race([start(), thread.gone]), loads: loads.length, succeeded, succeed };
    const before = this.#entries[index];
    this.#entries[index] = entry;
    before?.succeed();
    return entry;
  }

  #lost(thread: SchedulerThread, exitCode: number): void {
    if (this.#isOver) return;
    const { memory, heapMb, intensity } = this.#options;
    const loss = beginRecovery(memory, thread, exitCode, heapMb);
    this.#losses.push(loss);
    this.#history.push(loss);
    if (this.#entries.every((entry) => entry.thread.isGone)) return this.#giveUp(allLost(this.count, loss));
    this.#history = this.#history.filter(({ at }) => at >= loss.at - intensity.withinMs);
    if (this.#history.length > intensity.losses) return this.#giveUp(tooMany(this.#history, intensity));
    void this.#recoverAll();
  }

  /** One after the other: a thread that is lost while another's loss is dealt with has its turn afterwards. */
  async #recoverAll(): Promise<void> {
    if (this.#isRecovering) return;
    this.#isRecovering = true;
    try {
      for (let loss = this.#losses.shift(); loss !== undefined && !this.#isOver; loss = this.#losses.shift()) {
        const { index } = loss.thread;
        const ports = await recover(loss, {
          memory: this.#options.memory,
          generation: ++this.#generations[index]!,
          threads: this.#entries.map(({ thread }) => thread),
          initialCall: (slot, serial) => this.#listener?.initialCall(slot, serial),
          replace: (unwilling, why) => void this.replace(unwilling, why),
          isOver: () => this.#isOver,
        });
        if (ports === undefined || this.#isOver) return;
        await this.#launch(index, ports).ready;
      }
    } catch (e) {
      this.#giveUp(e as Error);
    } finally {
      this.#isRecovering = false;
    }
  }

  #giveUp(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener?.fatal(error);
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

/** The error of a VM of which no scheduler is left. One that ended by an error of the app says that error. */
function allLost(count: number, { error, kind, cause }: Loss): Error {
  if (count === 1 && kind === "error") return error!;
  const which = count === 1 ? "the VM's only scheduler was lost" : `all ${count} schedulers of the VM were lost at once`;
  return lostError(`${which}: ${cause}`, error);
}

/** The error of a VM whose schedulers are lost again and again, with their history. */
function tooMany(losses: readonly Loss[], { losses: most, withinMs }: LossIntensity): Error {
  const history = losses.map(({ at, thread, cause }) => `  ${new Date(at).toISOString()} scheduler ${thread.index}: ${cause}`);
  return lostError(
    `${losses.length} schedulers were lost within ${withinMs} ms, and the VM ends: more than ${most} are taken for a fault that comes back whenever work is restarted\n${history.join("\n")}`,
    losses.at(-1)!.error,
  );
}

/** Where the main thread learnt of it helps nobody: the stack that counts is that of the cause. */
function lostError(message: string, cause: Error | undefined): AgnerError {
  const error = new AgnerError("AGNER_SCHEDULER_LOST", message, cause === undefined ? {} : { cause });
  error.stack = `${error.name} [${error.code}]: ${message}`;
  return error;
}
