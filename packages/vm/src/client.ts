/**
 * The VM as ordinary Node code holds it.
 */
import { EventEmitter } from "node:events";
import {
  AgnerError,
  BadTermError,
  decodeTerm,
  demonitor,
  describeValue,
  internPid,
  isPid,
  lookupName,
  makeInbox,
  monitor,
  newRef,
  type Pid,
  readStatistics,
  PROMISED,
  send,
  sendAs,
  sendExit,
  spawnExport,
  subscribe,
  threadOf,
  watch,
  type Dest,
  type Down,
  type LargeHeap,
  type LongMailbox,
  type LongSchedule,
  type MailboxDropped,
  type Process,
  type Ref,
  type SchedulerLost,
  type SharedMemory,
  type SystemMessage,
  type SystemMonitorSettings,
} from "@agner/scheduler";
import { checkSettings } from "./api/system-monitor.ts";
import { toStats, type SchedulerStats } from "./api/system.ts";
import type { CodeWarning } from "./code/image.ts";
import { resolveEntry } from "./code/resolve.ts";
import type { CodeServer } from "./code/server.ts";
import type { DirtyPool } from "./dirty/pool.ts";
import type * as ClientCall from "./client-call.ts";
import { calledClient, clientTarget, type Called, type ClientTarget } from "./client-handle.ts";
import { ENTRY_POINT } from "./entry-point.ts";
import { exportsOf, functionRefOf, handleData, handlesOf, type Handles } from "./handles.ts";
import { Inbox, type InboxOptions } from "./inbox.ts";
import { Places } from "./code/places.ts";
import { Watchdog } from "./watchdog.ts";
import { drainNow, leaveAsMain, type MainInbox } from "./main-thread.ts";
import type { Schedulers } from "./schedulers/schedulers.ts";
import type { CrashReport } from "./report/crash.ts";
import { isShutdown, mainReport } from "./report/crash-report.ts";

interface Parts {
  readonly memory: SharedMemory;
  readonly code: CodeServer;
  readonly schedulers: Schedulers;
  readonly inbox: MainInbox;
  readonly dirty: DirtyPool;
  /** From how many milliseconds on a core that is busy with one thing is reported. */
  readonly longScheduleMs: number;
  /** From how many milliseconds on it is replaced. */
  readonly stuckLimitMs: number;
  readonly onStopped: () => void;
}

/** Events of a VM. */
export interface VMEvents {
  /** A process has ended by an uncaught error. */
  crash: [report: CrashReport];
  /** The compiler warns of something in a module that was loaded. */
  warning: [warning: CodeWarning];
  /** A process called `halt`. */
  halt: [code: number];
  /** The machine tells something of itself; every such event, and below each kind. See {@link VM.systemMonitor}. */
  system: [event: SystemMessage];
  longSchedule: [event: SystemMessage & LongSchedule];
  longMailbox: [event: SystemMessage & LongMailbox];
  largeHeap: [event: SystemMessage & LargeHeap];
  schedulerLost: [event: SystemMessage & SchedulerLost];
  mailboxDropped: [event: SystemMessage & MailboxDropped];
  /** The VM cannot go on: all scheduler threads were lost at once, or too many of them one after the other. */
  fatal: [error: Error];
}

/** Options of methods that wait. */
export interface WaitOptions {
  readonly signal?: AbortSignal;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What `main` came to. */
export interface MainResult {
  /** 0, what `main` returned if that is a whole number, the code given to `halt`, or 1 after a crash. */
  readonly exitCode: number;
}

/** An export of a loaded module. */
interface ExportName {
  readonly url: string;
  readonly name: string;
}

/** Options of {@link VM.call}. */
export interface CallOptions extends WaitOptions {
  /** How long the client's calls may take, in milliseconds, by its method `with({ timeout })`; default the client's own. */
  readonly timeout?: number;
}

/** What Node code is told of, before it says what it wants, besides cores that are busy with one thing for long. */
const MONITORED: SystemMonitorSettings = { longMailbox: 10_000, largeHeap: true, schedulerLost: true, mailboxDropped: true };

/** The app module that calls clients' methods. */
const CLIENT_CALL = new URL("./client-call.js", import.meta.url);

type Fn<A extends readonly unknown[], R> = (...args: A) => R;

/**
 * A running VM. Made by `boot`; stopped by {@link VM.stop}, or at the end of its block with `await using`.
 */
export class VM {
  /** How many scheduler threads run processes. */
  readonly cores: number;
  readonly #parts: Parts;
  readonly #events = new EventEmitter<VMEvents>();
  readonly #client: Process;
  readonly #results = new Map<Ref, Pending>();
  /** What the processes run that Node code waits for. */
  readonly #started = new Map<Pid, string>();
  readonly #downs = new Map<Ref, (down: Down) => void>();
  readonly #trapped = new Map<string, { pids: Set<Pid>; handler: () => void }>();
  readonly #ended = new AbortController();
  #watchdog: Watchdog | undefined;
  #clientCall: Promise<Handles<typeof ClientCall>> | undefined;
  #nextThread = 0;
  #stopping: Promise<void> | undefined;
  #halt: number | undefined;

  /** Use `boot`. */
  constructor(parts: Parts) {
    this.#parts = parts;
    this.cores = parts.schedulers.count;
    this.#client = makeInbox((message) => this.#receive(message));
    parts.inbox.onCrash = (report) => this.#events.emit("crash", report);
    parts.inbox.onSystemEvent = (event) => {
      this.#events.emit("system", event);
      this.#events.emit(event.event, event as never);
    };
    subscribe(parts.inbox.monitor, { longSchedule: parts.longScheduleMs, ...MONITORED });
    parts.schedulers.listen({
      initialCall: (slot, serial) => this.#started.get(internPid(slot, serial)),
      fatal: (error) => this.#failed(error),
    });
  }

  /** Settles when every scheduler thread answers. */
  async ready(signal?: AbortSignal): Promise<void> {
    await this.#until(this.#parts.schedulers.ready(), signal);
    const { memory, code, schedulers, stuckLimitMs } = this.#parts;
    this.#watchdog = new Watchdog({
      memory,
      places: new Places(() => code.images),
      thread: (index) => schedulers.thread(index),
      stuckLimitMs,
      replace: (index, why) => void schedulers.replace(index, why),
    });
  }

  /** Calls `listener` for each event; returns the VM. */
  on<E extends keyof VMEvents>(event: E, listener: (...args: VMEvents[E]) => void): this {
    this.#events.on(event, listener as never);
    return this;
  }

  /** Takes a listener away again. */
  off<E extends keyof VMEvents>(event: E, listener: (...args: VMEvents[E]) => void): this {
    this.#events.off(event, listener as never);
    return this;
  }

  /**
   * Compiles the module at `url` and everything that it imports, and evaluates them on every core.
   *
   * @returns typed handles of its exports, for {@link VM.run} and {@link VM.spawn}.
   * @throws {AgnerError} `AGNER_MODULE_NOT_FOUND`, `AGNER_COMPILE` and the like, with file, line and column.
   */
  async load<M>(url: string | URL, options: WaitOptions = {}): Promise<Handles<M>> {
    this.#check();
    const { code, schedulers } = this.#parts;
    const plan = await this.#until(code.plan(url), options.signal);
    for (const warning of plan.warnings) this.#events.emit("warning", warning);
    if (plan.images.length > 0) {
      const [error] = await this.#until(schedulers.install(plan.images), options.signal);
      if (error !== undefined) throw decodeTerm(error);
    }
    return handlesOf<M>(plan.url, exportsOf(code, plan.url), (name) => functionRefOf(code, plan.url, name));
  }

  /**
   * Runs an exported function in a process of its own and returns its result.
   *
   * @throws what the function threw, or {@link AgnerError} `AGNER_EXIT` with the `reason` if the process ended otherwise.
   * @example
   * const r = await vm.run(app.fib, 30);
   * const s = await vm.run({ signal: AbortSignal.timeout(1_000) }, app.fib, 45); // killed when the signal fires
   */
  run<A extends readonly unknown[], R>(fn: Fn<A, R>, ...args: A): Promise<R>;
  run<A extends readonly unknown[], R>(options: WaitOptions, fn: Fn<A, R>, ...args: A): Promise<R>;
  async run(...all: unknown[]): Promise<unknown> {
    const options = handleData(all[0]) !== undefined ? {} : (all.shift() as WaitOptions);
    const [fn, ...args] = all;
    return this.#start(this.#handle("run", fn), args, options.signal).result;
  }

  #start(
    handle: ExportName,
    args: readonly unknown[],
    signal: AbortSignal | undefined,
  ): { pid: Pid; thread: number; result: Promise<unknown> } {
    this.#check();
    signal?.throwIfAborted();
    const ref = newRef();
    const to = { pid: this.#client.pid, ref };
    const thread = this.#pickThread();
    const pid = spawnExport(thread, handle.url, handle.name, args, to, to);
    this.#started.set(pid, handle.name);
    const result = new Promise<unknown>((resolve, reject) => this.#results.set(ref, { resolve, reject }));
    watch(this.#client, ref, pid, undefined);
    return {
      pid,
      thread,
      result: this.#until(result, signal).finally(() => {
        this.#started.delete(pid);
        if (this.#results.delete(ref) && !this.#ended.signal.aborted) this.exit(pid, "kill");
      }),
    };
  }

  /**
   * The methods of a client, each of which runs in a process of its own and returns a promise of its result. A client comes from `app.Counter.ref("counter")`, or in a
   * message or result of a process.
   *
   * @throws {AgnerError} `AGNER_BAD_ARGUMENT` for what is no client. The promises reject with what the method threw, or the signal's reason.
   * @example
   * const sum = await vm.call(app.Counter.ref("counter")).add(5);
   * await vm.call(app.Counter.ref("counter"), { timeout: 30_000 }).get();
   */
  call<C extends object>(client: C, options: CallOptions = {}): Called<C> {
    this.#check();
    const target = clientTarget(client);
    if (target === undefined) {
      throw new AgnerError(
        "AGNER_BAD_ARGUMENT",
        `vm.call: the first argument must be a client, such as app.Counter.ref("counter"), not ${describeValue(client)}`,
      );
    }
    const { timeout } = options;
    if (timeout !== undefined && !(typeof timeout === "number" && timeout >= 0)) {
      throw new AgnerError(
        "AGNER_BAD_ARGUMENT",
        `vm.call: timeout must be a number of milliseconds of at least 0, not ${describeValue(timeout)}`,
      );
    }
    return calledClient((path, args) => this.#call(target, options, path, args)) as Called<C>;
  }

  async #call(
    target: ClientTarget,
    { signal, timeout }: CallOptions,
    path: readonly string[],
    args: readonly unknown[],
  ): Promise<unknown> {
    signal?.throwIfAborted();
    const { callClient } = await this.#until((this.#clientCall ??= this.load<typeof ClientCall>(CLIENT_CALL)), signal);
    const { result } = this.#start(this.#handle("call", callClient), [target, timeout, path, args], signal);
    const outcome = (await result) as ClientCall.CallOutcome;
    if ("error" in outcome) throw outcome.error;
    return outcome.value;
  }

  /** Runs what a module has under a name that need not be an export: a test body. For `@agner/vm/vitest`. */
  runTest(url: URL, name: string, options: WaitOptions): Promise<unknown> {
    return this.#start({ url: url.href, name }, [], options.signal).result;
  }

  /** Spawns an exported function on the least busy core, and returns its pid. */
  async spawn<A extends readonly unknown[]>(fn: Fn<A, unknown>, ...args: A): Promise<Pid> {
    this.#check();
    const handle = this.#handle("spawn", fn);
    return spawnExport(this.#pickThread(), handle.url, handle.name, args, undefined, undefined);
  }

  /** Sends a copy of `msg` to a process, a registered name or an alias. Errors as `send` in a process, {@link MailboxFullError} among them. */
  send(dest: Dest, msg: unknown): void {
    this.#check();
    send(dest, msg);
  }

  /** Sends an exit signal. */
  exit(pid: Pid, reason: unknown): void {
    this.#check();
    sendExit(this.#client.pid, pid, reason, false);
  }

  /** The process registered under a name. */
  whereis(name: string): Pid | undefined {
    this.#check();
    return lookupName(name);
  }

  /** Waits until a process ends and returns its `Down`; at once, with reason `"noproc"`, if it has ended or nobody has the name. */
  async monitor(dest: Pid | string, options: WaitOptions = {}): Promise<Down> {
    this.#check();
    if (!isPid(dest) && typeof dest !== "string")
      throw new AgnerError(
        "AGNER_BAD_ARGUMENT",
        `monitor: the argument must be a pid or a registered name, not ${describeValue(dest)}`,
      );
    let ref: Ref | undefined;
    const early: Down[] = [];
    const down = new Promise<Down>((resolve) => {
      this.#onDown = (message) => early.push(message);
      ref = typeof dest === "string" ? monitor(this.#client, lookupName(dest), dest) : monitor(this.#client, dest, undefined);
      this.#onDown = undefined;
      if (early[0] !== undefined) resolve(early[0]);
      else this.#downs.set(ref, resolve);
    });
    try {
      return await this.#until(down, options.signal);
    } finally {
      if (this.#downs.delete(ref!) && !this.#ended.signal.aborted) demonitor(this.#client, ref!, false);
    }
  }

  /** Takes a `Down` that comes while the monitor is being made. */
  #onDown: ((down: Down) => void) | undefined;

  /** An address of its own for Node code: a pid, and an async iterator of what is sent to it. */
  inbox(options?: InboxOptions): Inbox {
    this.#check();
    return new Inbox(this.#ended.signal, options);
  }

  /**
   * Says of what the events `"system"`, `"longSchedule"`, … of this VM tell, and from what on; as {@link systemMonitor} does for a process. Until it is called: a core
   * that is busy with one thing for 100 ms (`boot({ longScheduleMs })`), mailboxes of 10,000 messages, heaps close to their limit, messages that a bounded mailbox
   * drops, and the loss of a core.
   *
   * @returns the settings before.
   * @throws {AgnerError} `AGNER_BAD_ARGUMENT`.
   * @example
   * vm.systemMonitor({ longMailbox: 1_000 });
   * vm.on("longMailbox", ({ pid, length }) => console.warn(`${pid} has ${length} messages`));
   */
  systemMonitor(settings: SystemMonitorSettings | undefined): SystemMonitorSettings | undefined {
    this.#check();
    return subscribe(this.#parts.inbox.monitor, settings === undefined ? undefined : checkSettings("vm.systemMonitor", settings));
  }

  /**
   * Ends the thread of a scheduler, as the watchdog does with one that is stuck: the processes that live there end with reason `{ schedulerLost: scheduler }`, and a new
   * thread takes its place.
   *
   * @param scheduler index of the scheduler, from 0.
   * @param why for people; it stands in the report.
   * @returns a promise that settles when the new thread runs.
   * @throws {AgnerError} `AGNER_BAD_ARGUMENT` if there is no such scheduler.
   * @example
   * await vm.replaceScheduler(1, "it has not answered for ten seconds");
   */
  async replaceScheduler(scheduler: number, why: string): Promise<void> {
    this.#check();
    if (!(Number.isInteger(scheduler) && scheduler >= 0 && scheduler < this.cores)) {
      throw new AgnerError(
        "AGNER_BAD_ARGUMENT",
        `vm.replaceScheduler: the scheduler must be a whole number from 0 to ${this.cores - 1}, not ${describeValue(scheduler)}`,
      );
    }
    await this.#until(this.#parts.schedulers.replace(scheduler, why), undefined);
  }

  /** The figures of every core, as of its last turn. */
  statistics(): SchedulerStats[] {
    return Array.from({ length: this.cores }, (_, thread) => toStats(thread, readStatistics(this.#parts.memory, thread)));
  }

  /**
   * Loads the module at `url` and runs its application, its `main(...args)`, or both; settles when that has returned or crashed, or a process has called `halt`.
   *
   * @throws {AgnerError} `AGNER_NO_MAIN` if the module exports neither `main` nor an application.
   */
  async runMain(url: string | URL, args: readonly string[], options: WaitOptions = {}): Promise<MainResult> {
    const app = await this.load<object>(url, options);
    const entry = { url: resolveEntry(url), name: ENTRY_POINT };
    const refusal = await this.#until(
      this.#parts.schedulers.ask(0, (control) => control.checkEntryPoint(entry.url)),
      options.signal,
    );
    if (refusal !== undefined) throw decodeTerm(refusal);
    const halted = new Promise<number>((resolve) => this.#events.once("halt", resolve));
    const reported = new Set<unknown>();
    const onCrash = (report: CrashReport): void => void reported.add(report.pid);
    this.on("crash", onCrash);
    const { pid, thread, result } = this.#start(entry, args, options.signal);
    const returned = result.then(
      (value) => (typeof value === "number" && Number.isInteger(value) ? value & 0xff : 0),
      (error: unknown) => {
        if (this.#halt !== undefined) return this.#halt;
        options.signal?.throwIfAborted();
        if (this.#ended.signal.aborted) throw error;
        if (BadTermError.is(error) && !reported.has(pid)) return 0; // no crash: what main returned is no term
        if (isShutdown(error)) return 0;
        if (!reported.has(pid))
          this.#events.emit("crash", mainReport(pid, "main" in app ? "main" : "application", error, thread));
        return 1;
      },
    );
    try {
      return { exitCode: await Promise.race([returned, halted]) };
    } finally {
      this.off("crash", onCrash);
    }
  }

  /** Stops all threads. What processes have written to standard output and error has left before. Calling it again waits for the same end. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    this.#watchdog?.stop();
    drainNow();
    for (const [name, { handler }] of this.#trapped) process.off(name, handler);
    this.#ended.abort(new AgnerError("AGNER_STOPPED", "the VM was stopped"));
    await Promise.all([this.#parts.schedulers.stop(), this.#parts.dirty.stop()]);
    leaveAsMain();
    this.#parts.onStopped();
  }

  /** A process has called `halt`; its thread stands still. */
  halted(code: number): void {
    this.#watchdog?.stop();
    drainNow(); // crash reports that were sent before
    this.#halt ??= code;
    this.#events.emit("halt", code);
  }

  /** From now on the signal arrives at this process. */
  trapSignal(name: NodeJS.Signals, slot: number, serial: number): void {
    const pid = internPid(slot, serial);
    const trapped = this.#trapped.get(name);
    if (trapped !== undefined) {
      trapped.pids.add(pid);
      return;
    }
    const pids = new Set([pid]);
    const handler = (): void => {
      for (const to of pids) if (threadOf(to) < 0) pids.delete(to);
      for (const to of pids) sendAs(to, { type: "SIGNAL", name }, PROMISED);
      if (pids.size > 0) return;
      // Nobody is left who asked for it: it does what it does by default.
      this.#trapped.delete(name);
      process.off(name, handler);
      process.kill(process.pid, name);
    };
    this.#trapped.set(name, { pids, handler });
    process.on(name, handler);
  }

  #receive(message: unknown): void {
    const { type, ref } = message as { type?: string; ref: Ref };
    if (type === "DOWN") {
      const down = message as Down;
      const pending = this.#results.get(ref);
      if (pending !== undefined) {
        this.#results.delete(ref);
        this.#fail(pending, down);
        return;
      }
      if (this.#onDown !== undefined) return this.#onDown(down);
      this.#downs.get(ref)?.(down);
      this.#downs.delete(ref);
      return;
    }
    const pending = this.#results.get(ref);
    if (pending === undefined) return;
    this.#results.delete(ref);
    const answer = message as { value?: unknown; error?: unknown };
    if ("error" in answer) pending.reject(answer.error);
    else pending.resolve(answer.value);
  }

  #fail(pending: Pending, { reason, pid }: Down): void {
    if (reason === "normal") pending.resolve(undefined);
    else if (reason instanceof Error) pending.reject(reason);
    else if (isLoss(reason)) pending.reject(lostError(pid, reason));
    else
      pending.reject(
        new AgnerError(
          "AGNER_EXIT",
          `the process ${String(pid)} exited with reason ${typeof reason === "string" ? JSON.stringify(reason) : describeValue(reason)}`,
          { details: { reason } },
        ),
      );
  }

  #failed(error: Error): void {
    if (this.#stopping !== undefined) return;
    this.#events.emit("fatal", error);
    this.#ended.abort(error);
  }

  #handle(what: string, fn: unknown): ExportName {
    const data = handleData(fn);
    if (data?.path.length === 1) return { url: data.url, name: data.path[0]! };
    if (data !== undefined) {
      const name = data.path.join(".");
      throw new AgnerError(
        "AGNER_BAD_ARGUMENT",
        `vm.${what}: ${name} is only a part of what ${data.url} exports; export a function that calls it`,
      );
    }
    throw new AgnerError(
      "AGNER_BAD_ARGUMENT",
      `vm.${what}: the function must be a handle from vm.load(…), such as app.main, not ${describeValue(fn)}`,
    );
  }

  /** The core with the shortest run queue, and one that is stuck only where all are; in turn among equals. */
  #pickThread(): number {
    let best = this.#nextThread;
    let least = Infinity;
    for (let i = 0; i < this.cores; i++) {
      const thread = (this.#nextThread + i) % this.cores;
      const { runQueue } = readStatistics(this.#parts.memory, thread);
      const load = this.#watchdog?.isStuck(thread) === true ? Number.MAX_VALUE : runQueue;
      if (load < least) {
        best = thread;
        least = load;
      }
    }
    this.#nextThread = (best + 1) % this.cores;
    return best;
  }

  #check(): void {
    if (this.#ended.signal.aborted) throw this.#ended.signal.reason;
  }

  /** `promise`, or the reason of the caller's signal or of the VM's end, whichever comes first. */
  #until<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const ended = this.#ended.signal;
    const either = signal === undefined ? ended : AbortSignal.any([ended, signal]);
    if (either.aborted) return Promise.reject(either.reason as Error);
    return new Promise<T>((resolve, reject) => {
      // It holds the caller's signal, which `either` does not: a timeout that nobody holds is collected, and never fires.
      const onAbort = (): void => reject((signal?.aborted === true ? signal : ended).reason as Error);
      either.addEventListener("abort", onAbort, { once: true });
      promise.then(resolve, reject).finally(() => either.removeEventListener("abort", onAbort));
    });
  }
}

/** Whether a process ended because its scheduler was lost. */
function isLoss(reason: unknown): reason is { readonly schedulerLost: number } {
  return (
    typeof reason === "object" && reason !== null && typeof (reason as { schedulerLost?: unknown }).schedulerLost === "number"
  );
}

function lostError(pid: Pid | string, reason: { readonly schedulerLost: number }): AgnerError {
  return new AgnerError(
    "AGNER_SCHEDULER_LOST",
    `the process ${String(pid)} ended because scheduler ${reason.schedulerLost}, on which it lived, was lost; start it again: a new thread has taken that one's place`,
    { details: { reason } },
  );
}
