/** HOT PATH. How frames get back into functions. */
import type { Frame, ResumeFunction } from "@agner/scheduler/frames";

/** A resume version takes the number of the site among those of its function, from 1, and what the frame holds. */
export type Version = (site: number, ...locals: unknown[]) => unknown;

/** By the number of variables. A frame may hold fewer: the others are not alive there. */
const BY_LENGTH: readonly ((version: Version, base: number) => ResumeFunction)[] = [
  (v, base) => (f) => v(f[1] - base),
  (v, base) => (f) => v(f[1] - base, f[2]),
  (v, base) => (f) => v(f[1] - base, f[2], f[3]),
  (v, base) => (f) => v(f[1] - base, f[2], f[3], f[4]),
  (v, base) => (f) => v(f[1] - base, f[2], f[3], f[4], f[5]),
  (v, base) => (f) => v(f[1] - base, f[2], f[3], f[4], f[5], f[6]),
  (v, base) => (f) => v(f[1] - base, f[2], f[3], f[4], f[5], f[6], f[7]),
  (v, base) => (f) => v(f[1] - base, f[2], f[3], f[4], f[5], f[6], f[7], f[8]),
  (v, base) => (f) => v(f[1] - base, f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9]),
  (v, base) => (f) => v(f[1] - base, f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10]),
  (v, base) => (f) => v(f[1] - base, f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10], f[11]),
  (v, base) => (f) => v(f[1] - base, f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10], f[11], f[12]),
  (v, base) => (f) => v(f[1] - base, f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10], f[11], f[12], f[13]),
  (v, base) => (f) => v(f[1] - base, f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10], f[11], f[12], f[13], f[14]),
  (v, base) => (f) => v(f[1] - base, f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10], f[11], f[12], f[13], f[14], f[15]),
  (v, base) => (f) =>
    v(f[1] - base, f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10], f[11], f[12], f[13], f[14], f[15], f[16]),
  (v, base) => (f) =>
    v(f[1] - base, f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10], f[11], f[12], f[13], f[14], f[15], f[16], f[17]),
];

/** `length`: how many variables `version` has. */
export function fromFrame(version: Version, length: number, base: number): ResumeFunction {
  const make = BY_LENGTH[length];
  if (make !== undefined) return make(version, base);
  return (frame) => {
    const values = part(frame, 1, frame.length);
    values[0] = frame[1] - base;
    return Reflect.apply(version, undefined, values);
  };
}

/** Calls a function anew: its frame holds the receiver, if there is one, what it has captured and its arguments. */
export function fromEntry(make: (...captures: unknown[]) => Function, captures: number, receiver: boolean): ResumeFunction {
  const first = receiver ? 3 : 2;
  return (frame) => {
    const fn = Reflect.apply(make, undefined, part(frame, first, first + captures)) as Function;
    return Reflect.apply(fn, receiver ? frame[2] : undefined, part(frame, first + captures, frame.length));
  };
}

/** By no method of arrays: applications may have put others in their place. */
function part(frame: Frame, from: number, to: number): unknown[] {
  const values: unknown[] = [];
  for (let i = from; i < to; i++) values[i - from] = frame[i];
  return values;
}
