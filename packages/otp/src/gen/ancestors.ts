/** The two entries that every process of this library has in its dictionary: who started it, and what it runs. */
import { dictionary, self, type Pid } from "@agner/vm";
import { ownName } from "./names.ts";

/** Key of the list of ancestors, nearest first: registered names where they have one, else pids. */
export const ANCESTORS = "$ancestors";
/** Key of the description of what the process runs. */
export const INITIAL_CALL = "$initial_call";

/** The ancestors of a child of the calling process: the process itself, and its own. */
export function ancestorsOfChild(): readonly (Pid | string)[] {
  return [ownName() ?? self(), ...((dictionary.get(ANCESTORS) as (Pid | string)[] | undefined) ?? [])];
}

/** Makes the calling process one of this library's. */
export function enterFamily(ancestors: readonly (Pid | string)[], initialCall: string): void {
  dictionary.put(ANCESTORS, ancestors);
  dictionary.put(INITIAL_CALL, initialCall);
}

/** The ancestors of the calling process. */
export function ownAncestors(): readonly (Pid | string)[] | undefined {
  return dictionary.get(ANCESTORS) as (Pid | string)[] | undefined;
}

/** What the calling process runs, as its starter described it. */
export function ownInitialCall(): string | undefined {
  return dictionary.get(INITIAL_CALL) as string | undefined;
}
