/**
 * Events: a manager process to which handlers are added and from which they are removed while it runs, and which shows each event to all of them. The
 * counterpart of OTP's gen_event.
 */
import { definition, REVIVE } from "@agner/vm";
import { badArgument } from "./errors.ts";
import { CALL_TIMEOUT_MS, checkTimeout } from "./gen/call.ts";
import { moduleName } from "./gen/describe.ts";
import type { StartResult } from "./gen/message.ts";
import { isServerDest, type ServerDest } from "./gen/names.ts";
import { runProcess } from "./gen/process.ts";
import { requestIds } from "./gen/requests.ts";
import { startProcess, type Bond } from "./gen/start.ts";
import { startedPid } from "./gen/started.ts";
import { checkResponse, receiveResponse, waitResponse } from "./gen-server/api.ts";
import { managerOn, type AnyManager, type ManagerData } from "./gen-event/client.ts";
import { runManager } from "./gen-event/loop.ts";
import type { EventHandler, EventHandlerSpec, EventManagerDefinition, EventOptions, Swapped } from "./gen-event/types.ts";
import { START_CHILD, type ChildOptions } from "./supervisor/child-spec.ts";
import { childSpec } from "./supervisor/make-child-spec.ts";

/**
 * Defines a kind of event managers by the type of their events. Export the result as a constant of its module, so that other cores find it.
 *
 * @example
 * export const Alarms = genEvent<{ kind: "set" | "clear"; id: string }>();
 *
 * const alarms = Alarms.startLink({ name: "alarms" });
 * alarms.addHandler(Console, "alarm:");
 * alarms.notify({ kind: "set", id: "fan" });
 */
export function genEvent<E>(): EventManagerDefinition<E> {
  const code: Record<PropertyKey, unknown> = {
    startLink: (options?: EventOptions) => started(code, startManager(code, true, options)),
    start: (options?: EventOptions) => started(code, startManager(code, false, options)),
    startMonitor: (options?: EventOptions) => {
      const result = startManager(code, "monitor", options);
      return [started(code, result), result.kind === "ok" ? result.monitor : undefined];
    },
    ref: (dest: ServerDest) => {
      if (!isServerDest(dest)) throw badArgument(`${moduleName(code, "event manager")}.ref: the manager must be a pid or a name`);
      return onDest(code, dest);
    },
    child: (options: EventOptions & ChildOptions = {}) => childSpec(code, "event manager", undefined, options),
    [START_CHILD]: (_none?: undefined, options?: EventOptions): StartResult => startManager(code, true, options),
    [REVIVE]: (data: ManagerData) => managerOn(code, data),
  };
  return definition(code) as unknown as EventManagerDefinition<E>;
}

genEvent.receiveResponse = receiveResponse;
genEvent.waitResponse = waitResponse;
genEvent.checkResponse = checkResponse;
genEvent.requestIds = requestIds;

function startManager(code: object, bond: Bond, options: EventOptions = {}): StartResult {
  const { hibernateAfter = Infinity, debug } = options;
  checkTimeout("hibernateAfter", hibernateAfter);
  return startProcess(bond, options, moduleName(code, "event manager"), (starter) =>
    runProcess(starter, (me) => runManager(code, hibernateAfter, debug, me)),
  );
}

function started(code: object, result: StartResult): AnyManager {
  return onDest(code, startedPid(moduleName(code, "event manager"), result)!); // a manager never says ignore()
}

function onDest(code: object, dest: ServerDest): AnyManager {
  return managerOn(code, { dest, timeout: CALL_TIMEOUT_MS });
}

/**
 * Defines an event handler by its callbacks; each gets the state first. Export the result as a constant of its module: managers on other cores have to find it.
 *
 * @example
 * export const Counter = eventHandler({
 *   init: (start: number) => start,
 *   event: (n, event: Alarm) => noreply(event.kind === "set" ? n + 1 : n),
 *   calls: { count: (n) => reply(n, n) },
 * });
 *
 * alarms.addHandler(Counter, 0);
 * alarms.call(Counter, "count"); // 0
 */
export function eventHandler<A extends readonly [] | readonly [unknown?, (Swapped | undefined)?], I, V, C = {}, R = undefined>(
  spec: EventHandlerSpec<A, I, V, C, R>,
): EventHandler<A, V, C, R> {
  for (const name of ["init", "event"] as const)
    if (typeof spec?.[name] !== "function") throw badArgument(`eventHandler: the definition needs a function ${name}`);
  return definition({ spec }) as unknown as EventHandler<A, V, C, R>;
}
