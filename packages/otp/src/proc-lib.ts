/**
 * Processes that know their family: they have ancestors, say how they began and why they crash, and may tell their starter when they are ready. The counterpart of
 * OTP's proc_lib; all behaviours are made of such processes.
 */
import {
  AgnerError,
  BadTermError,
  dictionary,
  isPid,
  processInfo,
  receive,
  spawnOpt as spawnProcess,
  unlink,
  type Pid,
  type Ref,
  type ProcessFunction,
  type SpawnOptions,
} from "@agner/vm";
import { badArgument } from "./errors.ts";
import { ancestorsOfChild, ANCESTORS, INITIAL_CALL, ownAncestors } from "./gen/ancestors.ts";
import type { AnyDest } from "./gen/dest.ts";
import { acknowledge, claimName, failStart, startProcess, type Bond, type Starter, type StartOptions } from "./gen/start.ts";
import { startError } from "./gen/started.ts";
import { endProcess, Hibernation, runProcess } from "./gen/process.ts";
import { stopProcess } from "./gen/stop.ts";

/**
 * Starts a process of this library that runs `fn(...args)`: it has `$ancestors` and `$initial_call` in its dictionary, and a crash report says why it ended, unless for
 * `"normal"`, `"shutdown"` or `{ shutdown }`.
 *
 * @param fn a function of a compiled module. A closure gets copies of what it has captured.
 * @throws {BadTermError} for an argument that cannot be copied.
 * @example
 * const pid = procLib.spawn(worker, "a");
 */
export function spawn<A extends readonly unknown[]>(fn: ProcessFunction<A>, ...args: A): Pid {
  return spawnFamily("spawn", {}, fn, args) as Pid;
}

/** As {@link spawn}, linked with the caller. */
export function spawnLink<A extends readonly unknown[]>(fn: ProcessFunction<A>, ...args: A): Pid {
  return spawnFamily("spawnLink", { link: true }, fn, args) as Pid;
}

/** As {@link spawn}, with the options of `spawnOpt` of `@agner/vm`: with `monitor` the result is `[pid, ref]`. */
export function spawnOpt<A extends readonly unknown[]>(
  options: SpawnOptions & { readonly monitor: NonNullable<SpawnOptions["monitor"]> },
  fn: ProcessFunction<A>,
  ...args: A
): [pid: Pid, ref: Ref];
export function spawnOpt<A extends readonly unknown[]>(options: SpawnOptions, fn: ProcessFunction<A>, ...args: A): Pid;
export function spawnOpt<A extends readonly unknown[]>(
  options: SpawnOptions,
  fn: ProcessFunction<A>,
  ...args: A
): Pid | [pid: Pid, ref: Ref] {
  return spawnFamily("spawnOpt", options, fn, args);
}

function spawnFamily(
  what: string,
  options: SpawnOptions,
  fn: ProcessFunction<any>,
  args: readonly unknown[],
): Pid | [pid: Pid, ref: Ref] {
  checkFunction(what, fn);
  const member = { name: options.name, initialCall: nameOf(fn), ancestors: ancestorsOfChild() };
  try {
    return spawnProcess(options, (me: typeof member, ...own: unknown[]) => runProcess(me, () => fn(...own)), member, ...args);
  } catch (e) {
    throw explained(what, fn, e);
  }
}

/** How a process is started that says when it is ready. */
export interface ProcStartOptions extends StartOptions {
  /** Links it with the caller. */
  readonly link?: boolean;
}

/**
 * Starts a process that runs `fn(...args)`, and waits until it says `procLib.initAck(value)`; returns that value.
 *
 * @throws {StartError} if the process ends first; its exit reason is the error's `reason`.
 * @example
 * function worker() {
 *   const table = load();
 *   procLib.initAck(self());
 *   serve(table);
 * }
 * const pid = procLib.startLink(worker);
 */
export function start<A extends readonly unknown[]>(fn: ProcessFunction<A>, ...args: A): unknown {
  return begin("start", false, {}, fn, args).value;
}

/** As {@link start}, linked with the caller. A start that fails leaves no exit signal behind. */
export function startLink<A extends readonly unknown[]>(fn: ProcessFunction<A>, ...args: A): unknown {
  return begin("startLink", true, {}, fn, args).value;
}

/** As {@link start}, and monitors the process: `[value, ref]`; `ref` is undefined if it has ended by {@link initFail}. */
export function startMonitor<A extends readonly unknown[]>(
  fn: ProcessFunction<A>,
  ...args: A
): [value: unknown, ref: Ref | undefined] {
  const { value, monitor } = begin("startMonitor", "monitor", {}, fn, args);
  return [value, monitor];
}

/**
 * As {@link start}, with options: `link`, `timeout` (milliseconds; then the process is killed), `name`, `scheduler`, `priority`, `maxMailbox`.
 *
 * @throws {StartError} as {@link start}, with reason `"timeout"`, and `{ alreadyStarted: pid }` if the name is taken.
 */
export function startOpt<A extends readonly unknown[]>(options: ProcStartOptions, fn: ProcessFunction<A>, ...args: A): unknown {
  const { link = false, ...rest } = options;
  if ("monitor" in rest) throw badArgument("procLib.startOpt: there is no option monitor; use procLib.startMonitor");
  return begin("startOpt", link, rest, fn, args).value;
}

function begin(
  what: string,
  bond: Bond,
  options: StartOptions,
  fn: ProcessFunction<any>,
  args: readonly unknown[],
): { value: unknown; monitor: Ref | undefined } {
  checkFunction(what, fn);
  const initialCall = nameOf(fn);
  let result;
  try {
    result = startProcess(
      bond,
      options,
      initialCall,
      (starter, ...own: unknown[]) =>
        runProcess(starter, () => {
          const refused = claimName(starter.name);
          if (refused !== undefined) failStart(starter, refused.reason, "normal");
          dictionary.put(STARTER, starter);
          runStarted(fn, own);
        }),
      ...args,
    );
  } catch (e) {
    throw explained(what, fn, e);
  }
  if (result.kind === "ok") return { value: result.extra, monitor: result.monitor };
  throw startError(initialCall, result.kind === "error" ? result.reason : "ignore");
}

/** A process that fails before it was ready fails its start, and nobody else. */
function runStarted(fn: ProcessFunction<any>, args: readonly unknown[]): void {
  try {
    fn(...args);
  } finally {
    const starter = dictionary.get(STARTER) as Starter | undefined;
    if (starter?.linked === true) unlink(starter.pid);
  }
}

/** Key under which a process that was started keeps whom it has to tell. */
const STARTER = "$starter";

function starterOf(what: string): Starter {
  const starter = dictionary.get(STARTER) as Starter | undefined;
  if (starter === undefined)
    throw new AgnerError(
      "AGNER_NO_STARTER",
      `procLib.${what} was called in a process for which nobody waits: it must be started by procLib.start or startLink, and can say only once that it is ready`,
    );
  return starter;
}

/**
 * Says that the calling process is ready: `procLib.start` returns `value`.
 *
 * @throws {AgnerError} `AGNER_NO_STARTER` if nobody waits for that.
 * @throws {BadTermError} if the value cannot be sent.
 */
export function initAck(value?: unknown): void {
  acknowledge(starterOf("initAck"), { kind: "ok", extra: value });
  dictionary.erase(STARTER);
}

/** Ends the calling process with `reason`; only when it is gone, with its name free, `procLib.start` returns `value`. */
export function initFail(value: unknown, reason: unknown): never {
  const starter = starterOf("initFail");
  acknowledge(starter, { kind: "ok", extra: value, ends: true });
  if (starter.linked) unlink(starter.pid);
  dictionary.erase(STARTER);
  endProcess(reason);
}

/**
 * Asks a process of this library to end with `reason`, and waits until it has; a server's `terminate` is called with it.
 *
 * @param timeout in milliseconds.
 * @throws {CallError} `AGNER_NOPROC` if nobody is there, `AGNER_TIMEOUT`, `AGNER_CALLING_SELF`, or `AGNER_CALL` if it ended for another reason, which is the error's.
 */
export function stop(dest: AnyDest, reason: unknown = "normal", timeout: number = Infinity): void {
  stopProcess("procLib.stop", dest, reason, timeout);
}

/**
 * Gives up the stack of the calling process and waits for a message; then it goes on with `fn(...args)`, which finds the message in the mailbox, and ends when that
 * returns. `finally` blocks on the stack are run; a `catch` must let the value pass.
 *
 * @throws {AgnerError} `AGNER_NOT_FAMILY` in a process that was not started by this library.
 */
export function hibernate<A extends readonly unknown[]>(fn: ProcessFunction<A>, ...args: A): never {
  checkFunction("hibernate", fn);
  if (ownAncestors() === undefined)
    throw new AgnerError("AGNER_NOT_FAMILY", "procLib.hibernate was called in a process that procLib has not started");
  throw new Hibernation(() => {
    awaitMessage();
    fn(...args);
  });
}

/** How a process began, as its starter described it; undefined for one that is not of this library, or has ended. */
export function initialCall(pid: Pid): string | undefined {
  const entry = entryOf(pid, INITIAL_CALL);
  return typeof entry === "string" ? entry : undefined;
}

/** As {@link initialCall}, and for any other process the function that it first ran. */
export function translateInitialCall(pid: Pid): string | undefined {
  return initialCall(pid) ?? processInfo(pid)?.initialCall;
}

/** The ancestors of a process of this library, nearest first: registered names where they have one, else pids. */
export function ancestors(pid: Pid): readonly (Pid | string)[] | undefined {
  return entryOf(pid, ANCESTORS) as readonly (Pid | string)[] | undefined;
}

function entryOf(pid: Pid, key: string): unknown {
  if (!isPid(pid)) throw badArgument("procLib: the argument must be a pid");
  return processInfo(pid)?.dictionary.find(([other]) => other === key)?.[1];
}

function awaitMessage(): void {
  try {
    receive(leave);
  } catch (e) {
    if (e !== LEFT) throw e;
  }
}

const LEFT: unique symbol = Symbol("left in the mailbox");

/** A predicate that throws leaves the mailbox as it is. */
function leave(): boolean {
  throw LEFT;
}

function checkFunction(what: string, fn: unknown): void {
  if (typeof fn !== "function") throw badArgument(`procLib.${what}: what the process runs must be a function`);
}

function nameOf(fn: Function): string {
  return fn.name === "" ? "a function without a name" : fn.name;
}

/** A closure cannot leave its core. */
function explained(what: string, fn: Function, e: unknown): unknown {
  if (!BadTermError.is(e) || e.path.startsWith("[")) return e;
  return new BadTermError(
    `procLib.${what}: ${nameOf(fn)} cannot be copied to another core with what it has captured: ${e.message}; give it what it needs as arguments`,
    e.path,
    { cause: e },
  );
}
