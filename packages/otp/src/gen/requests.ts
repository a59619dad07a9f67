/**
 * Requests whose answer is received later: what `genServer.sendRequest` and its like are made of.
 */
import {
  alias,
  checkCanWait,
  demonitor,
  isRef,
  monitor,
  monotonicTime,
  receive,
  receiveSince,
  self,
  send,
  TIMEOUT,
  unalias,
  type Down,
  type Ref,
  type Timeout,
} from "@agner/vm";
import { badArgument } from "../errors.ts";
import { checkTimeout, REPLY, unsendable, type Target } from "./call.ts";
import type { Reply } from "./message.ts";
import { resolveDest, type ServerDest } from "./names.ts";

/** A request on its way; `R` is the type of its answer. A term, but only of use to the process that has sent it. */
export interface RequestId<R = unknown> {
  /** Tag of the answer. */
  readonly ref: Ref;
  /** Whom it went to. */
  readonly server: ServerDest;
  /** Name of the call. */
  readonly request: string;
  /** Whether the server may refuse: then what it sends is `{ value }` or `{ failed: reason }`. */
  readonly refusable?: true;
  /** Only for the type checker: what the answer is. */
  readonly answer?: (value: R) => void;
}

/** What became of a request: its answer, or the reason for which there will be none: `"noproc"`, or the server's exit reason. */
export type Response<R = unknown> =
  | { readonly reply: R }
  | { readonly error: { readonly reason: unknown; readonly server: ServerDest } };

/** How long to wait: milliseconds from now, `Infinity`, or until a moment in milliseconds since 1970. */
export type Patience = number | { readonly abs: number };

/** What `checkResponse` says of a message that has nothing to do with the request. */
export const NO_REPLY = "no_reply";
/** What the functions say of a collection with no request in it. */
export const NO_REQUEST = "no_request";

/** Sends a request, and returns at once. If nobody is there its response is the error `"noproc"`. */
export function sendRequest(target: Target, name: string, args: readonly unknown[], refusable?: true): RequestId<any> {
  const { dest } = target;
  const pid = resolveDest(dest);
  const me = self();
  // Nobody watches himself: what a process asks itself, it answers to an alias.
  const ref = pid === undefined || pid === me ? alias("reply") : monitor(pid, REPLY);
  if (pid === undefined) send(ref, { type: "DOWN", ref, pid: typeof dest === "string" ? dest : undefined, reason: "noproc" });
  else {
    try {
      send(pid, { type: "$call", pid: me, ref, name, args });
    } catch (e) {
      forget(ref);
      throw unsendable(e, target, pid, name);
    }
  }
  return refusable === undefined ? { ref, server: dest, request: name } : { ref, server: dest, request: name, refusable };
}

/** Waits for the response; when the time is over the request is given up, and its answer, should there be one, goes nowhere. */
export function receiveResponse<R>(id: RequestId<R>, timeout: Patience = Infinity): Response<R> | Timeout {
  const { ref } = checkId("receiveResponse", id);
  const message = responseTo(ref, millisecondsOf("receiveResponse", timeout));
  if (message !== TIMEOUT) return responseOf(id, message);
  const late = abandon(ref);
  return late === undefined ? TIMEOUT : responseOf(id, late);
}

/** Waits for the response; when the time is over, it can be waited for again. */
export function waitResponse<R>(id: RequestId<R>, timeout: Patience = Infinity): Response<R> | Timeout {
  const { ref } = checkId("waitResponse", id);
  const message = responseTo(ref, millisecondsOf("waitResponse", timeout));
  return message === TIMEOUT ? TIMEOUT : responseOf(id, message);
}

/** Whether a message that the caller has received is the response: that, or `"no_reply"`. */
export function checkResponse<R>(message: unknown, id: RequestId<R>): Response<R> | typeof NO_REPLY {
  const { ref } = checkId("checkResponse", id);
  return refOf(message) === ref ? responseOf(id, message as Reply | Down) : NO_REPLY;
}

/** Gives a request up: a response that is there already, or undefined if none will ever come. */
export function abandon(ref: Ref): Reply | Down | undefined {
  forget(ref);
  const late = responseTo(ref, 0);
  return late === TIMEOUT ? undefined : late;
}

/** A request to oneself carries the reference, too, so the kind of message counts. */
function responseTo(ref: Ref, ms: number): Reply | Down | Timeout {
  return receiveSince<Reply | Down>(ref, (m: unknown) => refOf(m) === ref, ms);
}

function forget(ref: Ref): void {
  demonitor(ref);
  unalias(ref);
}

/** The response that a message carries; afterwards nothing else can come for the request. */
export function responseOf<R>({ ref, server, refusable }: RequestId<R>, message: Reply | Down): Response<R> {
  forget(ref);
  if (message.type !== "$reply") return { error: { reason: message.reason, server } };
  if (refusable === undefined) return { reply: message.value as R };
  const answer = message.value as { readonly value: R } | { readonly failed: unknown };
  return "value" in answer ? { reply: answer.value } : { error: { reason: answer.failed, server } };
}

/** The reference that an answer or a `Down` carries; undefined for other messages. */
export function refOf(message: unknown): Ref | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { type, ref } = message as { type?: unknown; ref?: unknown };
  return (type === "$reply" || type === "DOWN") && isRef(ref) ? ref : undefined;
}

/** How many milliseconds from now a {@link Patience} means. */
export function millisecondsOf(what: string, timeout: Patience): number {
  if (typeof timeout !== "object" || timeout === null) return checkTimeout(what, timeout);
  return Math.max(0, checkTimeout(what, timeout.abs) - Date.now());
}

export function checkId<R>(what: string, id: RequestId<R>): RequestId<R> {
  if (typeof id === "object" && id !== null && isRef(id.ref)) return id;
  throw badArgument(`${what}: the request must be what sendRequest returns`);
}

/** One response out of a collection: with the label of its request, and the collection without it. */
export interface Collected<R, L> {
  readonly result: Response<R>;
  readonly label: L;
  readonly rest: RequestIds<R, L>;
}

/** Requests under way, each with a label. Changes in place, and belongs to one process. */
export interface RequestIds<R = unknown, L = unknown> {
  readonly size: number;
  /** Adds a request; returns the collection. Throws `AGNER_BAD_ARGUMENT` if it is in it already. */
  add(id: RequestId<R>, label: L): RequestIds<R, L>;
  /** Whether the request is in it. */
  has(id: RequestId<R>): boolean;
  /** Takes a request out; false if it is not in it. */
  delete(id: RequestId<R>): boolean;
  toList(): (readonly [id: RequestId<R>, label: L])[];
}

type Entries = Map<Ref, readonly [id: RequestId<any>, label: unknown]>;

const ENTRIES = Symbol("requests");

/** An empty collection of requests. */
export function requestIds<R = unknown, L = unknown>(): RequestIds<R, L> {
  const entries: Entries = new Map();
  const ids: RequestIds<R, L> & { readonly [ENTRIES]: Entries } = {
    [ENTRIES]: entries,
    get size() {
      return entries.size;
    },
    add(id, label) {
      const { ref } = checkId("add", id);
      if (entries.has(ref)) throw badArgument(`add: the request ${id.request} is in the collection already`);
      entries.set(ref, [id, label]);
      return ids;
    },
    has: (id) => entries.has(checkId("has", id).ref),
    delete: (id) => entries.delete(checkId("delete", id).ref),
    toList: () => [...entries.values()] as (readonly [RequestId<R>, L])[],
  };
  return ids;
}

/** Whether a value is a collection of requests. */
export function isRequestIds(value: unknown): value is RequestIds<any, any> {
  return typeof value === "object" && value !== null && ENTRIES in value;
}

function entriesOf(ids: RequestIds<any, any>): Entries {
  return (ids as unknown as { readonly [ENTRIES]: Entries })[ENTRIES];
}

/** Waits for the first response to come; when the time is over, all requests of the collection are given up. */
export function receiveFirst<R, L>(
  ids: RequestIds<R, L>,
  timeout: Patience,
  remove: boolean,
): Collected<R, L> | typeof NO_REQUEST | Timeout {
  const found = waitFirst(ids, timeout, remove, "receiveResponse");
  if (found !== TIMEOUT) return found;
  const entries = entriesOf(ids);
  // All are given up before the mailbox is looked at once more.
  for (const ref of entries.keys()) forget(ref);
  const late = waitFirst(ids, 0, remove, "receiveResponse");
  // What has come for the others meanwhile goes, too.
  if (late === TIMEOUT) for (const ref of entries.keys()) responseTo(ref, 0);
  return late;
}

/** Waits for the first response to come. */
export function waitFirst<R, L>(
  ids: RequestIds<R, L>,
  timeout: Patience,
  remove: boolean,
  what: string = "waitResponse",
): Collected<R, L> | typeof NO_REQUEST | Timeout {
  const entries = entriesOf(ids);
  const ms = millisecondsOf(what, timeout);
  if (entries.size === 0) return NO_REQUEST;
  const message = receive<Reply | Down>((m: any) => entries.has(refOf(m)!), ms);
  return message === TIMEOUT ? TIMEOUT : collected(ids, message, remove);
}

/** Whether a message that the caller has received is a response to one of the requests. */
export function checkFirst<R, L>(
  message: unknown,
  ids: RequestIds<R, L>,
  remove: boolean,
): Collected<R, L> | typeof NO_REQUEST | typeof NO_REPLY {
  const entries = entriesOf(ids);
  if (entries.size === 0) return NO_REQUEST;
  return entries.has(refOf(message)!) ? collected(ids, message as Reply | Down, remove) : NO_REPLY;
}

function collected<R, L>(ids: RequestIds<R, L>, message: Reply | Down, remove: boolean): Collected<R, L> {
  const entries = entriesOf(ids);
  const [id, label] = entries.get(message.ref)!;
  if (remove) entries.delete(message.ref);
  return { result: responseOf(id, message), label: label as L, rest: ids };
}

/** Who answers, and what, of many that get the same request. */
export interface MultiReply<D, R> {
  readonly replies: [dest: D, value: R][];
  /** Those that are not there, ended, or did not answer in time. */
  readonly bad: D[];
}

/** Sends one request to many and collects the answers that come within `timeout` milliseconds. No late answer stays behind. */
export function multiCall<D>(
  targets: readonly (readonly [dest: D, target: Target])[],
  name: string,
  args: readonly unknown[],
  timeout: number,
): MultiReply<D, any> {
  checkCanWait(name);
  const deadline = monotonicTime() + timeout;
  const sent: (readonly [dest: D, id: RequestId<any> | undefined])[] = [];
  const me = self();
  try {
    // The caller itself would not answer while it waits.
    for (const [dest, target] of targets)
      sent.push([dest, resolveDest(target.dest) === me ? undefined : sendRequest(target, name, args)]);
  } catch (e) {
    for (const [, id] of sent) if (id !== undefined) abandon(id.ref);
    throw e;
  }
  const replies: [dest: D, value: unknown][] = [];
  const bad: D[] = [];
  for (const [dest, id] of sent) {
    const response = id === undefined ? TIMEOUT : receiveResponse(id, Math.max(0, deadline - monotonicTime()));
    if (response !== TIMEOUT && "reply" in response) replies.push([dest, response.reply]);
    else bad.push(dest);
  }
  return { replies, bad };
}
