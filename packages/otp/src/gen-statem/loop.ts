/**
 * A state machine's process: its start, and its loop over the events that are due and those that come.
 */
import { receive, TIMEOUT, type Pid } from "@agner/vm";
import { ACTION, isAction, type Ignore, type Stop } from "../gen/action.ts";
import { newCurrent } from "../gen/current.ts";
import { debugOf, tell } from "../gen/debug.ts";
import { parentOfEntering } from "../gen/enter.ts";
import { hibernate } from "../gen/hibernate.ts";
import type { Call, Cast, System } from "../gen/message.ts";
import type { ServerName } from "../gen/names.ts";
import { reasonOf } from "../gen/reason.ts";
import { acknowledge, claimName, failStart, ignoreStart, type Starter } from "../gen/start.ts";
import { handleSystem } from "../gen/system.ts";
import type { Settings } from "../gen-server/server.ts";
import type { Actions, AnyAction, StartIn } from "./action.ts";
import { finish, SYSTEM } from "./end.ts";
import type { AnyEvent } from "./event.ts";
import type { Ending, Machine, StatemCode } from "./machine.ts";
import { fired, noTimers, zeroFired, type TimerMessage } from "./timers.ts";
import { shown } from "./shown.ts";
import { begin, handleNext } from "./transition.ts";

/** Begins a state machine in the process that was started for it. */
export function runStatem(definition: StatemCode, argument: unknown, settings: Settings, starter: Starter): void {
  const refused = claimName(starter.name);
  if (refused !== undefined) return failStart(starter, refused.reason, "normal");
  let begun: unknown;
  try {
    begun = definition.spec.init(argument);
  } catch (e) {
    if (e instanceof Error) return failStart(starter, reasonOf(e), reasonOf(e));
    begun = e;
  }
  if (isAction<StartIn<unknown, unknown> | Stop | Ignore>(begun)) {
    switch (begun[ACTION]) {
      case "ignore":
        return ignoreStart(starter);
      case "stop":
        return failStart(starter, begun.reason, begun.reason);
      case "startIn": {
        const parent = starter.linked ? starter.pid : undefined;
        const machine = newMachine(definition, parent, starter.name, begun, settings);
        acknowledge(starter, { kind: "ok" });
        return serve(machine, begun.actions);
      }
    }
  }
  const reason = { badReturnFromInit: shown(begun) };
  return failStart(starter, reason, reason);
}

/** Makes the calling process, which has initialised itself, a state machine. */
export function enterStatem(
  definition: StatemCode,
  name: ServerName | undefined,
  begun: StartIn<unknown, unknown>,
  settings: Settings,
): never {
  const parent = parentOfEntering(name);
  serve(newMachine(definition, parent, name, begun, settings), begun.actions);
}

function newMachine(
  definition: StatemCode,
  parent: Pid | undefined,
  name: ServerName | undefined,
  { state, data }: StartIn<unknown, unknown>,
  { hibernateAfter, debug }: Settings,
): Machine {
  return {
    parent,
    name: typeof name === "string" ? name : undefined,
    module: definition.module(),
    modules: [definition],
    state,
    data,
    queue: [],
    postponed: [],
    timers: noTimers(),
    hibernate: false,
    hibernateAfter,
    current: newCurrent(),
    debug: debugOf(debug),
    suspended: false,
  };
}

function serve(machine: Machine, actions: Actions<AnyAction>): never {
  let ending: Ending | undefined;
  try {
    ending = begin(machine, actions) ?? loop(machine);
  } catch (e) {
    ending = { reason: reasonOf(e) };
  }
  return finish(machine, ending);
}

function loop(machine: Machine): Ending {
  const { queue, timers } = machine;
  for (;;) {
    let ending: Ending | undefined;
    if (queue.length > 0) ending = handleNext(machine);
    else {
      const event = timers.zero.length > 0 ? zeroFired(timers) : undefined;
      if (event === undefined) ending = accept(machine, take(machine));
      else come(machine, event);
    }
    if (ending !== undefined) return ending;
  }
}

function take({ hibernate: hibernates, hibernateAfter }: Machine): unknown {
  if (hibernates) return hibernate();
  if (hibernateAfter === Infinity) return receive();
  const message = receive(undefined, hibernateAfter);
  return message === TIMEOUT ? hibernate() : message;
}

/** Makes an event of a message. */
function accept(machine: Machine, message: any): Ending | undefined {
  if (typeof message === "object" && message !== null) {
    switch ((message as { type?: unknown }).type) {
      case "$call": {
        const { name, args, pid, ref } = message as Call;
        return arrive(machine, { type: "call", name, args, from: { pid, ref } });
      }
      case "$cast": {
        const { name, args } = message as Cast;
        return arrive(machine, { type: "cast", name, args });
      }
      case "$timeout": {
        const event = fired(machine.timers, message as TimerMessage);
        return event === undefined ? undefined : arrive(machine, event);
      }
      case "$system":
        return handleSystem(message as System, machine, SYSTEM);
      case "EXIT":
        if (message.from === machine.parent) return { reason: message.reason };
    }
  }
  return arrive(machine, { type: "info", message });
}

function arrive(machine: Machine, event: AnyEvent): undefined {
  machine.hibernate = false;
  come(machine, event);
}

function come(machine: Machine, event: AnyEvent): void {
  if (machine.debug !== undefined) tell(machine.debug, { kind: "in", message: event }, machine.module);
  machine.queue.push(event);
}
