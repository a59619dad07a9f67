/** Processes that have initialised themselves and become servers: what `enterLoop` makes sure of. */
import { exit, self, whereis, type Pid } from "@agner/vm";
import { ownAncestors } from "./ancestors.ts";
import type { ServerName } from "./names.ts";
import { termOf } from "./reason.ts";

/** The parent of the calling process, which must be one of this library's, and have the name that it says it has. Exits if not. */
export function parentOfEntering(name: ServerName | undefined): Pid | undefined {
  const ancestors = ownAncestors();
  if (ancestors === undefined) exit("process_was_not_started_by_proc_lib");
  if (typeof name === "string") {
    if (whereis(name) !== self()) exit("process_not_registered");
  } else if (name !== undefined && name.via.whereisName(name.key) !== self()) exit({ processNotRegisteredVia: termOf(name.via) });
  const nearest = ancestors[0];
  return typeof nearest === "string" ? whereis(nearest) : nearest;
}
