/**
 * Waiting for the VM to come to rest: no process runs or is ready to run, and no signal is on its way, but for the one who waits.
 *
 * How that is known. A core's own word (memory/rest.ts) is odd while it sleeps with nothing to run, nothing to send and nothing on its board. Who looks (1) makes
 * sure of its own core, where it runs and nothing else can, (2) reads the words of all other cores, (3) finds every ring handled to its end, (4) reads the words
 * again. If they were odd and are the same, there was a moment between (2) and (4) in which all cores rested; and since a core that rests neither writes
 * to a ring nor reads from one, what (3) saw was true in that moment.
 *
 * Not waited for: timers, promises, sockets and the dirty pool, of which nobody knows when they will do something.
 */
import { clock } from "./clock.ts";
import { AgnerError } from "./errors.ts";
import { local } from "./local.ts";
import { controlWords } from "./memory/layout.ts";
import { RingView } from "./memory/ring.ts";
import { restOf } from "./memory/rest.ts";
import { hasPaused } from "./paused.ts";
import { park } from "./process/boundary.ts";
import { EXITING, type Process, Wait } from "./process/process.ts";
import { leaving } from "./moving.ts";
import { owesFarewells } from "./signals/exit.ts";
import { finishWait } from "./signals/message.ts";
import { hasArrived, isDrained } from "./signals/remote.ts";

/** So many looks follow each other at once; later ones leave the processor to others in between. */
const EAGER_LOOKS = 200;

let words: Int32Array;
let rings: { readonly from: number; readonly to: number; readonly ring: RingView }[] = [];

/** Learns where to look. */
export function startQuiet(): void {
  words = controlWords(local.memory);
  rings = [];
  for (let to = 0; to < local.schedulers; to++) {
    for (let from = 0; from < local.memory.threads; from++) {
      if (from !== to) rings.push({ from, to, ring: new RingView(local.memory, from, to) });
    }
  }
}

/** Parks `p` until the VM has come to rest. Past `withinMs` milliseconds of real time it goes on with an {@link AgnerError} (`AGNER_NOT_SETTLED`). */
export function settle(p: Process, withinMs: number): never {
  return until(p, withinMs, unrest, () => true);
}

/**
 * Parks `p` until `unrest` says undefined and `step` is true. A step that is false has made new work, for which there is `withinMs` anew.
 */
export function until(
  p: Process,
  withinMs: number,
  why: () => string | undefined,
  step: () => boolean,
  failed: () => void = () => {},
): never {
  const wait = new Wait("wait");
  let since = performance.now();
  let looks = 0;
  const look = (): void => {
    if (p.wait !== wait || p.status === EXITING) return;
    const busy = why();
    if (busy === undefined) {
      if (step()) return void finishWait(p, wait, undefined, 0);
      since = performance.now();
      looks = 0;
    } else if (performance.now() - since > withinMs) {
      failed();
      return void finishWait(p, wait, notSettled(withinMs, busy), 1);
    }
    if (++looks < EAGER_LOOKS) setImmediate(look);
    else setTimeout(look, 1);
  };
  setImmediate(look);
  return park(p, wait);
}

function notSettled(withinMs: number, busy: string): AgnerError {
  return new AgnerError("AGNER_NOT_SETTLED", `the VM did not come to rest within ${withinMs} ms: ${busy}`);
}

/** Which core does not go by the newest time yet; undefined if all do. */
export function clockUnseen(): string | undefined {
  const { generation } = clock.shared;
  if (clock.isBehind()) local.requestTurn();
  for (let core = 0; core < local.schedulers; core++) {
    if (clock.shared.seenBy(core) !== generation) return `core ${core} does not answer`;
  }
  return undefined;
}

/** Called between turns. Why the VM does not rest; undefined if it does. */
export function unrest(): string | undefined {
  const { thread, schedulers, runQueue, published } = local;
  // Before the others' words are read: who goes by the newest time and rests has looked at its timers since.
  const unseen = clockUnseen();
  if (unseen !== undefined) return unseen;
  if (runQueue.length > 0 || hasPaused()) return `core ${thread} has processes to run`;
  if (published.length > 0 || leaving() > 0) {
    local.requestTurn();
    return `core ${thread} has processes that another core may run`;
  }
  if (clock.stands && local.timers.isDue()) {
    local.requestTurn();
    return `core ${thread} has timers that are due`;
  }
  if (owesFarewells()) {
    local.requestTurn();
    return `core ${thread} has not told everybody yet of processes that have ended`;
  }
  if (hasArrived()) return `signals for core ${thread} have just arrived`;
  const before: number[] = [];
  for (let other = 0; other < schedulers; other++) {
    if (other === thread) continue;
    if (!isDrained(other)) return `signals from core ${thread} to core ${other} are on their way`;
    before[other] = restOf(words, other);
    if ((before[other]! & 1) === 0) return `core ${other} is busy`;
  }
  for (const { from, to, ring } of rings) {
    if (!ring.isDrained())
      return `signals to core ${to} from ${from === schedulers ? "outside" : `core ${from}`} are on their way`;
  }
  for (let other = 0; other < schedulers; other++) {
    if (other !== thread && restOf(words, other) !== before[other]) return `core ${other} is busy`;
  }
  return undefined;
}
