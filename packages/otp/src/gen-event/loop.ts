/** The manager's process: its start, its loop, its end. */
import { processFlag, receive, TIMEOUT, unlink } from "@agner/vm";
import { undef } from "../errors.ts";
import { newCurrent } from "../gen/current.ts";
import { debugOf, tell, type DebugOption } from "../gen/debug.ts";
import { moduleName } from "../gen/describe.ts";
import { hibernate } from "../gen/hibernate.ts";
import type { Call, Cast, System } from "../gen/message.ts";
import { endProcess } from "../gen/process.ts";
import { acknowledge, claimName, failStart, type Starter } from "../gen/start.ts";
import { handleSystem, type SystemCallbacks } from "../gen/system.ts";
import { formatted, indexOfHandler, tellSupervisor, terminate, type Ref } from "./handler.ts";
import { inform, notify, removeHandlersOf, type Manager } from "./manager.ts";
import { isRequest, request } from "./requests.ts";

/** Begins a manager in the process that was started for it. */
export function runManager(
  definition: object,
  hibernateAfter: number,
  debug: readonly DebugOption[] | undefined,
  starter: Starter,
): void {
  const refused = claimName(starter.name);
  if (refused !== undefined) return failStart(starter, refused.reason, "normal");
  processFlag("trapExit", true);
  const manager: Manager = {
    parent: starter.linked ? starter.pid : undefined,
    name: typeof starter.name === "string" ? starter.name : undefined,
    module: moduleName(definition, "event manager"),
    handlers: [],
    hibernate: false,
    hibernateAfter,
    current: newCurrent(),
    debug: debugOf(debug),
    suspended: false,
  };
  acknowledge(starter, { kind: "ok" });
  for (;;) {
    const message = take(manager);
    const end = handle(manager, message);
    if (end !== undefined) finish(manager, end.reason);
  }
}

function take(manager: Manager): unknown {
  if (!manager.hibernate) {
    if (manager.hibernateAfter === Infinity) return receive();
    const message = receive(undefined, manager.hibernateAfter);
    if (message !== TIMEOUT) return message;
    manager.hibernate = true;
  }
  return hibernate();
}

/** Does what a message asks for; returns why the manager must end, or undefined if it goes on. */
function handle(manager: Manager, message: any): { readonly reason: unknown } | undefined {
  const type: unknown = message?.type;
  if (type === "$system") return handleSystem(message as System, manager, SYSTEM); // and hibernates again if it did
  if (type === "EXIT" && message.from === manager.parent) return { reason: message.reason };
  if (manager.debug !== undefined) tell(manager.debug, { kind: "in", message }, manager.module);
  manager.hibernate = false;
  switch (type) {
    case "$cast": {
      const { name, args } = message as Cast;
      if (name !== "notify") break;
      notify(manager, args[0]);
      return undefined;
    }
    case "$call":
      if (!isRequest(message as Call)) break;
      request(manager, message as Call);
      return undefined;
    case "EXIT":
      removeHandlersOf(manager, message.from, message.reason);
      inform(manager, message);
      manager.hibernate = false;
      return undefined;
  }
  inform(manager, message);
  return undefined;
}

/** Terminates all handlers, and then the manager. */
function finish(manager: Manager, reason: unknown): never {
  for (const handler of manager.handlers) {
    terminate(handler, "stop");
    tellSupervisor(handler, "shutdown");
  }
  // Who supervises a handler only loses that; its own end is no matter of the manager's.
  for (const { supervisor } of manager.handlers)
    if (supervisor !== undefined && supervisor !== manager.parent) unlink(supervisor);
  endProcess(reason);
}

const SYSTEM: SystemCallbacks<Manager> = {
  behaviour: "genEvent",
  getState: ({ handlers }) => handlers.map(({ ref, state }) => [ref, state]),
  replaceState: ({ handlers }, replace) =>
    handlers.map((handler) => {
      const { ref, state } = handler;
      try {
        const replaced = replace([ref, state]) as readonly [ref: Ref, state: unknown];
        if (Array.isArray(replaced) && indexOfHandler([handler], replaced[0]) === 0) handler.state = replaced[1];
      } catch {
        // This handler keeps its state.
      }
      return [ref, handler.state];
    }),
  status: ({ handlers }) =>
    handlers.map(({ code, ref, state, supervisor }) => ({ handler: ref, state: formatted(code, { state }).state, supervisor })),
  codeChange: ({ handlers }, oldVersion, extra, module) => {
    const concerned = handlers.filter(({ code }) =>
      module === undefined ? code.spec.codeChange !== undefined : code === module,
    );
    const states = concerned.map(({ code, state }) => {
      const { codeChange } = code.spec;
      if (codeChange === undefined) throw undef(`${moduleName(code, "handler")} has no callback codeChange`);
      return codeChange(state, oldVersion, extra);
    });
    concerned.forEach((handler, i) => (handler.state = states[i]));
  },
};
