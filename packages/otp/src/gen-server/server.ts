/**
 * HOT PATH (benchmark: server-call). The server's side: its start, its loop, its end.
 */
import { receive, self, send, TIMEOUT } from "@agner/vm";
import { undef } from "../errors.ts";
import { ACTION, isAction } from "../gen/action.ts";
import { newCurrent, type Current } from "../gen/current.ts";
import { tell } from "../gen/debug.ts";
import { describeClient, moduleName } from "../gen/describe.ts";
import { hibernate } from "../gen/hibernate.ts";
import type { Call, Cast, From, System } from "../gen/message.ts";
import { endProcess } from "../gen/process.ts";
import { isOrderly, reasonOf } from "../gen/reason.ts";
import { acknowledge, claimName, failStart, ignoreStart, type Starter } from "../gen/start.ts";
import { handleSystem, type SystemCallbacks, type SystemProcess } from "../gen/system.ts";
import { report } from "../logger/log.ts";
import type { Action, Next } from "./action.ts";
import type { ServerSpec, ServerStatus } from "./types.ts";

type AnySpec = ServerSpec<any, any, Record<string, Handler>, Record<string, Handler>>;
type Handler = (state: unknown, ...args: unknown[]) => Action;

/** A definition as its servers see it. */
export interface ServerCode {
  readonly spec: AnySpec;
}

/** A running server. */
interface Server extends SystemProcess {
  readonly spec: AnySpec;
  state: unknown;
  next: Next | undefined;
  readonly current: Current;
  readonly hibernateAfter: number;
  lastMessage: unknown;
  debug: SystemProcess["debug"];
  suspended: boolean;
}

/** Why a server ends, and whom it answers at its end. */
interface Ending {
  readonly reason: unknown;
  readonly answer?: { readonly to: From; readonly value: unknown };
}

/** Begins a server in the process that was started for it. */
export function runServer(definition: ServerCode, argument: unknown, hibernateAfter: number, starter: Starter): void {
  const { spec } = definition;
  const refused = claimName(starter.name);
  if (refused !== undefined) return failStart(starter, refused.reason, "normal");
  let begun: unknown;
  try {
    begun = spec.init(argument);
  } catch (e) {
    if (!isAction(e)) return failStart(starter, reasonOf(e), reasonOf(e));
    begun = e;
  }
  let next: Next | undefined;
  if (isAction<Action>(begun)) {
    switch (begun[ACTION]) {
      case "ignore":
        return ignoreStart(starter);
      case "stop":
        return failStart(starter, begun.reason, begun.reason);
      case "begin":
        ({ next, state: begun } = begun);
        break;
      default: {
        const reason = { badReturnValue: begun[ACTION] };
        return failStart(starter, reason, reason);
      }
    }
  }
  acknowledge(starter, { kind: "ok" });
  serve({
    spec,
    parent: starter.linked ? starter.pid : undefined,
    name: typeof starter.name === "string" ? starter.name : undefined,
    module: moduleName(definition, "server"),
    state: begun,
    next,
    current: newCurrent(),
    hibernateAfter,
    lastMessage: undefined,
    debug: undefined,
    suspended: false,
  });
}

function serve(server: Server): never {
  let ending: Ending | undefined;
  while (ending === undefined) {
    try {
      ending = loop(server);
    } catch (e) {
      ending = isAction<Action>(e) ? settle(server, e) : { reason: reasonOf(e) };
    }
  }
  return finish(server, ending);
}

function loop(server: Server): Ending {
  for (;;) {
    const { next } = server;
    let ending: Ending | undefined;
    if (next !== undefined && "continue" in next) {
      server.next = undefined;
      ending = settle(server, required(server, "continue")(server.state, next.continue));
    } else {
      const message = take(server, next);
      ending = handle(server, message, next);
    }
    if (ending !== undefined) return ending;
  }
}

/** The next message, or `TIMEOUT`. */
function take(server: Server, next: Next | undefined): unknown {
  if (next === undefined) {
    if (server.hibernateAfter === Infinity) return receive();
    const message = receive(undefined, server.hibernateAfter);
    return message === TIMEOUT ? hibernate() : message;
  }
  if (next.timeout !== undefined) return receive(undefined, next.timeout);
  return next.hibernate === true ? hibernate() : receive();
}

function handle(server: Server, message: any, next: Next | undefined): Ending | undefined {
  server.next = undefined;
  if (typeof message === "object" && message !== null) {
    switch ((message as { type?: unknown }).type) {
      case "$call":
        return handleCall(server, message as Call);
      case "$cast":
        return handleCast(server, message as Cast);
      case "$system":
        server.next = next; // a system message does not count as one
        return handleSystem(message as System, server, SYSTEM);
      case "EXIT":
        if (message.from === server.parent) return { reason: message.reason };
    }
  }
  if (server.debug !== undefined && message !== TIMEOUT) tell(server.debug, { kind: "in", message }, server.module);
  server.lastMessage = message;
  const { info } = server.spec;
  if (info === undefined) {
    if (message !== TIMEOUT) warn(server, message);
    return undefined;
  }
  return settle(server, info(server.state, message));
}

function handleCall(server: Server, message: Call): Ending | undefined {
  const { name, args } = message;
  if (server.debug !== undefined) tell(server.debug, { kind: "in", message }, server.module);
  const { current } = server;
  current.request = name;
  current.from = { pid: message.pid, ref: message.ref };
  server.lastMessage = message;
  return settle(server, apply(handlerOf(server, "call", server.spec.calls, name), server.state, args));
}

function handleCast(server: Server, message: Cast): Ending | undefined {
  const { name, args } = message;
  if (server.debug !== undefined) tell(server.debug, { kind: "in", message }, server.module);
  server.lastMessage = message;
  return settle(server, apply(handlerOf(server, "cast", server.spec.casts, name), server.state, args));
}

function apply(handler: Handler, state: unknown, args: readonly unknown[]): Action {
  switch (args.length) {
    case 0:
      return handler(state);
    case 1:
      return handler(state, args[0]);
    case 2:
      return handler(state, args[0], args[1]);
    default:
      return handler(state, ...args);
  }
}

function handlerOf(server: Server, kind: string, handlers: Record<string, Handler> | undefined, name: string): Handler {
  if (handlers !== undefined && Object.hasOwn(handlers, name)) return handlers[name]!;
  const known = Object.keys(handlers ?? {});
  throw undef(
    `${server.module} has no ${kind} ${JSON.stringify(name)}; it has ${known.length === 0 ? "none" : known.join(", ")}`,
  );
}

function required(server: Server, name: "continue"): (state: unknown, value: unknown) => Action {
  const callback = server.spec[name];
  if (callback === undefined)
    throw undef(
      `${server.module} has no callback ${JSON.stringify(name)}, which { ${name}: … } needs; add ${name}: (state, value) => noreply(state)`,
    );
  return callback as (state: unknown, value: unknown) => Action;
}

/** Does what a callback has returned: undefined if the server goes on. */
function settle(server: Server, action: Action): Ending | undefined {
  const { current } = server;
  const { from } = current;
  current.from = undefined;
  current.request = undefined;
  if (!isAction(action)) return { reason: { badReturnValue: action } };
  switch (action[ACTION]) {
    case "reply":
      if (from === undefined) return { reason: { badReturnValue: "reply" } };
      server.state = action.state;
      server.next = action.next;
      send(from.ref, { type: "$reply", ref: from.ref, value: action.value });
      if (server.debug !== undefined) tell(server.debug, { kind: "out", message: action.value, to: from.pid }, server.module);
      return undefined;
    case "noreply":
      server.state = action.state;
      server.next = action.next;
      if (server.debug !== undefined) tell(server.debug, { kind: "noreply", state: action.state }, server.module);
      return undefined;
    case "stop":
      server.state = action.state;
      if (!action.answered) return { reason: action.reason };
      if (from === undefined) return { reason: { badReturnValue: "stop with an answer" } };
      return { reason: action.reason, answer: { to: from, value: action.value } };
    default:
      return { reason: { badReturnValue: action[ACTION] } };
  }
}

function warn(server: Server, message: unknown): void {
  report("warning", { type: "unexpected", pid: self(), name: server.name, module: server.module, message });
}

/** Terminates: the callback first, then the answer that is owed, the report, and the exit. */
function finish(server: Server, ending: Ending): never {
  let { reason } = ending;
  const client = server.current.from;
  try {
    server.spec.terminate?.(server.state, reason);
  } catch (e) {
    if (!isAction(e)) reason = reasonOf(e);
  }
  const { answer } = ending;
  if (answer !== undefined) send(answer.to.ref, { type: "$reply", ref: answer.to.ref, value: answer.value });
  if (!isOrderly(reason)) reportTermination(server, reason, client);
  endProcess(reason);
}

function reportTermination(server: Server, reason: unknown, client: From | undefined): void {
  const log = server.debug?.log?.events;
  const status = formatted(server.spec, {
    state: server.state,
    message: server.lastMessage,
    reason,
    ...(log === undefined ? {} : { log }),
  });
  report("error", {
    type: "terminated",
    behaviour: "genServer",
    pid: self(),
    name: server.name,
    module: server.module,
    reason: status.reason,
    lastMessage: status.message,
    state: status.state,
    client: client === undefined ? undefined : describeClient(client),
    ...(status.log === undefined ? {} : { log: status.log }),
  });
}

/** A status as the server's `formatStatus` wants it shown; if that throws, without the state. */
function formatted(spec: AnySpec, status: ServerStatus): ServerStatus {
  if (spec.formatStatus === undefined) return status;
  try {
    return spec.formatStatus(status);
  } catch {
    return { ...status, state: "formatStatus has thrown" };
  }
}

const SYSTEM: SystemCallbacks<Server> = {
  behaviour: "genServer",
  getState: (server) => server.state,
  replaceState: (server, replace) => (server.state = replace(server.state)),
  status: (server) => formatted(server.spec, { state: server.state }).state,
  codeChange: (server, oldVersion, extra) => {
    const { codeChange } = server.spec;
    if (codeChange !== undefined) server.state = codeChange(server.state, oldVersion, extra);
  },
};
