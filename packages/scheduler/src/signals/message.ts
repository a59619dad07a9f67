/**
 * HOT PATH (benchmarks: ping-pong, counting). Sending: the way of a message from `send` to a mailbox.
 */
import { AgnerError, NoProcError } from "../errors.ts";
import { enqueue, local } from "../local.ts";
import { S } from "../process/frames.ts";
import { Mailbox } from "../process/mailbox.ts";
import { Pid } from "../process/pid.ts";
import {
  ANY_MESSAGE,
  EXITING,
  EXTERNAL,
  HANDED,
  PUBLISHED,
  RUNNABLE,
  WAITING,
  type Process,
  type Wait,
} from "../process/process.ts";
import { isRef, Ref } from "../process/ref.ts";
import { copyTerm } from "../terms/copy.ts";
import { describeValue } from "../terms/bad-term.ts";
import { TERM } from "../terms/host.ts";
import { admit } from "./admission.ts";
import { receiverOf } from "./aliases.ts";
import { PROMISED, SENDER, type NOBODY, type Origin } from "./origin.ts";
import { lookupName, nearestName } from "./names.ts";
import { here, sendAliasSignal, sendMessageSignal } from "./remote.ts";

/** Where a message may go: a process, a registered name, or an alias. */
export type Dest = Pid | string | Ref;

/** Sends a copy of `message` to `dest`. See the public `send`. */
export function send(dest: Dest, message: unknown): void {
  S.r--;
  if (dest instanceof Pid) {
    const p = Pid.local(dest);
    if (p !== undefined)
      deliverMessage(
        p,
        typeof message === "object" || typeof message === "function" || typeof message === "symbol" ? copyTerm(message) : message,
        SENDER,
      );
    else sendFar(dest, message, SENDER);
  } else sendElsewhere(dest, message, copyTerm, SENDER);
}

/** Sends `message`, which nobody else holds: the compiler calls this for literals that it has seen being made. */
export function sendFresh(dest: Dest, message: unknown): void {
  S.r--;
  if (dest instanceof Pid) {
    const p = Pid.local(dest);
    if (p !== undefined) deliverMessage(p, message, SENDER);
    else sendFar(dest, message, SENDER);
  } else sendElsewhere(dest, message, asIs, SENDER);
}

/** Sends `message`, which nobody else holds, and throws nothing where its mailbox is full: that takes it, or drops it and tells so. */
export function sendAs(dest: Dest, message: unknown, origin: typeof NOBODY | typeof PROMISED): void {
  if (dest instanceof Pid) {
    const p = Pid.local(dest);
    if (p !== undefined) deliverMessage(p, message, origin);
    else sendFar(dest, message, origin);
  } else sendElsewhere(dest, message, asIs, origin);
}

function asIs(message: unknown): unknown {
  return message;
}

/** To a process that does not live on this thread. */
function sendFar(pid: Pid, message: unknown, origin: Origin): void {
  if (!sendMessageSignal(pid, message, origin)) copyTerm(message); // a bad message is refused whoever would have got it
}

function sendElsewhere(dest: unknown, message: unknown, copy: (message: unknown) => unknown, origin: Origin): void {
  if (typeof dest === "string") {
    const pid = lookupName(dest);
    if (pid === undefined) throw unregistered("send", dest);
    const p = Pid.local(pid);
    if (p !== undefined) deliverMessage(p, copy(message), origin);
    else sendFar(pid, message, origin);
  } else if (isRef(dest)) {
    const owner = Ref.owner(dest);
    const p = owner === undefined ? undefined : here(owner);
    if (owner !== undefined && p === undefined && sendAliasSignal(owner, dest, message, origin)) return;
    const copied = copy(message);
    if (p !== undefined) deliverToAlias(dest, copied, origin);
  } else {
    throw new AgnerError(
      "AGNER_BAD_ARGUMENT",
      `send: the destination must be a pid, a registered name or an alias, not ${describeValue(dest)}`,
    );
  }
}

/** The error for a name that nobody has. */
export function unregistered(what: string, name: string): NoProcError {
  const nearest = nearestName(name);
  const hint =
    nearest === undefined ? "no process is registered under a similar name" : `did you mean ${JSON.stringify(nearest)}?`;
  return new NoProcError(`${what}: no process is registered as ${JSON.stringify(name)}; ${hint}`, {
    details: { registeredName: name },
  });
}

/** Delivers to an alias of a process of this thread. */
export function deliverToAlias(alias: Ref, message: unknown, origin: Origin): void {
  const p = receiverOf(alias);
  if (p !== undefined) deliverMessage(p, message, Ref.takesOne(alias) ? PROMISED : origin);
}

/** As {@link deliverMessage}, what no bound refuses: signals that arrive as messages. */
export function deliver(p: Process, message: unknown): void {
  deliverMessage(p, message, PROMISED);
}

/**
 * Puts `message`, which is already the receiver's own, into the mailbox of `p`, and wakes it. `origin` says what becomes of it if there is no room; a
 * sender's throws {@link MailboxFullError}.
 */
export function deliverMessage(p: Process, message: unknown, origin: Origin): void {
  local.counters.messagesIn++;
  if (p.status === WAITING) {
    const wait = p.wait;
    if (wait === ANY_MESSAGE) {
      // Handed over: a process that waits for anything needs no mailbox.
      p.wait = HANDED;
      p.value = message;
      p.status = RUNNABLE;
      enqueue(p);
      return;
    }
    if (wait !== null && wait.ref !== undefined && isAnswer(p, wait, message)) {
      if (wait.timer !== undefined) local.timers.cancel(wait.timer);
      p.wait = HANDED;
      p.value = message;
      p.status = RUNNABLE;
      enqueue(p);
      return;
    }
    const mailbox = (p.mailbox ??= new Mailbox());
    if (mailbox.length >= mailbox.attention && !admit(p, mailbox, origin)) return;
    mailbox.push(message);
    // An event that the message has brought about may have woken it already.
    if (wait !== null && wait.what === "receive" && (p.status as number) === WAITING) {
      p.status = RUNNABLE;
      enqueue(p);
    }
    return;
  }
  if (p.status === EXTERNAL) deliverOutside(p, message, origin);
  else if (p.status === PUBLISHED) deliverPublished(p, message, origin);
  else if (p.status !== EXITING) {
    const mailbox = (p.mailbox ??= new Mailbox());
    if (mailbox.length >= mailbox.attention && !admit(p, mailbox, origin)) return;
    mailbox.push(message);
    if (origin === SENDER && mailbox.length > LONG_MAILBOX) S.r -= Math.min(mailbox.length >> 4, MAX_SEND_COST);
  }
}

/**
 * Whether `message` is what `p` waits for by a reference, and nothing stands in the way of its being handed over: messages that were not tried, a bound that may refuse it. One with a mark
 * may have accessors, which are called when its receiver runs.
 */
function isAnswer({ mailbox }: Process, wait: Wait, message: unknown): boolean {
  if (typeof message !== "object" || message === null || (message as { [TERM]?: unknown })[TERM] !== undefined) return false;
  if ((message as { ref?: unknown }).ref !== wait.ref) return false;
  return mailbox === null || (mailbox.length === wait.scanned && mailbox.length < mailbox.attention);
}

/** To an inbox of ordinary Node code, which takes the message, or puts it into its mailbox. */
function deliverOutside(p: Process, message: unknown, origin: Origin): void {
  const { mailbox } = p;
  if (mailbox !== null && mailbox.length >= mailbox.attention && !admit(p, mailbox, origin)) return;
  p.rare!.onMessage!(message);
}

/**
 * What has started and is on the board has its state written down: it is taken back, or the message follows it. For what has not, a message is kept, unless its bound
 * may refuse it: then it is its owner who decides.
 */
function deliverPublished(p: Process, message: unknown, origin: Origin): void {
  const { mailbox } = p;
  if (!p.started && (mailbox === null || mailbox.length < mailbox.attention)) {
    (p.mailbox ??= new Mailbox()).push(message);
    return;
  }
  const back = here(p.pid);
  if (back !== undefined) deliverMessage(back, message, origin);
  else sendMessageSignal(p.pid, message, origin);
}

/**
 * From this length on, who sends to a mailbox is charged for it, so that the receiver gets its turn before the mailbox leaves the processor's cache. Who
 * only reads a message of another core is not: the other signals of that core would wait for nothing.
 */
const LONG_MAILBOX = 64;
/** The most that one message costs its sender, in reductions: a hundredth of a slice, so that a slice always sends something. */
const MAX_SEND_COST = 40;

/** Ends the wait of `p`, if it still is `wait`, with a value or an error. */
export function finishWait(p: Process, wait: NonNullable<Process["wait"]>, value: unknown, threw: 0 | 1): boolean {
  if (p.wait !== wait || p.status === EXITING) return false;
  if (wait.timer !== undefined) local.timers.cancel(wait.timer);
  p.wait = null;
  p.value = value;
  p.threw = threw;
  if (p.status === WAITING) {
    p.status = RUNNABLE;
    enqueue(p);
  }
  return true;
}
