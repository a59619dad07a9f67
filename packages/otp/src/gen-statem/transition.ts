/**
 * One step of a state machine: the callback, the actions that it returns, the entry into the next state, and the change of
 * state, in the order of OTP's.
 */
import { isPid, isRef, send } from "@agner/vm";
import { ACTION, isAction, type Stop } from "../gen/action.ts";
import { tell } from "../gen/debug.ts";
import type { From } from "../gen/message.ts";
import type {
  Actions,
  Answer,
  AnyAction,
  NextEvent,
  NextState,
  SameState,
  SameStateAndData,
  SetTimeout,
  StopAndReply,
  SwitchModule,
} from "./action.ts";
import type { AnyEvent, Enter } from "./event.ts";
import { callbacks, callState, isStatemCode, type Ending, type Machine } from "./machine.ts";
import { sameState } from "./same-state.ts";
import { shown } from "./shown.ts";
import { endEventTimeout, endStateTimeout, setTimeouts } from "./timers.ts";

/** What a step has brought up to now. The machine itself changes at its end, so that a crash shows what was before. */
interface Step {
  state: unknown;
  data: unknown;
  postpone: boolean;
  readonly inserted: AnyEvent[];
  readonly timeouts: SetTimeout<any, unknown, unknown>[];
}

type Result =
  | NextState<unknown, unknown, AnyAction>
  | SameState<unknown, AnyAction>
  | SameStateAndData<AnyAction>
  | Stop<unknown>
  | StopAndReply<unknown>;

function newStep({ state, data }: Machine): Step {
  return { state, data, postpone: false, inserted: [], timeouts: [] };
}

/** The first step: the actions of `init`, and the entry into the first state. Undefined if the machine goes on. */
export function begin(machine: Machine, actions: Actions<AnyAction>): Ending | undefined {
  const step = newStep(machine);
  const ending = perform(machine, step, actions, false) ?? enter(machine, step);
  if (ending !== undefined) return ending;
  commit(machine, step);
  return undefined;
}

/** Handles the event that is next in the queue. Undefined if the machine goes on. */
export function handleNext(machine: Machine): Ending | undefined {
  const event = machine.queue.at(-1)!;
  const { current } = machine;
  if (event.type === "call") {
    current.request = event.name;
    current.from = event.from;
  }
  const step = newStep(machine);
  let outcome = call(machine, step, event);
  if (outcome === "enter") outcome = enter(machine, step);
  if (outcome !== undefined) return outcome;
  current.request = undefined;
  current.from = undefined;
  machine.queue.pop();
  if (step.postpone) machine.postponed.push(event);
  if (machine.debug !== undefined) {
    const { state } = machine;
    note(machine, step.postpone ? { postpone: event, state } : { consume: event, state, nextState: step.state });
  }
  commit(machine, step);
  return undefined;
}

/** Calls the state's callback, and does what it returns. `"enter"`: the state that the step is in has been come into, or is to be repeated. */
function call(machine: Machine, step: Step, event: AnyEvent | Enter<unknown>): Ending | "enter" | undefined {
  let result: unknown;
  try {
    result = callState(machine, event, step.state, step.data);
  } catch (e) {
    if (e instanceof Error) throw e;
    result = e; // what is thrown and no error is a result
  }
  return isAction<Result>(result)
    ? follow(machine, step, result, event.type === "enter")
    : end(machine, step, { badReturnFromStateFunction: shown(result) });
}

function follow(machine: Machine, step: Step, result: Result, entering: boolean): Ending | "enter" | undefined {
  switch (result[ACTION]) {
    case "nextState": {
      const { state, data, actions } = result;
      const changed = !sameState(step.state, state);
      if (changed && entering) return end(machine, step, { badStateEnterReturnFromStateFunction: shown(result) });
      if (changed) step.state = state;
      step.data = data;
      return perform(machine, step, actions, entering) ?? (changed ? "enter" : undefined);
    }
    case "keepState":
      step.data = result.data;
      return perform(machine, step, result.actions, entering);
    case "keepStateAndData":
      return perform(machine, step, result.actions, entering);
    case "repeatState":
      step.data = result.data;
      return perform(machine, step, result.actions, entering) ?? "enter";
    case "repeatStateAndData":
      return perform(machine, step, result.actions, entering) ?? "enter";
    case "stop":
      if (result.answered) return end(machine, step, { badReturnFromStateFunction: shown(result) });
      if (result.given) step.data = result.state;
      return end(machine, step, result.reason);
    case "stopAndReply":
      if (result.given) step.data = result.data;
      for (const reply of listed<unknown>(result.replies)) {
        if (!isAnswer(reply)) return end(machine, step, { badReplyActionFromStateFunction: shown(reply) });
        sendAnswer(machine, reply);
      }
      return end(machine, step, result.reason);
    default:
      return end(machine, step, { badReturnFromStateFunction: shown(result) });
  }
}

/** Enters the state that the step is in, as often as it asks for. */
function enter(machine: Machine, step: Step): Ending | undefined {
  for (;;) {
    if (callbacks(machine).stateEnter !== true) return undefined;
    const outcome = call(machine, step, { type: "enter", from: machine.state });
    if (outcome !== "enter") return outcome;
  }
}

/** Does the actions in their order. */
function perform(machine: Machine, step: Step, actions: Actions<AnyAction>, entering: boolean): Ending | undefined {
  for (const action of listed<AnyAction>(actions)) {
    const ending = performOne(machine, step, action, entering);
    if (ending !== undefined) return ending;
  }
  return undefined;
}

function performOne(machine: Machine, step: Step, action: AnyAction, entering: boolean): Ending | undefined {
  if (typeof action === "number" && action >= 0) {
    step.timeouts.push({ [ACTION]: "timeout", kind: "event", name: undefined, time: action, content: action, abs: false });
    return undefined;
  }
  if (!isAction<Exclude<AnyAction, number>>(action)) return badAction(machine, step, action, false);
  switch (action[ACTION]) {
    case "answer":
      if (!isAnswer(action)) return badAction(machine, step, action, false);
      sendAnswer(machine, action);
      return undefined;
    case "hibernate":
      machine.hibernate = action.on;
      return undefined;
    case "postpone":
      if (action.on && entering) return badAction(machine, step, action, true);
      step.postpone = action.on;
      return undefined;
    case "nextEvent":
      if (entering || !isEvent(action)) return badAction(machine, step, action, entering);
      step.inserted.push(action.event);
      if (machine.debug !== undefined) tell(machine.debug, { kind: "in", message: action.event }, machine.module);
      return undefined;
    case "timeout":
      if (!isTimeout(action)) return badAction(machine, step, action, false);
      step.timeouts.push(action);
      return undefined;
    case "changeCallbackModule":
    case "pushCallbackModule":
    case "popCallbackModule": {
      const modules = switched(machine, action);
      if (modules === undefined || entering) return badAction(machine, step, action, modules !== undefined);
      machine.modules = modules;
      if (machine.debug !== undefined) note(machine, { module: modules.at(-1)!.module(), state: step.state });
      return undefined;
    }
    default:
      return badAction(machine, step, action, false);
  }
}

/** The modules after such an action; undefined if it is none. */
function switched({ modules }: Machine, { [ACTION]: kind, module }: SwitchModule): Machine["modules"] | undefined {
  if (kind === "popCallbackModule") return modules.length > 1 ? modules.slice(0, -1) : undefined;
  if (!isStatemCode(module)) return undefined;
  return [...(kind === "pushCallbackModule" ? modules : modules.slice(0, -1)), module];
}

function badAction(machine: Machine, step: Step, action: unknown, entering: boolean): Ending {
  const bad = shown(action);
  return end(machine, step, entering ? { badStateEnterActionFromStateFunction: bad } : { badActionFromStateFunction: bad });
}

/** An ending that finds the machine as far as the step came. */
function end(machine: Machine, step: Step, reason: unknown): Ending {
  machine.state = step.state;
  machine.data = step.data;
  return { reason };
}

/** The end of a step: time-outs, then the order of the next events, which is inserted ones, postponed ones if the state has changed, and those that waited. */
function commit(machine: Machine, step: Step): void {
  const { queue, timers } = machine;
  endEventTimeout(timers);
  if (!sameState(machine.state, step.state)) {
    endStateTimeout(timers);
    pushReversed(queue, machine.postponed);
    machine.postponed = [];
  }
  machine.state = step.state;
  machine.data = step.data;
  if (step.timeouts.length > 0)
    setTimeouts(timers, step.timeouts, ({ kind, name, time, content }) => {
      if (machine.debug !== undefined) note(machine, { startTimer: { kind, name, time, content }, state: step.state });
    });
  pushReversed(queue, step.inserted);
}

function pushReversed(queue: AnyEvent[], events: readonly AnyEvent[]): void {
  for (let i = events.length - 1; i >= 0; i--) queue.push(events[i]!);
}

function sendAnswer(machine: Machine, { from, value }: Answer): void {
  send(from.ref, { type: "$reply", ref: from.ref, value });
  if (machine.debug !== undefined) tell(machine.debug, { kind: "out", message: value, to: from.pid }, machine.module);
}

function note(machine: Machine, event: object): void {
  tell(machine.debug!, { kind: "custom", event }, machine.module);
}

function listed<X>(items: X | readonly X[] | undefined): readonly X[] {
  if (items === undefined) return [];
  return Array.isArray(items) ? (items as readonly X[]) : [items as X];
}

function isAnswer(action: unknown): action is Answer {
  return isAction<Answer>(action) && action[ACTION] === "answer" && isFrom(action.from);
}

function isFrom(from: From | undefined): boolean {
  return isPid(from?.pid) && isRef(from?.ref);
}

const EVENT_TYPES = ["cast", "info", "internal", "timeout", "stateTimeout", "genericTimeout"];

function isEvent({ event }: NextEvent<AnyEvent | undefined>): boolean {
  return event?.type === "call" ? isFrom(event.from) : EVENT_TYPES.includes(event?.type as string);
}

function isTimeout({ time, abs }: SetTimeout<any, unknown, unknown>): boolean {
  return time === "cancel" || time === "update" || (typeof time === "number" && (time >= 0 || (abs && time < 0)));
}
