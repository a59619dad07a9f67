/** What a server is handling: in its dictionary, for `caller()` and for those who ask what it is doing. */
import { dictionary } from "@agner/vm";
import type { From } from "./message.ts";

/** Key of the process dictionary under which a server keeps the call that it handles. */
export const CURRENT = "$server";

/** The call that a server handles; it is filled and cleared in place. */
export interface Current {
  request: string | undefined;
  from: From | undefined;
}

/** Puts a {@link Current} into the calling process's dictionary. */
export function newCurrent(): Current {
  const current: Current = { request: undefined, from: undefined };
  dictionary.put(CURRENT, current);
  return current;
}
