/**
 * Where the process under test lives, seen from the test: most statements must hold on one core and between two, and some also for a process that may be
 * stolen before it starts.
 */
import { schedulerId, schedulers, spawnOpt, type Pid, type ProcessFunction, type Ref, type SpawnOptions } from "@agner/vm";

/** Bound to the core of the test, or to another. */
export const PLACES = ["same core", "other core"] as const;
/** The same, or not bound at all. */
export const ALL_PLACES = [...PLACES, "any core"] as const;
export type Place = (typeof ALL_PLACES)[number];

/** The core that a place means to the caller; undefined for any. */
export function coreAt(place: Place): number | undefined {
  if (place === "any core") return undefined;
  return place === "same core" ? schedulerId() : (schedulerId() + 1) % schedulers();
}

function optionsAt(place: Place, options: SpawnOptions): SpawnOptions {
  const scheduler = coreAt(place);
  return scheduler === undefined ? options : { ...options, scheduler };
}

/** Spawns a process at a place. */
export function spawnAt<A extends readonly unknown[]>(place: Place, fn: ProcessFunction<A>, ...args: A): Pid {
  return spawnOpt(optionsAt(place, {}), fn, ...args);
}

/** Spawns a process at a place, linked with the caller. */
export function spawnLinkAt<A extends readonly unknown[]>(place: Place, fn: ProcessFunction<A>, ...args: A): Pid {
  return spawnOpt(optionsAt(place, { link: true }), fn, ...args);
}

/** Spawns a process at a place, watched by the caller. */
export function spawnMonitorAt<A extends readonly unknown[]>(
  place: Place,
  fn: ProcessFunction<A>,
  ...args: A
): [pid: Pid, ref: Ref] {
  return spawnOpt({ ...optionsAt(place, {}), monitor: true }, fn, ...args);
}
