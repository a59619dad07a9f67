/** Sections in which nothing else of this core runs. */
import { chargeDebt, S } from "./frames.ts";

/** See the public `atomically`. */
export function atomically<T>(work: () => T): T {
  const { nat, debt } = S;
  S.nat = nat + 1;
  try {
    return work();
  } finally {
    S.nat = nat;
    if (S.debt !== debt) chargeDebt(debt);
  }
}
