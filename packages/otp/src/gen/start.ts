/**
 * Starting a process of this library: the starter waits until the new process has said what became of its initialisation.
 *
 * As in OTP 26 and later, a start that fails returns only after the process is gone, with its name free and no exit signal left behind.
 */
import {
  AgnerError,
  alias,
  BadTermError,
  checkCanWait,
  demonitor,
  exit,
  receiveSince,
  self,
  send,
  spawnOpt,
  TIMEOUT,
  unalias,
  unlink,
  whereis,
  type Down,
  type MaxMailbox,
  type Pid,
  type Priority,
  type Ref,
  type SpawnOptions,
} from "@agner/vm";
import { badArgument } from "../errors.ts";
import { ancestorsOfChild } from "./ancestors.ts";
import { checkTimeout } from "./call.ts";
import type { Acknowledge, AckResult, StartResult } from "./message.ts";
import { isVia, resolveDest, type ServerName } from "./names.ts";
import { endProcess } from "./process.ts";
import { reasonTerm } from "./reason.ts";

/** How a process is started. */
export interface StartOptions {
  /** Registered before the initialisation runs, and free again when a start that failed returns. */
  readonly name?: ServerName;
  /** How long the initialisation may take, in milliseconds; then the process is killed. Default `Infinity`. */
  readonly timeout?: number;
  /** Index of the core to which the process is bound. Default: any. */
  readonly scheduler?: number;
  readonly priority?: Priority;
  readonly maxMailbox?: MaxMailbox;
}

/** How the starter is bound to what it starts: `true` by a link, `"monitor"` by a monitor that is the result's, `false` not at all. */
export type Bond = boolean | "monitor";

/** What the new process knows of its start. A term. */
export interface Starter {
  /** Who waits for the start. */
  readonly pid: Pid;
  /** Where the acknowledgement goes. */
  readonly ref: Ref;
  /** Whether the two are linked: then the starter is the parent. */
  readonly linked: boolean;
  readonly name: ServerName | undefined;
  readonly initialCall: string;
  readonly ancestors: readonly (Pid | string)[];
}

/**
 * Spawns `entry` and waits for its acknowledgement. `entry` is the very closure that the new process runs: what it captures is copied.
 *
 * @param initialCall how reports describe what the process runs, such as `Counter.init`.
 * @param args what `entry` gets beside the starter.
 */
export function startProcess<A extends readonly unknown[]>(
  bond: Bond,
  options: StartOptions,
  initialCall: string,
  entry: (starter: Starter, ...args: A) => void,
  ...args: A
): StartResult {
  const { name, timeout = Infinity } = options;
  checkTimeout("start", timeout);
  checkCanWait(`start of ${initialCall}`);
  const link = bond === true;
  const spawning = spawnOptions(link, options);
  const ref = alias("reply"); // however full the starter's mailbox is
  const starter: Starter = { pid: self(), ref, linked: link, name, initialCall, ancestors: ancestorsOfChild() };
  let spawned: [pid: Pid, monitor: Ref] | undefined;
  while (spawned === undefined) {
    try {
      spawned = spawnOpt(spawning, entry, starter, ...args);
    } catch (e) {
      const holder = isNameTaken(e) ? whereis(name as string) : undefined;
      if (isNameTaken(e) && holder === undefined) continue; // it has ended since
      unalias(ref);
      if (holder !== undefined) return alreadyStarted(holder);
      throw explained(e, initialCall);
    }
  }
  const [pid, monitor] = spawned;
  const first = receiveSince<Acknowledge | Down>(ref, (m: any) => m?.ref === ref || m?.ref === monitor, timeout);
  unalias(ref);
  if (first === TIMEOUT) return abandon(pid, ref, monitor, link);
  if (first.type === "DOWN") {
    if (link) forgetLink(pid, ref);
    return { kind: "error", reason: first.reason };
  }
  const { result } = first;
  if (result.kind !== "ok") {
    receiveSince(ref, (m: any) => m?.ref === monitor);
    return result;
  }
  if (result.ends === true) {
    receiveSince(ref, (m: any) => m?.ref === monitor);
    if (link) forgetLink(pid, ref);
  } else if (bond !== "monitor") demonitor(monitor, { flush: true });
  return {
    kind: "ok",
    pid,
    ...("extra" in result ? { extra: result.extra } : {}),
    ...(bond === "monitor" && result.ends !== true ? { monitor } : {}),
  };
}

function spawnOptions(link: boolean, options: StartOptions): SpawnOptions & { readonly monitor: true } {
  const { name, scheduler, priority, maxMailbox } = options;
  if (name !== undefined && typeof name !== "string" && !isVia(name))
    throw badArgument("start: the name must be a string or a name in a registry");
  const opts: { -readonly [K in keyof SpawnOptions]: SpawnOptions[K] } = { link, monitor: true };
  if (typeof name === "string") opts.name = name;
  if (scheduler !== undefined) opts.scheduler = scheduler;
  if (priority !== undefined) opts.priority = priority;
  if (maxMailbox !== undefined) opts.maxMailbox = maxMailbox;
  return opts as SpawnOptions & { readonly monitor: true };
}

function isNameTaken(e: unknown): boolean {
  return AgnerError.is(e) && e.code === "AGNER_NAME_TAKEN";
}

function explained(e: unknown, initialCall: string): unknown {
  if (!BadTermError.is(e)) return e;
  return new BadTermError(
    `${initialCall}: what the process needs cannot be copied to it: ${e.message}; a server that runs on another core must be an exported constant of its module, and its argument a term`,
    e.path,
    { cause: e },
  );
}

/** The failure of a start whose name another process has. */
export function alreadyStarted(pid: Pid): StartResult & { readonly kind: "error" } {
  return { kind: "error", reason: { alreadyStarted: pid } };
}

/** Kills a process that took too long. An acknowledgement that came too late goes, too. */
function abandon(pid: Pid, ref: Ref, monitor: Ref, link: boolean): StartResult {
  if (link) unlink(pid);
  exit(pid, "kill");
  receiveSince(ref, (m: any) => m?.ref === monitor);
  receiveSince(ref, (m: any) => m?.ref === ref, 0);
  if (link) forgetLink(pid, ref);
  return { kind: "error", reason: "timeout" };
}

/** Takes the exit signal of a linked process away that a starter which traps exits may have received since `ref` was made. */
function forgetLink(pid: Pid, ref: Ref): void {
  unlink(pid);
  receiveSince(ref, (m: any) => m?.type === "EXIT" && m.from === pid, 0);
}

/** Tells the starter what became of the start. */
export function acknowledge({ ref }: Starter, result: AckResult): void {
  send(ref, { type: "$ack", ref, result });
}

/** Registers the calling process under a name in a registry: undefined if it worked, or the failure of the start. */
export function claimName(name: ServerName | undefined): (AckResult & { readonly kind: "error" }) | undefined {
  if (name === undefined || typeof name === "string" || name.via.registerName(name.key)) return undefined;
  const holder = resolveDest(name);
  return holder === undefined ? { kind: "error", reason: "noproc" } : { kind: "error", reason: { alreadyStarted: holder } };
}

/** The start fails with `reason`, and the process ends with `exitReason`. */
export function failStart(starter: Starter, reason: unknown, exitReason: unknown): never {
  if (starter.linked) unlink(starter.pid);
  acknowledge(starter, { kind: "error", reason: reasonTerm(reason) });
  endProcess(exitReason);
}

/** Nothing is started, and that is no error. */
export function ignoreStart(starter: Starter): never {
  if (starter.linked) unlink(starter.pid);
  acknowledge(starter, { kind: "ignore" });
  endProcess("normal");
}
