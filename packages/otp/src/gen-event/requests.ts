/** What programs ask of an event manager: to add, delete, swap, list and call handlers. */
import { link, send, type Pid } from "@agner/vm";
import { undef } from "../errors.ts";
import { ACTION } from "../gen/action.ts";
import { moduleName } from "../gen/describe.ts";
import type { Call, From } from "../gen/message.ts";
import { reasonOf } from "../gen/reason.ts";
import {
  codeOf,
  indexOfHandler,
  initialize,
  newHandler,
  run,
  tellSupervisor,
  terminate,
  type Callback,
  type Installed,
  type Ref,
  type Result,
} from "./handler.ts";
import { crash, goOn, leave, notify, remove, swapItself, type Manager } from "./manager.ts";
import type { Swapped } from "./types.ts";

/** The answer to a request. */
export type Answer = Result<unknown>;

/** Whether a call is a request that managers understand. */
export function isRequest({ name }: Call): boolean {
  return name === "call" || Object.hasOwn(REQUESTS, name);
}

const REQUESTS: Readonly<Record<string, (manager: Manager, args: readonly any[], from: Pid) => Answer>> = {
  addHandler: (manager, [ref, argument]) => add(manager, ref, argument, undefined, undefined),
  addSupHandler: (manager, [ref, argument], from) => {
    link(from);
    return add(manager, ref, argument, undefined, from);
  },
  deleteHandler: (manager, [ref, reason]) => {
    const handler = takeOut(manager, ref);
    if (handler === undefined) return NOT_FOUND;
    const left = terminate(handler, reason);
    tellSupervisor(handler, "normal");
    return left;
  },
  swapHandler: (manager, args) => swap(manager, args, undefined),
  swapSupHandler: (manager, args, from) => {
    link(from);
    return swap(manager, args, from);
  },
  whichHandlers: ({ handlers }) => ({ value: handlers.map(({ ref }) => ref) }),
  syncNotify: (manager, [event]) => {
    notify(manager, event);
    return DONE;
  },
};

const DONE: Answer = { value: undefined };
const NOT_FOUND = { failed: "module_not_found" } as const;

/** Does what is asked for, and answers. */
export function request(manager: Manager, { name, args, pid, ref }: Call): void {
  const from: From = { pid, ref };
  if (name === "call") {
    const [handler, called, values] = args as [Ref, string, unknown[]];
    manager.current.request = called;
    callHandler(manager, handler, called, values, from);
  } else {
    manager.current.request = name;
    answer(from, REQUESTS[name]!(manager, args, pid));
  }
  manager.current.request = undefined;
}

/** Answers a request; undefined if that could be done, else why the answer cannot be sent. */
function answer({ ref }: From, value: Answer): unknown {
  try {
    send(ref, { type: "$reply", ref, value });
    return undefined;
  } catch (e) {
    send(ref, { type: "$reply", ref, value: { failed: reasonOf(e) } satisfies Answer });
    return e;
  }
}

function add(manager: Manager, ref: Ref, argument: unknown, swapped: Swapped | undefined, supervisor: Pid | undefined): Answer {
  const begun = initialize(codeOf(ref), argument, swapped);
  if ("failed" in begun) return begun;
  manager.handlers.unshift(newHandler(ref, begun.value.state, supervisor));
  manager.hibernate = begun.value.hibernate;
  return DONE;
}

/** Takes a handler from the list; undefined if it is not in it. */
function takeOut({ handlers }: Manager, ref: Ref): Installed | undefined {
  const index = indexOfHandler(handlers, ref);
  return index < 0 ? undefined : handlers.splice(index, 1)[0];
}

function swap(manager: Manager, [ref, reason, next, argument]: readonly any[], supervisor: Pid | undefined): Answer {
  const old = takeOut(manager, ref);
  const whose = supervisor ?? old?.supervisor;
  const swapped = old === undefined ? { error: NOT_FOUND.failed } : leave(old, reason, next, whose);
  return add(manager, next, argument, swapped, whose);
}

/** A call to one handler. */
function callHandler(manager: Manager, ref: Ref, name: string, args: readonly unknown[], from: From): void {
  const index = indexOfHandler(manager.handlers, ref);
  const handler = manager.handlers[index];
  if (handler === undefined) {
    answer(from, { failed: "bad_module" });
    return;
  }
  const message = { call: name, args };
  const outcome = run(callbackOf(handler, name), handler.state, args);
  const { handlers } = manager;
  switch (outcome[ACTION]) {
    case "reply": {
      const unsendable = answer(from, { value: outcome.value });
      if (unsendable === undefined) goOn(manager, handler, outcome);
      else {
        handlers.splice(index, 1);
        crash(manager, handler, unsendable, message);
      }
      return;
    }
    case "removeHandler":
      if (!outcome.answered) break;
      handlers.splice(index, 1);
      remove(handler);
      answer(from, { value: outcome.value });
      return;
    case "swapHandler": {
      if (!outcome.answered) break;
      const next = swapItself(manager, handler, outcome, message);
      handlers.splice(index, 1, ...(next === undefined ? [] : [next]));
      answer(from, { value: outcome.value });
      return;
    }
  }
  const reason =
    outcome[ACTION] === "failed"
      ? outcome.reason
      : { badReturnValue: outcome[ACTION] === "noreply" ? "noreply" : `${outcome[ACTION]} without an answer` };
  handlers.splice(index, 1);
  crash(manager, handler, reason, message);
  answer(from, { failed: reason });
}

function callbackOf({ code }: Installed, name: string): Callback {
  const { calls } = code.spec;
  if (calls !== undefined && Object.hasOwn(calls, name)) return calls[name]!;
  return () => {
    const known = Object.keys(calls ?? {});
    throw undef(
      `${moduleName(code, "handler")} has no call ${JSON.stringify(name)}; it has ${known.length === 0 ? "none" : known.join(", ")}`,
    );
  };
}
