/** Expectations on the caller's own mailbox. */
import {
  isPid,
  monitor,
  processFlag,
  receive,
  self,
  send,
  TIMEOUT,
  type Down,
  type Exit,
  type Guard,
  type Pid,
  type Ref,
} from "@agner/vm";
import { isMatch } from "@agner/vm/testing";
import { formatReason } from "../gen/format.ts";
import { left, patience, settleIf, waited, type Settled } from "./patience.ts";
import type { Limit } from "./settle.ts";
import { failed, listMessages, showMessage, showPattern } from "./show.ts";

/**
 * Takes the first message that matches out of the caller's mailbox, and waits for it if need be; others stay.
 *
 * @param pattern as that of `receive`: a predicate, a type guard, a `ts-pattern` pattern, or the value itself.
 * @throws {AgnerError} `AGNER_EXPECTATION` past the limit; the message shows the pattern and what has come instead.
 * @example
 * send(self(), { ok: 1 });
 * expectMessage({ ok: 1 }, { withinMs: 100 });
 */
export function expectMessage<T>(pattern: Guard<T>, limit?: Limit): T;
export function expectMessage<T = any>(pattern: unknown, limit?: Limit): T;
export function expectMessage(pattern: unknown, limit: Limit = {}): unknown {
  return take(pattern, showPattern(pattern), "expectMessage", limit);
}

function take(pattern: unknown, wanted: string, what: string, limit: Limit): any {
  const time = patience(what, limit);
  const message = receive<any>((m) => isMatch(pattern, m), left(time));
  if (message !== TIMEOUT) return message;
  throw failed(
    `${what}: no message that matches ${wanted} came to ${self().toString()} ${waited(time)}; ${listMessages(mailbox(), "its mailbox is empty")}`,
  );
}

/** Everything in the caller's mailbox, oldest first. It stays there. */
function mailbox(): unknown[] {
  const messages: unknown[] = [];
  for (;;) {
    const message = receive(undefined, 0);
    if (message === TIMEOUT) break;
    messages.push(message);
  }
  for (const message of messages) send(self(), message);
  return messages;
}

/**
 * Fails if there is a message in the caller's mailbox, once the VM has come to rest; with `settled: false`, now.
 *
 * @throws {AgnerError} `AGNER_EXPECTATION`, with the messages; `AGNER_NOT_SETTLED`.
 * @example
 * counter.cast.reset();
 * expectNoMessage();
 */
export function expectNoMessage(options: Settled = {}): void {
  settleIf(options);
  const messages = mailbox();
  if (messages.length > 0) throw failed(`expectNoMessage: to ${self().toString()} ${listMessages(messages, "")}`);
}

/** How long to wait, and for which reason. */
export interface ReasonLimit extends Limit {
  /** A pattern that the reason must match; default: any. */
  readonly reason?: unknown;
}

/**
 * Waits for the end of a process that is monitored by `of`, or of the process `of` itself, which is monitored now; returns the `Down`.
 *
 * @throws {AgnerError} `AGNER_EXPECTATION` if it does not end within the limit, or for another reason.
 * @example
 * const [pid, ref] = spawnMonitor(worker);
 * expectDown(ref, { reason: "normal" });
 */
export function expectDown(of: Ref | Pid, options: ReasonLimit = {}): Down {
  const ref = isPid(of) ? monitor(of) : of;
  const down: Down = take({ type: "DOWN", ref }, `the end of ${of.toString()}`, "expectDown", options);
  checkReason("expectDown", of, down.reason, options);
  return down;
}

/**
 * Waits for the exit signal of a process that is linked with the caller, which must trap exits; returns it.
 *
 * @throws {AgnerError} `AGNER_EXPECTATION` if none comes within the limit, or one with another reason.
 * @example
 * processFlag("trapExit", true);
 * const pid = spawnLink(() => exit("done"));
 * expectExit(pid, { reason: "done" });
 */
export function expectExit(pid: Pid, options: ReasonLimit = {}): Exit {
  const trapping = processFlag("trapExit", true);
  if (!trapping) {
    processFlag("trapExit", false);
    throw failed('expectExit: the caller does not trap exits; call processFlag("trapExit", true) before the link is made');
  }
  const signal: Exit = take({ type: "EXIT", from: pid }, `the exit signal of ${pid.toString()}`, "expectExit", options);
  checkReason("expectExit", pid, signal.reason, options);
  return signal;
}

function checkReason(what: string, of: Pid | Ref, reason: unknown, options: ReasonLimit): void {
  if (!("reason" in options) || isMatch(options.reason, reason)) return;
  throw failed(
    `${what}: ${of.toString()} ended with ${reason instanceof Error ? formatReason(reason) : showMessage(reason)}, not with ${showPattern(options.reason)}`,
  );
}
