/**
 * HOT PATH (every call of a server). Aliases: references that are addresses of the process which made them. One that came with a monitor may end
 * with it; then the monitor is the only record of both.
 */
import { AgnerError } from "../errors.ts";
import { local } from "../local.ts";
import { rareOf, type AliasMode, type Process } from "../process/process.ts";
import type { Ref } from "../process/ref.ts";
import { describeValue } from "../terms/bad-term.ts";
import { removeWatcher } from "./watchers.ts";

/** Options of a monitor. */
export interface MonitorOptions {
  /** Makes the reference an alias of the caller as well, and says what ends it. */
  readonly alias?: AliasMode | undefined;
}

/** Makes `ref` an address of `p` until {@link unalias}. */
export function addAlias(p: Process, ref: Ref): void {
  local.aliases.set(ref, { owner: p, mode: "explicitUnalias" });
  (rareOf(p).aliases ??= new Set()).add(ref);
}

/** Ends an alias of `p`, whatever else would have ended it: true if it was active. A monitor that it came with stays. */
export function unalias(p: Process, ref: Ref): boolean {
  if (local.aliases.get(ref)?.owner !== p) return false;
  p.rare?.aliases?.delete(ref);
  return local.aliases.delete(ref);
}

/** The process that gets a message sent to `ref`, an alias of this thread, if it is active. To be asked once a message: that may have been the last one. */
export function receiverOf(ref: Ref): Process | undefined {
  const alias = local.aliases.get(ref);
  if (alias === undefined) return undefined;
  if (alias.mode === "replyDemonitor") {
    local.aliases.delete(ref);
    alias.owner.rare!.monitors!.delete(ref); // it is there as long as the alias is
    removeWatcher(alias.target, ref);
  }
  return alias.owner;
}

const MODES: readonly AliasMode[] = ["explicitUnalias", "demonitor", "replyDemonitor"];
const OPTION_NAMES = ["alias"];

/** The alias mode in the options of a monitor; throws if there is something else in them. */
export function checkMonitorOptions(what: string, options: MonitorOptions): AliasMode | undefined {
  const bad = (message: string): AgnerError => new AgnerError("AGNER_BAD_ARGUMENT", `${what}: ${message}`);
  if (typeof options !== "object" || options === null)
    throw bad(`the options of a monitor must be an object, not ${describeValue(options)}`);
  for (const key in options)
    if (!OPTION_NAMES.includes(key))
      throw bad(`a monitor has no option ${JSON.stringify(key)}; there are ${OPTION_NAMES.join(", ")}`);
  const { alias } = options;
  if (alias === undefined || MODES.includes(alias)) return alias;
  throw bad(`alias must be one of ${MODES.join(", ")}, not ${describeValue(alias)}`);
}
