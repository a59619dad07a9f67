/** Waiting for the VM to come to rest, with an error that names who does not. */
import {
  AgnerError,
  alias,
  processes,
  processInfo,
  receiveSince,
  self,
  send,
  spawn,
  TIMEOUT,
  unalias,
  type Pid,
} from "@agner/vm";
import { settle as settleVm } from "@agner/vm/testing";

/** How long to wait at most. */
export interface Limit {
  /** In milliseconds; default 5,000. */
  readonly withinMs?: number;
}

/** How long the kit waits unless it is told otherwise, in milliseconds. */
export const LIMIT_MS = 5_000;

/**
 * Returns when every core is idle but for the caller, and no signal is on its way: whatever was sent has been handled, and so has what that led to. Not waited
 * for are timers that are not due, promises, sockets and the dirty pool.
 *
 * @throws {AgnerError} `AGNER_NOT_SETTLED` past the limit; the message names the processes that are still busy.
 * @example
 * counter.cast.reset();
 * settle();
 * expect(isAlive(counter.pid)).toBe(true);
 */
export function settle({ withinMs = LIMIT_MS }: Limit = {}): void {
  naming(() => settleVm(withinMs));
}

/** Runs a wait for the VM to come to rest; its failure names who is busy. */
export function naming(wait: () => void): void {
  try {
    wait();
  } catch (e) {
    if (!AgnerError.is(e) || e.code !== NOT_SETTLED) throw e;
    throw new AgnerError(NOT_SETTLED, `${e.message}; ${busyProcesses()}`, { cause: e });
  }
}

const NOT_SETTLED = "AGNER_NOT_SETTLED";
/** How long a look at all processes may take in real time, in milliseconds. */
const LOOK_MS = 100;
/** Most processes that are looked at, and that are named. */
const MOST_LOOKED_AT = 500;
const MOST_NAMED = 5;

interface Look {
  readonly pid: Pid;
  readonly reductions: number;
  readonly status: string;
  readonly text: string;
}

/** The processes that used processor time between two looks, as part of a sentence. */
function busyProcesses(): string {
  const pids = processes().filter((pid) => pid !== self());
  const asked = pids.slice(0, MOST_LOOKED_AT);
  const before = lookAt(asked);
  const after = lookAt(asked);
  const busy = asked.flatMap((pid) => {
    const [first, second] = [before.get(pid), after.get(pid)];
    if (second === undefined)
      return first === undefined && pids.includes(pid) ? [`${pid.toString()}, whose core does not answer`] : [];
    return second.status !== "waiting" || second.reductions !== first?.reductions ? [second.text] : [];
  });
  if (busy.length === 0) return "no process is busy for long; perhaps processes start and end all the time";
  const more = busy.length > MOST_NAMED ? ` and ${busy.length - MOST_NAMED} more` : "";
  return `still busy: ${busy.slice(0, MOST_NAMED).join("; ")}${more}`;
}

/** What is known of processes; nothing of one whose core does not answer in time, or that has ended. */
function lookAt(pids: readonly Pid[]): Map<Pid, Look> {
  const ref = alias();
  for (const pid of pids) spawn(tellOf, ref, pid);
  try {
    settleVm(LOOK_MS);
  } catch (e) {
    if (!AgnerError.is(e) || e.code !== NOT_SETTLED) throw e;
  }
  unalias(ref);
  const looks = new Map<Pid, Look>();
  for (;;) {
    const message = receiveSince<{ look: Look }>(ref, undefined, 0);
    if (message === TIMEOUT) return looks;
    looks.set(message.look.pid, message.look);
  }
}

function tellOf(ref: ReturnType<typeof alias>, pid: Pid): void {
  const info = processInfo(pid);
  if (info === undefined) return;
  const { registeredName, reductions, status, currentFunction, mailboxLength } = info;
  const name = registeredName === undefined ? "" : ` (${JSON.stringify(registeredName)})`;
  const text = `${pid.toString()}${name} in ${currentFunction}, with ${mailboxLength} message${mailboxLength === 1 ? "" : "s"} in its mailbox`;
  send(ref, { ref, look: { pid, reductions, status, text } });
}
