/** A clock that only the test moves. */
import { AgnerError, exit, isAlive, monitor, receive, receiveSince, self, send, spawnOpt, type Pid, type Ref } from "@agner/vm";
import { advanceClock, clockTime, startClock, stopClock } from "@agner/vm/testing";
import { LIMIT_MS, naming, settle, type Limit } from "./settle.ts";
import { failed } from "./show.ts";

/** The clock of the VM, in the hands of a test. */
export interface VirtualClock {
  /**
   * Moves the clock by `ms` milliseconds: from timer to timer in the order of time, whichever core they are on. After each, whatever it leads to is done before
   * the clock goes on; timers that are set meanwhile count, too. `withinMs` is the real time that may take after each timer.
   */
  advance(ms: number, limit?: Limit): void;
  /** Milliseconds by which the clock was moved. */
  now(): number;
  /** Lets the clock go on by itself, from where it stands. */
  restore(): void;
}

/** Registered while a test has the clock. */
const HOLDER = "virtual clock of a test";

/**
 * Stops the clock of the VM: from now on `sendAfter`, time-outs of `receive`, `sleep`, limits of `wait` and `monotonicTime()` go, on every core, by a time that
 * stands still until the test moves it. It goes by itself again after `restore()`, or else when the test's process has ended. `Date.now()` and
 * `performance.now()` are as ever.
 *
 * @throws {AgnerError} `AGNER_CLOCK` if another test has it; `AGNER_NOT_SETTLED`.
 * @example
 * const clock = virtualClock();
 * sendAfter(60_000, self(), "minute");
 * clock.advance(59_999);
 * expectNoMessage();
 * clock.advance(1);
 * expectMessage("minute");
 * clock.restore();
 */
export function virtualClock(): VirtualClock {
  // The test before may still be giving it back.
  settle();
  const [holder, ref] = hold();
  const begun = clockTime()!;
  let passed = 0;
  const own = (what: string): number => {
    if (!isAlive(holder)) throw failed(`${what}: the clock was restored; take it again with virtualClock()`);
    passed = clockTime()! - begun;
    return passed;
  };
  return {
    advance: (ms: number, { withinMs = LIMIT_MS }: Limit = {}) => {
      own("advance");
      naming(() => advanceClock(ms, withinMs));
      own("advance");
    },
    now: () => (isAlive(holder) ? own("now") : passed),
    restore: () => {
      if (!isAlive(holder)) return;
      own("restore");
      send(holder, { type: "restore" });
      receiveSince(ref);
    },
  };
}

/** Starts the process that has the clock. */
function hold(): readonly [holder: Pid, monitor: Ref] {
  const [holder, ref] = spawnHolder();
  const answer = receiveSince<{ type: string; reason?: unknown }>(
    ref,
    (m: any) => m?.ref === ref || (m?.type === HELD && m.pid === holder),
  );
  if (answer.type === "DOWN") throw answer.reason;
  return [holder, ref];
}

const HELD = "$clock held";

function spawnHolder(): readonly [holder: Pid, monitor: Ref] {
  try {
    return spawnOpt({ name: HOLDER, monitor: true }, holdFor, self());
  } catch (e) {
    if (!AgnerError.is(e) || e.code !== "AGNER_NAME_TAKEN") throw e;
    throw new AgnerError("AGNER_CLOCK", "virtualClock: a test has the clock already; restore() it first", { cause: e });
  }
}

/** The life of the process that has the clock: it gives it back when it is told to, or when the test ends. */
function holdFor(test: Pid): void {
  const end = monitor(test);
  try {
    stopClock(LIMIT_MS);
  } catch (e) {
    exit(e);
  }
  send(test, { type: HELD, pid: self() });
  receive((m: any) => m?.type === "restore" || m?.ref === end);
  startClock(LIMIT_MS);
}
