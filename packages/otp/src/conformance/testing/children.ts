/** Supervisors and children for tests: a supervisor is what its argument says, and a child does what its plan says. */
import { exit, isPid, processFlag, receive, self, send, spawnOpt, unlink, type Pid } from "@agner/vm";
import { genServer, reply, StartError, supervisor } from "../../index.ts";
import type { ChildOptions, ChildSpec, SupervisorInit } from "../../index.ts";
import { at, type Place } from "./place.ts";

/** A supervisor of any static kind. */
export const Any = supervisor({ init: (init: SupervisorInit) => init });

/** A simple_one_for_one supervisor. */
export const Simple = supervisor({
  init: (init: Omit<SupervisorInit, "strategy">) => ({ ...init, strategy: "simple_one_for_one" as const }),
});

/** How an attempt to start a child ends. */
export type Outcome = "ok" | "ignore" | { readonly fail: unknown };

/** Decides how attempts to start children end: those of a child in the order that its script says, and then as the last says. */
export const Script = genServer({
  init: (outcomes: Readonly<Record<string, readonly Outcome[]>>) => outcomes,
  calls: {
    next: (scripts, id: string) => {
      const [first = "ok" as const, ...rest] = scripts[id] ?? [];
      return reply(first, rest.length === 0 ? scripts : { ...scripts, [id]: rest });
    },
    set: (scripts, id: string, outcomes: readonly Outcome[]) => reply("ok", { ...scripts, [id]: outcomes }),
  },
});

interface AnyScript {
  next(id: string): Outcome;
}

/** What a child does. */
export interface Plan {
  readonly id: string;
  /** Where it runs. */
  readonly scheduler: number;
  /** Gets `{ started: id, pid }` and, from a child that traps exits, `{ stopped: id, reason }`. */
  readonly watcher: Pid;
  /** It traps exits: `"obey"` ends with the reason of the signal, `"hang"` only if it is killed, anything else with this reason. */
  readonly onShutdown?: unknown;
  readonly script?: AnyScript;
}

/** Starts a child as planned. */
export function startWorker(plan: Plan, ...extra: unknown[]): Pid | readonly [Pid, unknown] | undefined {
  const { id, watcher, scheduler, script } = plan;
  const outcome = script?.next(id) ?? "ok";
  if (outcome === "ignore") return undefined;
  if (outcome !== "ok") throw new StartError(`${id} was told to fail`, { reason: outcome.fail });
  const pid = spawnOpt({ link: true, scheduler }, work, plan, self());
  receive((m) => m?.ready === pid);
  send(watcher, { started: id, pid, extra });
  return extra.length === 0 ? pid : [pid, extra];
}

/** The life of a child. */
export function work(plan: Plan, parent: Pid): void {
  const { onShutdown, watcher, id } = plan;
  if (onShutdown !== undefined) processFlag("trapExit", true);
  send(parent, { ready: self() });
  for (;;) {
    const message = receive<any>();
    if (message?.type === "EXIT") {
      send(watcher, { stopped: id, reason: message.reason });
      if (onShutdown !== "hang") exit(onShutdown === "obey" ? message.reason : onShutdown);
    } else if ("exit" in message) {
      exit(message.exit);
    } else if (message.unlink === true) {
      unlink(parent);
      send(message.to, "unlinked");
    }
  }
}

/** Tells a child to end by itself. */
export function end(pid: unknown, reason: unknown): void {
  if (!isPid(pid)) throw new Error("the child does not run");
  send(pid, { exit: reason });
}

export type ScriptClient = ReturnType<typeof Script.startLink>;

type SpecOptions = ChildOptions & Omit<Partial<Plan>, "id">;

/** Makes the specifications of children that run at a place and tell the caller what they do. */
export function childrenAt(place: Place): (id: string, options?: SpecOptions) => ChildSpec {
  const watcher = self();
  return (id, { onShutdown, script, ...options } = {}) => ({
    id,
    start: [startWorker, { id, watcher, ...at(place), onShutdown, ...(script === undefined ? {} : { script }) }],
    ...options,
  });
}

/** What the next child that is started is: its id and its pid. */
export function nextStarted(id?: string): Pid {
  return receive<any>((m) => m?.started !== undefined && (id === undefined || m.started === id)).pid;
}

/** The pid of a child, which must run. */
export function pidOf(sup: { whichChildren(): { readonly id: unknown; readonly pid: unknown }[] }, id: string): Pid {
  const pid = sup.whichChildren().find((child) => child.id === id)?.pid;
  if (!isPid(pid)) throw new Error(`${id} does not run: ${String(pid)}`);
  return pid;
}

/** The ids of what is in the mailbox, such as `+a` for a start and `-a` for an end. */
export function journal(messages: readonly any[]): string[] {
  return messages.flatMap((m) =>
    m?.started !== undefined ? [`+${m.started}`] : m?.stopped !== undefined ? [`-${m.stopped}`] : [],
  );
}
