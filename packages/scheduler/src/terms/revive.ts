/** Standing in for an object that cannot be copied. */
import { chargeDebt, S } from "../process/frames.ts";
import { REVIVE } from "./host.ts";

/** The object of which `data` was made. Its definition is an app's, whose code cannot be suspended where a term is read. */
export function revive(definition: unknown, data: unknown): object {
  const { nat, debt } = S;
  S.nat = nat + 1;
  try {
    return (definition as { [REVIVE](data: unknown): object })[REVIVE](data);
  } finally {
    S.nat = nat;
    if (S.debt !== debt) chargeDebt(debt);
  }
}
