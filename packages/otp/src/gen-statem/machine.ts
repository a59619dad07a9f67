/** A running state machine, and the definition whose callbacks it has. */
import { undef } from "../errors.ts";
import type { Current } from "../gen/current.ts";
import type { SystemProcess } from "../gen/system.ts";
import type { AnyEvent, Enter } from "./event.ts";
import type { Timers } from "./timers.ts";
import type { StateAndData, StatemStatus } from "./types.ts";

/** The callbacks as the engine sees them. */
export interface AnySpec {
  readonly events?: { readonly calls?: object; readonly casts?: object };
  readonly stateEnter?: boolean;
  readonly init: (argument: unknown) => unknown;
  readonly states?: Readonly<Record<string, StateFunction>>;
  readonly handleEvent?: (event: AnyEvent | Enter<unknown>, state: unknown, data: unknown) => unknown;
  readonly terminate?: (reason: unknown, state: unknown, data: unknown) => void;
  readonly codeChange?: (oldVersion: unknown, state: unknown, data: unknown, extra: unknown) => StateAndData<unknown, unknown>;
  readonly formatStatus?: (status: StatemStatus) => StatemStatus;
}

type StateFunction = (event: AnyEvent | Enter<unknown>, data: unknown) => unknown;

/** A definition as its machines see it. */
export interface StatemCode {
  readonly spec: AnySpec;
  /** How reports call it. */
  readonly module: () => string;
}

/** Whether a value is a state machine's definition. */
export function isStatemCode(value: unknown): value is StatemCode {
  const spec = (value as { spec?: AnySpec } | undefined)?.spec;
  return spec?.states !== undefined || spec?.handleEvent !== undefined;
}

/** A running state machine. */
export interface Machine extends SystemProcess {
  /** Whose callbacks it has: the last one's; those below were pushed aside. */
  modules: StatemCode[];
  state: unknown;
  data: unknown;
  /** Events to handle before the mailbox; the last one is next, or is being handled. */
  readonly queue: AnyEvent[];
  /** Oldest first. */
  postponed: AnyEvent[];
  readonly timers: Timers;
  hibernate: boolean;
  readonly hibernateAfter: number;
  readonly current: Current;
  debug: SystemProcess["debug"];
  suspended: boolean;
}

/** Why a machine ends. */
export interface Ending {
  readonly reason: unknown;
}

/** The callbacks that a machine has now. */
export function callbacks(machine: Machine): AnySpec {
  return machine.modules.at(-1)!.spec;
}

/** Calls the state's callback. */
export function callState(machine: Machine, event: AnyEvent | Enter<unknown>, state: unknown, data: unknown): unknown {
  const { states, handleEvent } = callbacks(machine);
  if (states === undefined) return handleEvent!(event, state, data);
  if (typeof state === "string" && Object.hasOwn(states, state)) {
    const stateFunction = states[state]!;
    return stateFunction(event, data);
  }
  const name = typeof state === "string" ? JSON.stringify(state) : String(state);
  throw undef(`${machine.modules.at(-1)!.module()} has no state ${name}; it has ${Object.keys(states).join(", ")}`);
}
