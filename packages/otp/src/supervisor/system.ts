/** What `sys` sees of a supervisor and can change in it. */
import { ACTION } from "../gen/action.ts";
import type { SystemCallbacks } from "../gen/system.ts";
import { badArgument } from "../errors.ts";
import { checkFlags, isFault, type CheckedSpec, type Flags } from "./check-spec.ts";
import { childrenOf, isKept, type Child, type Children, type Supervisor, type SupervisorCode } from "./child.ts";
import { lastRestarts } from "./intensity.ts";
import { planOf, type Plan } from "./plan.ts";
import { explainReason } from "./explain.ts";
import type { SupervisorFlags } from "./types.ts";

/** A supervisor, as `sys.getState` shows it. */
export interface SupervisorState extends Flags {
  /** That of its start. */
  readonly argument: unknown;
  /** In start order. */
  readonly children: readonly ShownChild[];
  /** The restarts that count now, oldest first. */
  readonly restarts: readonly { readonly id: unknown; readonly time: number }[];
}

interface ShownChild {
  readonly id: unknown;
  readonly pid: unknown;
  readonly restart: string;
  readonly shutdown: unknown;
  readonly type: string;
  readonly significant: boolean;
}

function stateOf({ flags, argument, children, restarts }: Supervisor): SupervisorState {
  const all = children.template === undefined ? children.byKey.values() : children.byPid.values();
  return {
    ...flags,
    argument,
    children: [...all].map(shown),
    restarts: lastRestarts(restarts, Infinity).map(({ id, time }) => ({ id, time })),
  };
}

function shown({ spec, pid, retry }: Child): ShownChild {
  const { id, restart, shutdown, type, significant } = spec;
  return { id, pid: retry === undefined ? pid : "restarting", restart, shutdown, type, significant };
}

/** Puts flags in place; the strategy stays with or without many children of one kind. */
function setFlags(supervisor: Supervisor, given: SupervisorFlags): void {
  const flags = checkFlags(given);
  if (isFault(flags)) throw refusal({ supervisorData: flags.fault });
  checkKind(supervisor, flags);
  supervisor.flags = flags;
}

function checkKind({ flags, children }: Supervisor, next: Flags): void {
  const simple = next.strategy === "simple_one_for_one";
  if (simple !== (children.template !== undefined))
    throw badArgument(`a supervisor that is ${flags.strategy} cannot become ${next.strategy}: it has children of another kind`);
}

function refusal(reason: unknown): Error {
  return Object.assign(badArgument(explainReason(reason)), { reason });
}

/** Asks the definition again, or another one: new flags and specifications; what runs goes on, what is new is not started, what is gone stays at the end. */
function changeCode(supervisor: Supervisor, module: unknown): void {
  const code = isCode(module) ? module : supervisor.code;
  const plan = planOf(code, supervisor.argument);
  if ("refused" in plan) throw refusal(plan.refused);
  if (!(ACTION in plan)) setPlan(supervisor, plan);
  supervisor.code = code;
}

function setPlan(supervisor: Supervisor, plan: Plan): void {
  checkKind(supervisor, plan.flags);
  supervisor.flags = plan.flags;
  supervisor.children = merged(supervisor.children, plan.specs, plan.flags);
}

function isCode(module: unknown): module is SupervisorCode {
  return typeof module === "object" && module !== null && "spec" in module;
}

function merged(old: Children, specs: readonly CheckedSpec[], flags: Flags): Children {
  const { byPid, waiting, retries, nextCore } = old;
  const next: Children = { ...childrenOf(specs, flags), byPid, waiting, retries, nextCore };
  if (next.template !== undefined) {
    for (const child of old.byPid.values()) {
      if (child.spec !== old.template) continue;
      child.spec = next.template;
      child.start = [next.template.start[0], ...child.start.slice(1)];
    }
  } else {
    for (const [key, child] of old.byKey) {
      const renewed = next.byKey.get(key);
      if (renewed !== undefined) {
        child.spec = renewed.spec;
        child.start = renewed.start;
      }
      next.byKey.set(key, child);
    }
  }
  const all = next.template === undefined ? next.byKey.values() : next.byPid.values();
  for (const child of all) if (child.spec.significant && isKept(child)) next.significant++;
  return next;
}

export const SYSTEM: SystemCallbacks<Supervisor> = {
  behaviour: "supervisor",
  getState: stateOf,
  replaceState: (supervisor, replace) => {
    const { strategy, intensity, periodMs, autoShutdown } = replace(stateOf(supervisor)) as SupervisorFlags;
    setFlags(supervisor, { strategy, intensity, periodMs, autoShutdown } as SupervisorFlags);
    return stateOf(supervisor);
  },
  status: stateOf,
  codeChange: (supervisor, _oldVersion, _extra, module) => changeCode(supervisor, module),
};
