/**
 * Aliases: references that are addresses of the process which made them. One that came with a monitor may end with it.
 */
import { AgnerError } from "../errors.ts";
import type { AliasMode, Process } from "../process/process.ts";
import { Ref } from "../process/ref.ts";
import { describeValue } from "../terms/bad-term.ts";
import { bond, unbond } from "./bonds.ts";
import { removeWatcher } from "./watchers.ts";

/** Options of a monitor. */
export interface MonitorOptions {
  /** Makes the reference an alias of the caller as well, and says what ends it. */
  readonly alias?: AliasMode | undefined;
}

/** Makes `ref` an address of `p` until {@link unalias}, or for one message. */
export function addAlias(p: Process, ref: Ref, mode: "explicitUnalias" | "reply" = "explicitUnalias"): void {
  bond(p, ref, undefined, undefined, mode);
}

/** Ends an alias of `p`, whatever else would have ended it: true if it was active. A monitor that it came with stays. */
export function unalias(p: Process, ref: Ref): boolean {
  const found = Ref.bond(ref);
  if (found?.owner !== p || found.alias === undefined) return false;
  if (found.target === undefined) unbond(found);
  else found.alias = undefined;
  return true;
}

/** The process that gets a message sent to `ref`, an alias of this thread, if it is active. To be asked once a message: that may have been the last one. */
export function receiverOf(ref: Ref): Process | undefined {
  const found = Ref.bond(ref);
  if (found?.alias === undefined) return undefined;
  if (Ref.takesOne(ref)) {
    unbond(found);
    if (found.target !== undefined) removeWatcher(found.target, ref);
  }
  return found.owner;
}

const MODES: readonly AliasMode[] = ["explicitUnalias", "demonitor", "replyDemonitor"];

/** The alias mode in the options of a monitor; throws if there is something else in them. */
export function checkMonitorOptions(what: string, options: MonitorOptions): AliasMode | undefined {
  if (typeof options !== "object" || options === null)
    throw badOptions(what, `the options of a monitor must be an object, not ${describeValue(options)}`);
  for (const key in options)
    if (key !== "alias") throw badOptions(what, `a monitor has no option ${JSON.stringify(key)}; there are alias`);
  const { alias } = options;
  if (alias === undefined || alias === "replyDemonitor" || MODES.includes(alias)) return alias;
  throw badOptions(what, `alias must be one of ${MODES.join(", ")}, not ${describeValue(alias)}`);
}

function badOptions(what: string, message: string): AgnerError {
  return new AgnerError("AGNER_BAD_ARGUMENT", `${what}: ${message}`);
}
