/** Pseudo-random numbers that are the same in every language: their products stay below 2^31. */

/** The number after this one; both are from 0 to 139,967. */
export function next(seed: number): number {
  return (seed * 3_877 + 29_573) % 139_968;
}

/** Work that takes so many steps: that many numbers later. */
export function work(steps: number, seed: number): number {
  let at = seed;
  for (let i = 0; i < steps; i++) at = next(at);
  return at;
}
