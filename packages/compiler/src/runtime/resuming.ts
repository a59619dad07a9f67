/** HOT PATH. How frames get back into functions: resume versions take as arguments what a frame holds, from its site on. */
import type { Frame, ResumeFunction } from "@agner/scheduler/frames";

type Version = (site: number, ...locals: unknown[]) => unknown;

/** By the number of variables. A frame may hold fewer: the others are not alive there. */
const BY_LENGTH: readonly ((version: Version) => ResumeFunction)[] = [
  (v) => (f) => v(f[1]),
  (v) => (f) => v(f[1], f[2]),
  (v) => (f) => v(f[1], f[2], f[3]),
  (v) => (f) => v(f[1], f[2], f[3], f[4]),
  (v) => (f) => v(f[1], f[2], f[3], f[4], f[5]),
  (v) => (f) => v(f[1], f[2], f[3], f[4], f[5], f[6]),
  (v) => (f) => v(f[1], f[2], f[3], f[4], f[5], f[6], f[7]),
  (v) => (f) => v(f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8]),
  (v) => (f) => v(f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9]),
];

/** `length`: how many variables `version` has. */
export function fromFrame(version: Version, length: number): ResumeFunction {
  const make = BY_LENGTH[length];
  return make === undefined ? (frame) => withAll(version, frame) : make(version);
}

function withAll(version: Version, frame: Frame): unknown {
  // By no method of arrays: applications may have put others in their place.
  const values: unknown[] = [];
  for (let i = 1; i < frame.length; i++) values[i - 1] = frame[i];
  return Reflect.apply(version, undefined, values);
}
