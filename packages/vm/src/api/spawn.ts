/**
 * Making processes.
 */
import {
  local,
  spawn as spawnPlain,
  spawnWith,
  type MonitorOptions,
  type Pid,
  type Ref,
  type SpawnOptions,
} from "@agner/scheduler";
import { requireScheduler } from "./context.ts";

/** What a process may run: an ordinary function, with terms as arguments. */
export type ProcessFunction<A extends readonly unknown[]> = (...args: A) => unknown;

/**
 * Starts a process that runs `fn(...args)`; an idle core may steal it before it starts. Arguments and captured variables are copied: what the child
 * assigns, the parent does not see. A captured value that is no term (a socket) is shared and pins the child to this core.
 *
 * @param fn any function of a compiled module: not `async`, not a generator.
 * @returns the new process's identifier, at once; the child runs later.
 * @throws {BadTermError} for an argument that cannot be copied, with its path.
 * @throws {AgnerError} `AGNER_BAD_ARGUMENT` if `fn` is no function of a compiled module.
 * @example
 * const pid = spawn(() => send(parent, 6 * 7));
 */
export function spawn<A extends readonly unknown[]>(fn: ProcessFunction<A>, ...args: A): Pid {
  if (local.current === null) requireScheduler("spawn");
  return spawnPlain(fn as never, args);
}

/** As {@link spawn}, and links the child with the caller in the same moment. */
export function spawnLink<A extends readonly unknown[]>(fn: ProcessFunction<A>, ...args: A): Pid {
  return withOptions("spawnLink", LINK, fn, args).pid;
}

/** As {@link spawn}, and monitors the child from its first moment: `[pid, ref]`; a `Down` with `ref` comes when it ends. */
export function spawnMonitor<A extends readonly unknown[]>(fn: ProcessFunction<A>, ...args: A): [pid: Pid, ref: Ref] {
  const { pid, ref } = withOptions("spawnMonitor", MONITOR, fn, args);
  return [pid, ref!];
}

/**
 * As {@link spawn} with options: `link`, `monitor`, `name` (registered before it runs), `priority`, `scheduler` (bound to that core, 0-based), `maxMailbox`.
 * `maxMailbox` is how many messages the mailbox takes, and what happens to more: a number, or `{ limit, policy }` with the policy `"error"` (the default: the
 * sender's `send` throws `MailboxFullError`), `"dropNewest"`, `"dropOldest"` or `"kill"`; docs/mailboxes.md has the rules. Default: any number.
 * With `monitor: true` the result is `[pid, ref]`, and so with `monitor: { alias }`, where `ref` is an alias too, as `monitor(pid, { alias })` makes it.
 *
 * @throws {AgnerError} `AGNER_NAME_TAKEN`, `AGNER_BAD_ARGUMENT` for an unknown option or a core that does not exist.
 * @throws {BadTermError} as {@link spawn}, and with `scheduler` for a closure that has captured what cannot leave this core.
 */
export function spawnOpt<A extends readonly unknown[]>(
  opts: SpawnOptions & { readonly monitor: true | MonitorOptions },
  fn: ProcessFunction<A>,
  ...args: A
): [pid: Pid, ref: Ref];
export function spawnOpt<A extends readonly unknown[]>(opts: SpawnOptions, fn: ProcessFunction<A>, ...args: A): Pid;
export function spawnOpt<A extends readonly unknown[]>(
  opts: SpawnOptions,
  fn: ProcessFunction<A>,
  ...args: A
): Pid | [pid: Pid, ref: Ref] {
  const { pid, ref } = withOptions("spawnOpt", opts, fn, args);
  return ref === undefined ? pid : [pid, ref];
}

const LINK: SpawnOptions = Object.freeze({ link: true });
const MONITOR: SpawnOptions = Object.freeze({ monitor: true });

function withOptions(
  what: string,
  options: SpawnOptions,
  fn: ProcessFunction<never>,
  args: readonly unknown[],
): { pid: Pid; ref: Ref | undefined } {
  if (local.current === null) requireScheduler(what);
  return spawnWith(what, options, fn as never, args);
}
