/** The end of a state machine, and what others see of it. */
import { self } from "@agner/vm";
import { badArgument, undef } from "../errors.ts";
import { tell } from "../gen/debug.ts";
import { describeClient } from "../gen/describe.ts";
import { endProcess } from "../gen/process.ts";
import { isOrderly, reasonOf } from "../gen/reason.ts";
import type { SystemCallbacks } from "../gen/system.ts";
import { report } from "../logger/log.ts";
import { callbacks, isStatemCode, type Ending, type Machine } from "./machine.ts";
import { runningTimeouts } from "./timers.ts";
import type { StateAndData, StatemStatus } from "./types.ts";

/** Terminates: the callback first, then the report, and the exit. */
export function finish(machine: Machine, ending: Ending): never {
  let { reason } = ending;
  try {
    callbacks(machine).terminate?.(reason, machine.state, machine.data);
  } catch (e) {
    if (e instanceof Error) reason = reasonOf(e);
  }
  if (!isOrderly(reason)) reportTermination(machine, reason);
  else if (machine.debug !== undefined) {
    tell(machine.debug, { kind: "custom", event: { terminate: reason, state: machine.state } }, machine.module);
  }
  endProcess(reason);
}

function reportTermination(machine: Machine, reason: unknown): void {
  const log = machine.debug?.log?.events;
  const status = formatted(machine, {
    ...statusOf(machine),
    queue: machine.queue.toReversed(),
    reason,
    ...(log === undefined ? {} : { log }),
  });
  const event = machine.queue.at(-1);
  report("error", {
    type: "terminated",
    behaviour: "genStatem",
    pid: self(),
    name: machine.name,
    module: machine.module,
    reason: status.reason,
    lastMessage: status.queue?.[0],
    state: { state: status.state, data: status.data },
    queued: status.queue?.slice(1) ?? [],
    postponed: status.postponed,
    timeouts: status.timeouts,
    client: event?.type === "call" ? describeClient(event.from) : undefined,
    ...(status.log === undefined ? {} : { log: status.log }),
  });
}

function statusOf({ state, data, postponed, timers }: Machine): StatemStatus {
  return { state, data, postponed, timeouts: runningTimeouts(timers) };
}

/** A status as the machine's `formatStatus` wants it shown; if that throws, without the data. */
function formatted(machine: Machine, status: StatemStatus): StatemStatus {
  const { formatStatus } = callbacks(machine);
  if (formatStatus === undefined) return status;
  try {
    const changed = formatStatus(status);
    if (typeof changed === "object" && changed !== null && "state" in changed && "data" in changed) return changed;
  } catch {
    // What follows is shown instead.
  }
  return { ...status, data: `formatStatus of ${machine.module} has failed` };
}

/** What `sys` does with a state machine. */
export const SYSTEM: SystemCallbacks<Machine> = {
  behaviour: "genStatem",
  getState: ({ state, data }) => ({ state, data }),
  replaceState: (machine, replace) => replaceWith(machine, replace({ state: machine.state, data: machine.data })),
  status: (machine) => {
    const { state, data, postponed, timeouts } = formatted(machine, statusOf(machine));
    return { state, data, postponed, timeouts, modules: machine.modules.map((module) => module.module()).toReversed() };
  },
  codeChange: (machine, oldVersion, extra, module) => {
    const next = module ?? machine.modules.at(-1);
    if (!isStatemCode(next)) throw badArgument("the new code of a state machine must be what genStatem has made");
    const { codeChange } = next.spec;
    if (codeChange === undefined) {
      throw undef(
        `${machine.module} has no callback "codeChange", which a change of code needs; add codeChange: (oldVersion, state, data, extra) => ({ state, data })`,
      );
    }
    replaceWith(machine, codeChange(oldVersion, machine.state, machine.data, extra));
    machine.modules = [...machine.modules.slice(0, -1), next];
  },
};

function replaceWith(machine: Machine, next: unknown): StateAndData<unknown, unknown> {
  if (typeof next !== "object" || next === null || !("state" in next && "data" in next))
    throw badArgument("a state machine's state is replaced by an object { state, data }");
  const { state, data } = next;
  machine.state = state;
  machine.data = data;
  return { state, data };
}
