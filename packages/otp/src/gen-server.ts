/**
 * Servers: processes that own a state and answer requests, one at a time. The counterpart of OTP's gen_server.
 */
import { AgnerError, definition, dictionary, REVIVE } from "@agner/vm";
import { badArgument } from "./errors.ts";
import { checkTimeout } from "./gen/call.ts";
import { CURRENT } from "./gen/current.ts";
import { moduleName } from "./gen/describe.ts";
import type { From, StartResult } from "./gen/message.ts";
import { isServerDest, type ServerDest } from "./gen/names.ts";
import { runProcess } from "./gen/process.ts";
import { startProcess, type Bond } from "./gen/start.ts";
import { startedPid } from "./gen/started.ts";
import {
  abcast,
  callServer,
  castServer,
  checkResponse,
  enterLoop,
  multiCall,
  receiveResponse,
  sendRequest,
  stopServer,
  waitResponse,
} from "./gen-server/api.ts";
import { requestIds } from "./gen/requests.ts";
import { checkCallNames, clientMaker, defaultClient, type AnyClient, type ClientData } from "./gen/client.ts";
import { runServer, type ServerCode } from "./gen-server/server.ts";
import type { ServerDefinition, ServerOptions, ServerSpec } from "./gen-server/types.ts";
import { START_CHILD, type ChildOptions, type ChildSpec } from "./supervisor/child-spec.ts";
import { childSpec } from "./supervisor/make-child-spec.ts";

/**
 * Defines a server by its callbacks; each gets the state first and returns the next one in `reply`, `noreply` or `stop`. Export the result as a constant of its
 * module, so that other cores find it.
 *
 * @example
 * export const Counter = genServer({
 *   init: (start: number) => start,
 *   calls: {
 *     get: (n) => reply(n, n),
 *     add: (n, by: number) => reply(n + by, n + by),
 *   },
 *   casts: { reset: () => noreply(0) },
 * });
 *
 * const counter = Counter.startLink(10, { name: "counter" });
 * counter.add(5); // 15
 */
export function genServer<A extends readonly [] | readonly [unknown?], I, C = {}, K = {}>(
  spec: ServerSpec<A, I, C, K>,
): ServerDefinition<A, I, C, K> {
  checkSpec(spec);
  const code: ServerCode & Record<PropertyKey, unknown> = {
    spec: spec as never,
    startLink: (argument?: unknown, options?: ServerOptions) => started(code, make, startServer(code, true, argument, options)),
    start: (argument?: unknown, options?: ServerOptions) => started(code, make, startServer(code, false, argument, options)),
    startMonitor: (argument?: unknown, options?: ServerOptions) => {
      const result = startServer(code, "monitor", argument, options);
      const client = started(code, make, result);
      return client === undefined || result.kind !== "ok" ? undefined : [client, result.monitor];
    },
    ref: (dest: ServerDest) => {
      if (!isServerDest(dest)) throw badArgument(`${moduleName(code, "server")}.ref: the server must be a pid or a name`);
      return defaultClient(make, dest);
    },
    child: (argument?: unknown, options: ServerOptions & ChildOptions = {}): ChildSpec =>
      childSpec(code, "server", argument, options),
    [START_CHILD]: (argument?: unknown, options?: ServerOptions): StartResult => startServer(code, true, argument, options),
    [REVIVE]: (data: ClientData) => make(data),
  };
  const make = clientMaker(code, Object.keys(spec.calls ?? {}), Object.keys(spec.casts ?? {}));
  return definition(code) as unknown as ServerDefinition<A, I, C, K>;
}

genServer.stop = stopServer;
genServer.call = callServer;
genServer.cast = castServer;
genServer.abcast = abcast;
genServer.multiCall = multiCall;
genServer.sendRequest = sendRequest;
genServer.receiveResponse = receiveResponse;
genServer.waitResponse = waitResponse;
genServer.checkResponse = checkResponse;
genServer.requestIds = requestIds;
genServer.enterLoop = enterLoop;

function checkSpec(spec: ServerSpec<any, any, any, any>): void {
  if (typeof spec?.init !== "function") throw badArgument("genServer: the definition needs a function init");
  checkCallNames("genServer", spec.calls);
}

function startServer(code: ServerCode, bond: Bond, argument: unknown, options: ServerOptions = {}): StartResult {
  const { hibernateAfter = Infinity, debug } = options;
  checkTimeout("hibernateAfter", hibernateAfter);
  const settings = { hibernateAfter, debug };
  return startProcess(bond, options, `${moduleName(code, "server")}.init`, (starter) =>
    runProcess(starter, (me) => runServer(code, argument, settings, me)),
  );
}

function started(code: ServerCode, make: (data: ClientData) => AnyClient, result: StartResult): AnyClient | undefined {
  const pid = startedPid(moduleName(code, "server"), result);
  return pid === undefined ? undefined : defaultClient(make, pid);
}

/** Who makes the call that the server handles now: keep it to answer later with `replyTo`. Throws `AGNER_NO_CALLER` elsewhere than in a call. */
export function caller<V = unknown>(): Caller<V> {
  const from = (dictionary.get(CURRENT) as { from?: From } | undefined)?.from;
  if (from === undefined)
    throw new AgnerError("AGNER_NO_CALLER", "caller() was called where no call is being handled; use it in a handler of calls");
  return from as Caller<V>;
}

/** Who waits for an answer of type `V`. A term. */
export interface Caller<V> extends From {
  /** Only for the type checker: what the answer is. */
  readonly answer?: (value: V) => void;
}
