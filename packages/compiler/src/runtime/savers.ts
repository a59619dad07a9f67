/**
 * HOT PATH. What compiled code calls where it saves a frame: by the number of values that the frame holds, so that little of it stands in the
 * function itself (`emit/frames.ts` prints the calls).
 */
import { saveCall, saveHead, saveLoop, type Frame } from "@agner/scheduler/frames";

type Save = (frame: Frame) => unknown;
type Saver = (site: number, ...values: unknown[]) => unknown;

/** The array literals are written out: V8 makes frames that are packed arrays of one shape. */
function byLength(save: Save): Saver[] {
  return [
    (site) => save([null, site]),
    (site, a) => save([null, site, a]),
    (site, a, b) => save([null, site, a, b]),
    (site, a, b, c) => save([null, site, a, b, c]),
    (site, a, b, c, d) => save([null, site, a, b, c, d]),
    (site, a, b, c, d, e) => save([null, site, a, b, c, d, e]),
    (site, a, b, c, d, e, f) => save([null, site, a, b, c, d, e, f]),
    (site, a, b, c, d, e, f, g) => save([null, site, a, b, c, d, e, f, g]),
    (site, a, b, c, d, e, f, g, h) => save([null, site, a, b, c, d, e, f, g, h]),
  ];
}

function family(name: string, save: Save): Record<string, Save | Saver> {
  return Object.fromEntries([[name, save], ...byLength(save).map((f, n) => [`${name}${n}`, f] as const)]);
}

/** One for all: a loop that counts for itself is saved once in a slice. */
function saveCounting(left: number, site: number, ...values: unknown[]): unknown {
  return saveLoop(left, [null, site, ...values]);
}

/** `h` at an entry or a loop's head, `k` at the head of a loop that counts for itself, `s` after a call. */
export const savers = { ...family("h", saveHead), k: saveCounting, ...family("s", saveCall) };
