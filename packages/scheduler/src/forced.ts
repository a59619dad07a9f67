/**
 * How long a process stays where it is, in a VM in which all move all the time, for tests: how many slices it has there before it is made to leave again.
 *
 * One slice, where that is affordable; a move costs as much as hundreds of slices of one reduction do. So who has moved very often has eleven (an odd number: in a loop
 * other slices are meant each time), who is heavy has more, and who could not leave is tried again more and more seldom. All move again and again.
 */
import type { Process } from "./process/process.ts";

/** How often a process comes to a core until it stays longer there: with two cores it has moved twice as often. A guess: more than tests do, but for their loops. */
const VISITS = 50;
const MANY_VISITS_SLICES = 11;
/** Bytes for which one stays a slice longer. A guess: 20 to 50 µs of work. */
const BYTES_A_SLICE = 1_024;
/** After so many slices anyone is tried again. A guess: what is as large as may be just not carried costs some ms a try. */
const MOST_SLICES = 16_384;

/**
 * By slot, of those that have been here: whose it is, how often that has come, how many slices it has left here, and how many it had. Not kept by process: tables of all that ever lived would grow. Of slots
 * that share a place here the last one to come is known, the other is tried at once.
 */
const PLACES = 0x1_0000;
const WORDS = 4;
const Word = { SERIAL: 0, VISITS: 1, LEFT: 2, STAY: 3 } as const;
let places: Int32Array | undefined;

/** Where the words of `p` are; those of another are cleared. */
function placeOf({ pid }: Process): number {
  places ??= new Int32Array(PLACES * WORDS);
  const at = (pid.slot % PLACES) * WORDS;
  if (places[at + Word.SERIAL] !== pid.serial) {
    places.fill(0, at, at + WORDS);
    places[at + Word.SERIAL] = pid.serial;
  }
  return at;
}

function stay(at: number, slices: number): void {
  places![at + Word.STAY] = places![at + Word.LEFT] = Math.min(slices, MOST_SLICES);
}

/** `p` has come to this core, encoded in so many bytes. */
export function hasCome(p: Process, bytes: number): void {
  const at = placeOf(p);
  const visits = ++places![at + Word.VISITS]!;
  stay(at, (visits > VISITS ? MANY_VISITS_SLICES : 1) + Math.floor(bytes / BYTES_A_SLICE));
}

/** `p` was to leave this core, and could not. */
export function hasStayed(p: Process): void {
  const at = placeOf(p);
  stay(at, Math.max(1, 2 * places![at + Word.STAY]!));
}

/** Whether `p`, which is about to run, has this slice here. */
export function staysForSlice(p: Process): boolean {
  const at = placeOf(p);
  return places![at + Word.LEFT]!-- > 0;
}
