/**
 * Writes down what happens in a tree, in an order that is the same in every run; the counterpart of recorded/erlang/recorder.erl, whose rules it follows.
 *
 * Starts and terminations are calls, so what a process does after one comes after it here too. A process that dies without a word is seen by a monitor, whose
 * `Down` may be overtaken by reports of processes that went on because of that death; therefore each report first buries the dead.
 */
import { isAlive, monitor, receiveSince, type Down, type Pid, type Ref } from "@agner/vm";
import { caller, genServer, noreply, reply, replyTo, type Caller } from "../../index.ts";
import type { Outcome } from "./children.ts";
import type { Declaration, Happening, Unordered } from "./recorded-scenarios.ts";

/** Under which name the recorder is registered. */
export const RECORDER = "recorder";

/** A process that lives, or has announced its end and is not yet gone. */
interface Tracked {
  readonly pid: Pid;
  readonly monitor: Ref;
  readonly id: string;
  readonly type: Declaration["type"];
  readonly parent: Pid;
  said: { readonly reason: unknown } | undefined;
}

/** To which branch a happening belongs: an orphan, the rest, or none as long as there are no orphans. */
type Branch = Pid | "rest" | undefined;

interface State {
  /** In the order of their starts. */
  processes: Tracked[];
  /** Start attempts so far, by id. */
  readonly attempts: Map<string, number>;
  /** Parents of all, of the dead too. */
  readonly parents: Map<Pid, Pid>;
  /** Why processes died that are not yet buried, by their monitors. */
  readonly reasons: Map<Ref, unknown>;
  application: "up" | "down";
  /** The supervisor that is about to be killed. */
  killed: Pid | undefined;
  /** Those of its children that were alive when it died. */
  orphans: readonly Pid[];
  /** Who waits until the tree is empty. */
  waiting: Caller<string> | undefined;
  /** Those of this step. */
  happenings: { readonly branch: Branch; readonly happening: Happening }[];
  /** Happenings of the scenario. */
  count: number;
}

/** What lives now. */
export interface Snapshot {
  /** Happenings so far. */
  readonly count: number;
  readonly application: "up" | "down";
  readonly processes: readonly { readonly pid: Pid; readonly id: string; readonly ending: boolean }[];
}

export const Recorder = genServer({
  init: (): State => ({
    processes: [],
    attempts: new Map(),
    parents: new Map(),
    reasons: new Map(),
    application: "down",
    killed: undefined,
    orphans: [],
    waiting: undefined,
    happenings: [],
    count: 0,
  }),
  calls: {
    /** From `init`: tells how this start attempt is to end. */
    starting: (state, { id, type, starts = [] }: Declaration, parent: Pid) => {
      bury(state);
      const { pid } = caller();
      const attempt = state.attempts.get(id) ?? 0;
      state.attempts.set(id, attempt + 1);
      state.parents.set(pid, parent);
      const outcome: Outcome = starts[attempt] ?? "ok";
      if (outcome === "ok") {
        state.processes.push({ pid, monitor: monitor(pid), id, type, parent, said: undefined });
        note(state, pid, { process: id, event: type === "supervisor" ? "supervisor_start" : "start" });
      } else if (outcome === "ignore") note(state, pid, { process: id, event: "ignored" });
      else note(state, pid, { process: id, event: "start_failed", reason: outcome.fail });
      return reply(outcome, state);
    },
    /** From `terminate`. */
    stopping: (state, reason: unknown) => {
      bury(state);
      const { pid } = caller();
      const process = state.processes.find((each) => each.pid === pid && each.said === undefined);
      if (process === undefined) throw new Error("a process ends that is not known, or a second time");
      process.said = { reason };
      note(state, pid, { process: process.id, event: "stop", reason });
      return reply("ok", state);
    },
    /** From the callbacks of the application; for application_stop it returns once no process of the tree is left. */
    application: (state, event: string) => {
      bury(state);
      note(state, caller().pid, { process: "app", event });
      if (event !== "application_stop") {
        state.application = "up";
        return reply("ok", state);
      }
      state.waiting = caller();
      release(state);
      return noreply(state);
    },
    /** Announces that a supervisor will be killed: its children will end in no order. */
    expectKill: (state, pid: Pid) => {
      bury(state);
      state.killed = pid;
      return reply("ok", state);
    },
    snapshot: (state) => {
      bury(state);
      const { count, application } = state;
      const processes = state.processes.map(({ pid, id, said }) => ({ pid, id, ending: said !== undefined }));
      return reply<Snapshot, State>({ count, application, processes }, state);
    },
    /** What has happened since the last time. */
    take: (state) => {
      bury(state);
      const { happenings, orphans } = state;
      state.happenings = [];
      state.orphans = [];
      state.killed = undefined;
      return reply(grouped(happenings, orphans), state);
    },
  },
  casts: {
    /** When it is logged that the application has ended, or could not be started; who logs cannot wait. */
    applicationExit: (state, pid: Pid, reason: unknown) => {
      bury(state);
      state.application = "down";
      note(state, pid, { process: "app", event: "application_exit", reason });
      return noreply(state);
    },
  },
  info: (state, { ref, reason }: Down) => {
    if (state.processes.some((process) => process.monitor === ref)) state.reasons.set(ref, reason);
    bury(state);
    return noreply(state);
  },
});

/** Writes down who has died. Of several at once, a supervisor died after its children, unless it was killed; no other two of one branch may have. */
function bury(state: State): void {
  const dead = state.processes.filter(({ pid }) => !isAlive(pid));
  const lastOf = new Map<Branch, Tracked>();
  for (const process of dead.sort((a, b) => rank(state, b.pid) - rank(state, a.pid))) {
    const reason = reasonOfDeath(state, process);
    died(state, process, reason);
    if (process.said !== undefined) continue;
    const branch = branchOf(state, process.pid);
    const last = lastOf.get(branch);
    if (last !== undefined && last.parent !== process.pid)
      throw new Error(`nobody can tell which of ${last.id} and ${process.id} died first`);
    lastOf.set(branch, process);
  }
  release(state);
}

/** The killed supervisor is first, then the deepest. */
function rank({ killed, parents }: State, pid: Pid): number {
  if (pid === killed) return Infinity;
  let depth = 0;
  for (let above = parents.get(pid); above !== undefined; above = parents.get(above)) depth++;
  return depth;
}

function reasonOfDeath({ reasons }: State, { monitor: ref }: Tracked): unknown {
  if (!reasons.has(ref)) return receiveSince<Down>(ref).reason;
  const reason = reasons.get(ref);
  reasons.delete(ref);
  return reason;
}

function died(state: State, process: Tracked, reason: unknown): void {
  const { pid, id, type, said } = process;
  state.processes = state.processes.filter((each) => each !== process);
  if (said !== undefined) {
    if (JSON.stringify(said.reason) !== JSON.stringify(reason)) throw new Error(`${id} died for another reason than it said`);
    return;
  }
  note(state, pid, { process: id, event: type === "supervisor" ? "supervisor_stop" : "stop", reason });
  const left = state.processes.filter((each) => each.parent === pid && each.said === undefined);
  if (left.length === 0) return;
  if (pid !== state.killed || state.orphans.length > 0) throw new Error(`the supervisor ${id} has left children behind`);
  state.orphans = left.map((each) => each.pid);
}

function release(state: State): void {
  if (state.waiting === undefined || state.processes.length > 0) return;
  replyTo(state.waiting, "ok");
  state.waiting = undefined;
}

function note(state: State, pid: Pid, happening: Happening): void {
  state.happenings.push({ branch: branchOf(state, pid), happening });
  state.count++;
}

/** The orphan that the process is or descends from. */
function branchOf({ orphans, parents }: State, pid: Pid): Branch {
  if (orphans.length === 0) return undefined;
  for (let each: Pid | undefined = pid; each !== undefined; each = parents.get(each)) if (orphans.includes(each)) return each;
  return "rest";
}

function grouped(happenings: State["happenings"], orphans: readonly Pid[]): (Happening | Unordered)[] {
  const of = (branch: Branch): Happening[] =>
    happenings.filter((each) => each.branch === branch).map(({ happening }) => happening);
  if (orphans.length === 0) return of(undefined);
  const branches = [...orphans, "rest" as const].map(of).filter((branch) => branch.length > 0);
  return [...of(undefined), { unordered: true, branches }];
}
