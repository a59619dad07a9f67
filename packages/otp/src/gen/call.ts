/**
 * HOT PATH (benchmark: server-call-small). Calling a server: a request, a monitor that is an alias as well, and the answer or the reason why there is none.
 */
import {
  BadTermError,
  checkCanWait,
  demonitor,
  isPid,
  monitor,
  receiveSince,
  self,
  send,
  TIMEOUT,
  type Down,
  type Pid,
} from "@agner/vm";
import { formatTerm } from "@agner/vm/report";
import { badArgument, CallError, type CallErrorCode } from "../errors.ts";
import { describeActivity, describeSelf, describeServer, suggestName } from "./describe.ts";
import { formatReason } from "./format.ts";
import type { From, Reply } from "./message.ts";
import { isServerDest, resolveDest, type ServerDest } from "./names.ts";

/** How long a call waits for its answer unless the caller says otherwise, in milliseconds: OTP's default. */
export const CALL_TIMEOUT_MS = 5_000;

/** Who is called, and as what. */
export interface Target {
  readonly dest: ServerDest;
  /** In milliseconds; `Infinity` waits for ever. */
  readonly timeout: number;
  /** How error messages call what runs there. */
  readonly module?: string;
}

/**
 * Sends a request and waits for the answer.
 *
 * @throws {CallError} `AGNER_NOPROC`, `AGNER_TIMEOUT`, `AGNER_CALLING_SELF`, or `AGNER_CALL` if the server ended meanwhile.
 * @throws {AgnerError} `AGNER_NOT_A_PROCESS`, `AGNER_NATIVE_FRAME`: where nobody can wait, nothing is sent.
 */
export function call(target: Target, type: "$call" | "$system", name: string, args: readonly unknown[]): unknown {
  const { dest, timeout } = target;
  const pid = isPid(dest) ? dest : resolveDest(checkDest(dest));
  if (pid === undefined) throw noProcess(target, name);
  checkCanWait(name); // a request that nobody can wait for must not be made
  const me = self();
  if (pid === me) throw callFailure(target, pid, name, "AGNER_CALLING_SELF", "calling_self", "a process cannot call itself");
  const ref = monitor(pid, REPLY);
  try {
    // Literals, each in its own call: the compiler sees that nobody else holds them, and only `args` is copied.
    if (type === "$call") send(pid, { type: "$call", pid: me, ref, name, args });
    else send(pid, { type: "$system", pid: me, ref, request: name, args });
  } catch (e) {
    demonitor(ref, FLUSH);
    throw unsendable(e, target, pid, name);
  }
  const answer = receiveSince<Reply | Down>(ref, undefined, timeout);
  if (answer === TIMEOUT) {
    // It may have come in the moment in which the time was over.
    demonitor(ref);
    const late = receiveSince<Reply | Down>(ref, undefined, 0);
    if (late === TIMEOUT) throw tooLate(target, pid, name);
    return valueOf(late, target, pid, name);
  }
  return valueOf(answer, target, pid, name);
}

/** Options of a monitor whose reference takes the answer as well. */
export const REPLY = { alias: "replyDemonitor" } as const;
const FLUSH = { flush: true } as const;

function valueOf(answer: Reply | Down, target: Target, pid: Pid, name: string): unknown {
  if (answer.type === "$reply") return answer.value;
  if (answer.reason === "noproc") throw noProcess(target, name);
  throw callFailure(
    target,
    pid,
    name,
    "AGNER_CALL",
    answer.reason,
    `the server ended before it answered: ${formatReason(answer.reason)}`,
  );
}

/** The error for a request that cannot be sent. */
export function unsendable(e: unknown, { dest, module }: Target, pid: Pid, name: string): unknown {
  if (!BadTermError.is(e)) return e;
  return new BadTermError(
    `${describeSelf()} called ${name}(…) of the server ${describeServer(dest, pid, module)} with what cannot be sent: ${e.message}`,
    e.path,
    { cause: e },
  );
}

/** Throws unless `ms` is a time in milliseconds, or `Infinity`. */
export function checkTimeout(what: string, ms: unknown): number {
  if (typeof ms === "number" && ms >= 0) return ms;
  throw badArgument(`${what}: the timeout must be a number of milliseconds from 0, or Infinity, not ${formatTerm(ms)}`);
}

export function checkDest(dest: unknown): ServerDest {
  if (isServerDest(dest)) return dest;
  throw badArgument("call: the server must be a pid, a registered name, or a name in a registry");
}

/** The error for a call to somebody who is not there. */
export function noProcess(target: Target, name: string): CallError {
  return callFailure(target, undefined, name, "AGNER_NOPROC", "noproc", suggestName(target.dest));
}

function tooLate(target: Target, pid: Pid, name: string): CallError {
  return callFailure(
    target,
    pid,
    name,
    "AGNER_TIMEOUT",
    "timeout",
    `no answer came within ${target.timeout} ms: ${describeActivity(pid)}; raise the limit with .with({ timeout }) or let the server answer later with replyTo`,
  );
}

/** The error for a call that got no answer. */
export function callFailure(
  { dest, module }: Target,
  pid: Pid | undefined,
  name: string,
  code: CallErrorCode,
  reason: unknown,
  why: string,
): CallError {
  return new CallError(code, `${describeSelf()} called ${name}(…) of the server ${describeServer(dest, pid, module)}: ${why}`, {
    reason,
    details: { server: isPid(dest) || typeof dest === "string" ? dest : (pid ?? "unregistered"), request: name },
  });
}

/** Sends a request that is not answered. As in OTP, nothing happens if nobody is there. */
export function cast(dest: ServerDest, name: string, args: readonly unknown[]): void {
  const pid = isPid(dest) ? dest : resolveDest(checkDest(dest));
  if (pid !== undefined) send(pid, { type: "$cast", name, args });
}

/** Answers a call; from any process, once. An answer that comes too late vanishes. */
export function replyTo(from: From, value: unknown): void {
  const { ref } = from;
  send(ref, { type: "$reply", ref, value });
}
