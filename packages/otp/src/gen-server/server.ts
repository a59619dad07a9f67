/**
 * HOT PATH (benchmark: server-call-small). The server's side: its start, its loop, its end.
 */
import { BadTermError, receive, self, send, TIMEOUT, type Pid } from "@agner/vm";
import { undef } from "../errors.ts";
import { ACTION, isAction } from "../gen/action.ts";
import { newCurrent, type Current } from "../gen/current.ts";
import { debugOf, tell, type DebugOption } from "../gen/debug.ts";
import { describeClient, moduleName } from "../gen/describe.ts";
import { parentOfEntering } from "../gen/enter.ts";
import { hibernate } from "../gen/hibernate.ts";
import type { Call, Cast, From, System } from "../gen/message.ts";
import { endProcess } from "../gen/process.ts";
import type { ServerName } from "../gen/names.ts";
import { isOrderly, reasonOf, termOf } from "../gen/reason.ts";
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
  spec: AnySpec;
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

/** How a server runs, whatever it serves. A term. */
export interface Settings {
  readonly hibernateAfter: number;
  readonly debug: readonly DebugOption[] | undefined;
}

/** Begins a server in the process that was started for it. */
export function runServer(definition: ServerCode, argument: unknown, settings: Settings, starter: Starter): void {
  const { spec } = definition;
  const refused = claimName(starter.name);
  if (refused !== undefined) return failStart(starter, refused.reason, "normal");
  let begun: unknown;
  try {
    begun = spec.init(argument);
  } catch (e) {
    if (!isAction(e)) return failStart(starter, reasonOfCallback(e), reasonOfCallback(e));
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
      default:
        return failStart(starter, badReturn(begun), badReturn(begun));
    }
  } else if (begun instanceof Promise) return failStart(starter, badReturn(begun), badReturn(begun));
  const parent = starter.linked ? starter.pid : undefined;
  const server = newServer(definition, parent, starter.name, begun, next, settings);
  acknowledge(starter, { kind: "ok" });
  serve(server);
}

/** Makes the calling process, which has initialised itself, a server. */
export function enterServer(
  definition: ServerCode,
  name: ServerName | undefined,
  state: unknown,
  next: Next | undefined,
  settings: Settings,
): never {
  const parent = parentOfEntering(name);
  serve(newServer(definition, parent, name, state, next, settings));
}

function newServer(
  definition: ServerCode,
  parent: Pid | undefined,
  name: ServerName | undefined,
  state: unknown,
  next: Next | undefined,
  { hibernateAfter, debug }: Settings,
): Server {
  return {
    spec: definition.spec,
    parent,
    name: typeof name === "string" ? name : undefined,
    module: moduleName(definition, "server"),
    state,
    next,
    current: newCurrent(),
    hibernateAfter,
    lastMessage: undefined,
    debug: debugOf(debug),
    suspended: false,
  };
}

/** Why a server ends whose callback has thrown something: what is no error counts as returned, as in OTP. */
function reasonOfCallback(thrown: unknown): unknown {
  return thrown instanceof Error ? reasonOf(thrown) : badReturn(thrown);
}

/** The reason for what a callback must not return. */
function badReturn(value: unknown): unknown {
  return { badReturnValue: isAction<Action>(value) ? plain(value) : termOf(value) };
}

/** An action as a term that reads like it. */
function plain(action: Action): unknown {
  switch (action[ACTION]) {
    case "reply":
      return { reply: termOf(action.value), state: termOf(action.state) };
    case "noreply":
      return { noreply: termOf(action.state) };
    case "stop":
      return { stop: termOf(action.reason), state: termOf(action.state) };
    case "begin":
      return { begin: termOf(action.state) };
    default:
      return action[ACTION];
  }
}

function serve(server: Server): never {
  let ending: Ending | undefined;
  while (ending === undefined) {
    try {
      ending = loop(server);
    } catch (e) {
      ending = isAction<Action>(e) ? settle(server, e) : { reason: reasonOfCallback(e) };
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
        if (server.parent !== undefined && message.from === server.parent) {
          server.lastMessage = message;
          return { reason: message.reason };
        }
    }
  }
  if (server.debug !== undefined && message !== TIMEOUT) tell(server.debug, { kind: "in", message }, server.module);
  server.lastMessage = message;
  const { info } = server.spec;
  if (info === undefined) {
    warn(server, message);
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
  server.current.request = name;
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
  if (!isAction(action)) return { reason: badReturn(action) };
  switch (action[ACTION]) {
    case "reply":
      if (from === undefined) return { reason: badReturn(action) };
      server.state = action.state;
      server.next = action.next;
      answer(server, from, action.value);
      forget(current);
      return undefined;
    case "noreply":
      server.state = action.state;
      server.next = action.next;
      forget(current);
      if (server.debug !== undefined) tell(server.debug, { kind: "noreply", state: action.state }, server.module);
      return undefined;
    case "stop":
      if (action.answered && from === undefined) return { reason: badReturn(action) };
      if (action.given) server.state = action.state;
      return action.answered ? { reason: action.reason, answer: { to: from!, value: action.value } } : { reason: action.reason };
    default:
      return { reason: badReturn(action) };
  }
}

/** A server that ends remembers whose call it was, for its report. */
function forget(current: Current): void {
  current.from = undefined;
  current.request = undefined;
}

function answer(server: Server, { pid, ref }: From, value: unknown): void {
  try {
    send(ref, { type: "$reply", ref, value });
  } catch (e) {
    if (!BadTermError.is(e)) throw e;
    const { lastMessage } = server;
    const request = (lastMessage as Call | undefined)?.name;
    throw new BadTermError(`${server.module}: the answer to ${request} cannot be sent: ${e.message}`, e.path, { cause: e });
  }
  if (server.debug !== undefined) tell(server.debug, { kind: "out", message: value, to: pid }, server.module);
}

function warn(server: Server, message: unknown): void {
  report("warning", { type: "unexpected", pid: self(), name: server.name, module: server.module, message });
}

/** Terminates: the callback first, then the report, the answer that is owed, and the exit. */
function finish(server: Server, ending: Ending): never {
  let { reason } = ending;
  const client = server.current.from;
  forget(server.current);
  try {
    server.spec.terminate?.(server.state, reason);
  } catch (e) {
    if (e instanceof Error) reason = reasonOf(e);
  }
  if (!isOrderly(reason)) reportTermination(server, reason, client);
  if (ending.answer !== undefined) answer(server, ending.answer.to, ending.answer.value);
  endProcess(reason);
}

function reportTermination(server: Server, reason: unknown, client: From | undefined): void {
  const log = server.debug?.log?.events;
  const status = formatted(server, {
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

/** A status as the server's `formatStatus` wants it shown; if that fails, without the state. */
function formatted(server: Server, status: ServerStatus): ServerStatus {
  const { formatStatus } = server.spec;
  if (formatStatus === undefined) return status;
  try {
    const shown = formatStatus(status);
    if (typeof shown === "object" && shown !== null && "state" in shown) return shown;
  } catch {
    // What follows is shown instead.
  }
  return { ...status, state: `formatStatus of ${server.module} has failed` };
}

const SYSTEM: SystemCallbacks<Server> = {
  behaviour: "genServer",
  getState: (server) => server.state,
  replaceState: (server, replace) => (server.state = replace(server.state)),
  status: (server) => formatted(server, { state: server.state, log: server.debug?.log?.events ?? [] }).state,
  codeChange: (server, oldVersion, extra, module) => {
    const spec = (module as Partial<ServerCode> | undefined)?.spec ?? server.spec;
    if (spec.codeChange !== undefined) server.state = spec.codeChange(server.state, oldVersion, extra);
    server.spec = spec;
  },
};
