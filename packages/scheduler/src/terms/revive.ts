/** Standing in for an object that cannot be copied. */
import { atomically } from "../process/atomically.ts";
import { REVIVE } from "./host.ts";

/** The object of which `data` was made. Its definition is an app's, whose code cannot be suspended where a term is read. */
export function revive(definition: unknown, data: unknown): object {
  return atomically(() => (definition as { [REVIVE](data: unknown): object })[REVIVE](data));
}
