/** What an event manager does with its handlers: it shows them events and messages, and does what they return. */
import { self, type Pid } from "@agner/vm";
import { ACTION } from "../gen/action.ts";
import type { Current } from "../gen/current.ts";
import { moduleName } from "../gen/describe.ts";
import type { SystemProcess } from "../gen/system.ts";
import { report } from "../logger/log.ts";
import type { SwapHandler } from "./action.ts";
import {
  codeOf,
  formatted,
  initialize,
  nameOfHandler,
  newHandler,
  run,
  tellSupervisor,
  terminate,
  type Installed,
  type Outcome,
  type Ref,
} from "./handler.ts";
import type { Swapped } from "./types.ts";

/** A running manager. */
export interface Manager extends SystemProcess {
  /** Newest first. */
  handlers: Installed[];
  /** Whether the next message is waited for in hibernation. */
  hibernate: boolean;
  readonly hibernateAfter: number;
  readonly current: Current;
  debug: SystemProcess["debug"];
  suspended: boolean;
}

/** Shows an event to all handlers. */
export function notify(manager: Manager, event: unknown): void {
  manager.current.request = "notify";
  forAll(manager, (handler) => react(manager, handler, run(handler.code.spec.event, handler.state, [event]), event));
  manager.current.request = undefined;
}

/** Shows any other message to all handlers. */
export function inform(manager: Manager, message: unknown): void {
  forAll(manager, (handler) => {
    const { info } = handler.code.spec;
    if (info !== undefined) return react(manager, handler, run(info, handler.state, [message]), message);
    const module = moduleName(handler.code, "handler");
    report("warning", { type: "unexpected", pid: self(), name: manager.name, module, message });
    return handler;
  });
}

/** Puts in the place of each handler what `step` returns: the same, another, or none. */
function forAll(manager: Manager, step: (handler: Installed) => Installed | undefined): void {
  const kept: Installed[] = [];
  for (const handler of manager.handlers) {
    const next = step(handler);
    if (next !== undefined) kept.push(next);
  }
  manager.handlers = kept;
}

/** Does what `event` or `info` has returned; returns what is in the handler's place then. */
function react(manager: Manager, handler: Installed, outcome: Outcome, message: unknown): Installed | undefined {
  switch (outcome[ACTION]) {
    case "noreply":
      return goOn(manager, handler, outcome);
    case "removeHandler":
      if (outcome.answered) break;
      remove(handler);
      return undefined;
    case "swapHandler":
      if (outcome.answered) break;
      return swapItself(manager, handler, outcome, message);
    case "failed":
      crash(manager, handler, outcome.reason, message);
      return undefined;
  }
  crash(
    manager,
    handler,
    { badReturnValue: outcome[ACTION] === "reply" ? "reply" : `${outcome[ACTION]} with an answer` },
    message,
  );
  return undefined;
}

/** The handler goes on with a new state. */
export function goOn(
  manager: Manager,
  handler: Installed,
  { state, next }: Extract<Outcome, { readonly state: unknown; readonly next: unknown }>,
): Installed {
  handler.state = state;
  if (next?.hibernate === true) manager.hibernate = true;
  return handler;
}

/** Removes a handler that has asked for it. */
export function remove(handler: Installed): void {
  terminate(handler, "remove_handler");
  tellSupervisor(handler, "normal");
}

/** Removes a handler of which a callback has failed. */
export function crash(manager: Manager, handler: Installed, reason: unknown, message: unknown): void {
  terminate(handler, { error: reason });
  reportFailure(manager, handler, reason, message);
  tellSupervisor(handler, reason);
}

function reportFailure(manager: Manager, handler: Installed, reason: unknown, message: unknown): void {
  const status = formatted(handler.code, { state: handler.state, message, reason });
  report("error", {
    type: "terminated",
    behaviour: "genEvent",
    pid: self(),
    name: manager.name,
    module: manager.module,
    reason: status.reason,
    lastMessage: status.message,
    state: status.state,
    client: undefined,
    handler: nameOfHandler(handler.ref),
  });
}

/** A handler that has asked for it gives its place to another. */
export function swapItself(
  manager: Manager,
  handler: Installed,
  swap: SwapHandler<unknown, unknown>,
  message: unknown,
): Installed | undefined {
  const ref = swap.handler as Ref;
  const { supervisor } = handler;
  handler.state = swap.state;
  const swapped = leave(handler, swap.reason, ref, supervisor);
  const begun = initialize(codeOf(ref), swap.argument, swapped);
  const next = newHandler(ref, undefined, supervisor);
  if ("failed" in begun) {
    reportFailure(manager, next, begun.failed, message);
    tellSupervisor(next, begun.failed);
    return undefined;
  }
  next.state = begun.value.state;
  if (begun.value.hibernate) manager.hibernate = true;
  return next;
}

/** A handler goes, and another one comes for it; returns what that gets from it. */
export function leave(handler: Installed, reason: unknown, ref: Ref, supervisor: Pid | undefined): Swapped {
  const left = terminate(handler, reason);
  tellSupervisor(handler, { swapped: { handler: ref, supervisor } });
  return "failed" in left ? { error: left.failed } : { term: left.value };
}

/** Removes the handlers of a process that has ended. */
export function removeHandlersOf(manager: Manager, supervisor: Pid, reason: unknown): void {
  if (!manager.handlers.some((handler) => handler.supervisor === supervisor)) return;
  manager.handlers = manager.handlers.filter((handler) => {
    if (handler.supervisor !== supervisor) return true;
    terminate(handler, { stop: reason });
    tellSupervisor(handler, "shutdown"); // it may live: an exit signal can be sent in its name
    return false;
  });
}
