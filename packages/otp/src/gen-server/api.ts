/** What programs do with servers beside the calls of their clients: `genServer.stop`, `genServer.call`, `genServer.multiCall` and their like. */
import type { Pid, Timeout } from "@agner/vm";
import { badArgument } from "../errors.ts";
import { call, cast, checkTimeout } from "../gen/call.ts";
import type { DebugOption } from "../gen/debug.ts";
import { targetOf, type AnyDest } from "../gen/dest.ts";
import type { ServerDest, ServerName } from "../gen/names.ts";
import * as requests from "../gen/requests.ts";
import {
  isRequestIds,
  type Collected,
  type MultiReply,
  type Patience,
  type RequestId,
  type RequestIds,
  type Response,
} from "../gen/requests.ts";
import { stopProcess } from "../gen/stop.ts";
import type { Next } from "./action.ts";
import { enterServer, type ServerCode } from "./server.ts";

/** How long a call waits. */
export interface CallOptions {
  /** Milliseconds, or `Infinity`. Default: that of the client, else 5,000. */
  readonly timeout?: number;
}

type Handler = (...args: any[]) => unknown;
/** Something with calls as methods. */
type AnyCalls = { readonly pid: Pid; readonly with: Handler };
/** The calls of a client. */
export type CallName<T> = { [N in keyof T & string]: N extends "with" ? never : T[N] extends Handler ? N : never }[keyof T &
  string];
export type CallArgs<T, N extends keyof T> = T[N] extends (...args: infer A) => unknown ? A : never;
export type CallValue<T, N extends keyof T> = T[N] extends (...args: any[]) => infer R ? R : never;

/**
 * Ends a server in order, with `terminate`, and waits until it is gone.
 *
 * @param reason default `"normal"`.
 * @param timeout milliseconds; default `Infinity`.
 * @throws {CallError} `AGNER_NOPROC` if nobody is there, `AGNER_TIMEOUT`, `AGNER_CALLING_SELF`, or `AGNER_CALL` if it ended for another reason, which is the error's.
 * @example
 * genServer.stop(counter, "shutdown", 1_000);
 */
export function stopServer(server: AnyDest, reason: unknown = "normal", timeout: number = Infinity): void {
  stopProcess("genServer.stop", server, reason, timeout);
}

/**
 * Calls a server whose definition the program does not have; a client's methods are the typed way.
 *
 * @throws {CallError} as a client's call.
 * @example
 * genServer.call("counter", "add", [5], { timeout: 1_000 });
 */
export function callServer(server: AnyDest, name: string, args: readonly unknown[] = [], options: CallOptions = {}): unknown {
  return call(targetOf("genServer.call", server, options.timeout), "$call", name, args);
}

/** Sends a request that is not answered; nothing happens if nobody is there. */
export function castServer(server: AnyDest, name: string, args: readonly unknown[] = []): void {
  cast(targetOf("genServer.cast", server).dest, name, args);
}

/** Casts to many. */
export function abcast(servers: readonly AnyDest[], name: string, args: readonly unknown[] = []): void {
  for (const { dest } of targetsOf("genServer.abcast", servers).map(([, target]) => target)) cast(dest, name, args);
}

/**
 * Calls many servers at once, and collects the answers: `{ replies: [server, value][], bad: server[] }`, both in the order of `servers`. `bad` are those that are not
 * there, end, or do not answer in time; what they answer later goes nowhere.
 *
 * @param options `timeout` in milliseconds for all together; default `Infinity`.
 * @example
 * const { replies, bad } = genServer.multiCall(counters, "add", [1], { timeout: 1_000 });
 */
export function multiCall<T extends AnyCalls, N extends CallName<T>>(
  servers: readonly T[],
  name: N,
  args: CallArgs<T, N>,
  options?: CallOptions,
): MultiReply<T, CallValue<T, N>>;
export function multiCall<D extends ServerDest>(
  servers: readonly D[],
  name: string,
  args?: readonly unknown[],
  options?: CallOptions,
): MultiReply<D, unknown>;
export function multiCall(
  servers: readonly AnyDest[],
  name: string,
  args: readonly unknown[] = [],
  { timeout = Infinity }: CallOptions = {},
): MultiReply<AnyDest, unknown> {
  checkTimeout("genServer.multiCall", timeout);
  return requests.multiCall(targetsOf("genServer.multiCall", servers), name, args, timeout);
}

function targetsOf(what: string, servers: readonly AnyDest[]): (readonly [AnyDest, ReturnType<typeof targetOf>])[] {
  if (!Array.isArray(servers)) throw badArgument(`${what}: the servers must be an array`);
  return servers.map((server: AnyDest) => [server, targetOf(what, server)] as const);
}

/**
 * Sends a request and returns at once; its answer is received with `receiveResponse`, `waitResponse` or `checkResponse`.
 *
 * @example
 * const id = genServer.sendRequest(counter, "add", 5);
 * const response = genServer.receiveResponse(id, 1_000); // { reply: 15 }, { error: { reason, server } } or TIMEOUT
 */
export function sendRequest<T extends AnyCalls, N extends CallName<T>>(
  server: T,
  name: N,
  ...args: CallArgs<T, N>
): RequestId<CallValue<T, N>>;
export function sendRequest(server: ServerDest, name: string, ...args: unknown[]): RequestId<unknown>;
export function sendRequest(server: AnyDest, name: string, ...args: unknown[]): RequestId<any> {
  return requests.sendRequest(targetOf("genServer.sendRequest", server), name, args);
}

/** How a response is taken out of a collection. */
export interface CollectionOptions {
  /** Whether its request leaves the collection; default true. */
  readonly remove?: boolean;
}

/**
 * Waits for the response to a request: `{ reply }`, or `{ error: { reason, server } }`. When the time is over the request is given up, and the result is `TIMEOUT`.
 * Of a collection, the first response to come: `{ result, label, rest }`, `"no_request"` if it is empty, or `TIMEOUT`, after which all of its requests are given up.
 *
 * @param timeout milliseconds, or `{ abs }`: a moment in milliseconds since 1970. Default `Infinity`.
 */
export function receiveResponse<R>(id: RequestId<R>, timeout?: Patience): Response<R> | Timeout;
export function receiveResponse<R, L>(
  ids: RequestIds<R, L>,
  timeout?: Patience,
  options?: CollectionOptions,
): Collected<R, L> | typeof requests.NO_REQUEST | Timeout;
export function receiveResponse(
  id: RequestId | RequestIds,
  timeout?: Patience,
  { remove = true }: CollectionOptions = {},
): unknown {
  return isRequestIds(id) ? requests.receiveFirst(id, timeout ?? Infinity, remove) : requests.receiveResponse(id, timeout);
}

/** As `receiveResponse`, but when the time is over, the response can be waited for again. */
export function waitResponse<R>(id: RequestId<R>, timeout?: Patience): Response<R> | Timeout;
export function waitResponse<R, L>(
  ids: RequestIds<R, L>,
  timeout?: Patience,
  options?: CollectionOptions,
): Collected<R, L> | typeof requests.NO_REQUEST | Timeout;
export function waitResponse(id: RequestId | RequestIds, timeout?: Patience, { remove = true }: CollectionOptions = {}): unknown {
  return isRequestIds(id) ? requests.waitFirst(id, timeout ?? Infinity, remove) : requests.waitResponse(id, timeout);
}

/** Whether a message that the caller has received is the response to a request, or to one of a collection: as `receiveResponse`, or `"no_reply"`. */
export function checkResponse<R>(message: unknown, id: RequestId<R>): Response<R> | typeof requests.NO_REPLY;
export function checkResponse<R, L>(
  message: unknown,
  ids: RequestIds<R, L>,
  options?: CollectionOptions,
): Collected<R, L> | typeof requests.NO_REQUEST | typeof requests.NO_REPLY;
export function checkResponse(message: unknown, id: RequestId | RequestIds, { remove = true }: CollectionOptions = {}): unknown {
  return isRequestIds(id) ? requests.checkFirst(message, id, remove) : requests.checkResponse(message, id);
}

/** How a process goes on as a server. */
export interface EnterOptions {
  /** The name under which the process has registered itself. */
  readonly name?: ServerName;
  /** What it does before the first message. */
  readonly next?: Next;
  readonly hibernateAfter?: number;
  readonly debug?: readonly DebugOption[];
}

/**
 * Makes the calling process, which `procLib` has started and which has initialised itself, a server: `init` is not called, and the call does not return.
 *
 * @example
 * function connected(port: number): void {
 *   const state = connect(port);
 *   procLib.initAck(self());
 *   genServer.enterLoop(Connection, state);
 * }
 */
export function enterLoop(definition: object, state: unknown, options: EnterOptions = {}): never {
  const code = definition as Partial<ServerCode>;
  if (typeof code?.spec?.init !== "function")
    throw badArgument("genServer.enterLoop: the first argument must be what genServer has made");
  const { name, next, hibernateAfter = Infinity, debug } = options;
  enterServer(code as ServerCode, name, state, next, { hibernateAfter, debug });
}
