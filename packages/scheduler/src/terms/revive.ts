/** Standing in for an object that cannot be copied. */
import { atomic } from "../process/frames.ts";
import { REVIVE } from "./host.ts";

/** The object of which `data` was made. Its definition is an app's, whose code cannot be suspended where a term is read. */
export function revive(definition: unknown, data: unknown): object {
  return atomic((definition as { [REVIVE](data: unknown): object })[REVIVE], definition, [data]) as object;
}
