/**
 * HOT PATH. What compiled code calls where it saves a frame: by the number of values that the frame holds, so that little of it stands in the
 * function itself (`emit/frames.ts` prints the calls). Each module has its own, which add the number of its first site.
 */
import { saveCall, saveHead, saveLoop, type Frame } from "@agner/scheduler/frames";

type Save = (frame: Frame) => unknown;
type Saver = (site: number, ...values: unknown[]) => unknown;
type MakeSaver = (base: number) => Saver;

/** The array literals are written out: V8 makes frames that are packed arrays of one shape. */
function byLength(save: Save): MakeSaver[] {
  return [
    (base) => (site) => save([null, base + site]),
    (base) => (site, a) => save([null, base + site, a]),
    (base) => (site, a, b) => save([null, base + site, a, b]),
    (base) => (site, a, b, c) => save([null, base + site, a, b, c]),
    (base) => (site, a, b, c, d) => save([null, base + site, a, b, c, d]),
    (base) => (site, a, b, c, d, e) => save([null, base + site, a, b, c, d, e]),
    (base) => (site, a, b, c, d, e, f) => save([null, base + site, a, b, c, d, e, f]),
    (base) => (site, a, b, c, d, e, f, g) => save([null, base + site, a, b, c, d, e, f, g]),
    (base) => (site, a, b, c, d, e, f, g, h) => save([null, base + site, a, b, c, d, e, f, g, h]),
  ];
}

/** `name`: of a frame that is passed as it is, but for the number of the site. */
function family(name: string, save: Save): Record<string, (base: number) => Save | Saver> {
  const whole = (base: number) => (frame: Frame) => {
    frame[1] += base;
    return save(frame);
  };
  return Object.fromEntries([[name, whole], ...byLength(save).map((f, n) => [`${name}${n}`, f] as const)]);
}

/** One for all: a loop that counts for itself is saved once in a slice. */
function saveCounting(base: number): (left: number, site: number, ...values: unknown[]) => unknown {
  return (left, site, ...values) => saveLoop(left, [null, base + site, ...values]);
}

/** `h` at an entry or a loop's head, `k` at the head of a loop that counts for itself, `s` after a call. */
export const savers = { ...family("h", saveHead), k: saveCounting, ...family("s", saveCall) };

/** By site, which variables of the function are alive there: bit `i - 1` for `frame[i]`; the lowest for the head of a loop. */
const ALIVE: number[] = [];

/** `masks`: one for each site from `first` on, in base 36. */
export function tellAlive(first: number, masks: string): void {
  while (ALIVE.length < first) ALIVE.push(0);
  for (const [i, mask] of masks.split(",").entries()) ALIVE[first + i] = mask === "" ? 0 : Number.parseInt(mask, 36);
}

/** Saves a frame that holds all variables of a function: those that are not alive are left out. */
export const leave = (base: number) => (frame: Frame) => {
  const site = (frame[1] += base);
  const alive = ALIVE[site]!;
  let end = frame.length;
  while (end > 2 && (alive & (1 << (end - 2))) === 0) end--;
  for (let i = 2; i < end; i++) if ((alive & (1 << (i - 1))) === 0) frame[i] = 0;
  if (end < frame.length) frame.length = end;
  return (alive & 1) === 0 ? saveCall(frame) : saveHead(frame);
};
