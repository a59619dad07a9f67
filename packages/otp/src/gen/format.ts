/** Exit reasons in sentences. */
import { formatReason as format } from "@agner/vm/report";

/** A reason in one line. */
export function formatReason(reason: unknown): string {
  if (reason instanceof Error) return `${reason.name}: ${reason.message}`;
  const rule = brokenRule(reason);
  return rule === undefined ? format(reason) : `${format(reason)}: ${rule}`;
}

/** What a callback should have returned, if a reason is that it did not; undefined for other reasons. */
export function brokenRule(reason: unknown): string | undefined {
  if (typeof reason !== "object" || reason === null || reason instanceof Error) return undefined;
  const [key, ...others] = Object.keys(reason);
  return key === undefined || others.length > 0 || !Object.hasOwn(RULES, key) ? undefined : RULES[key];
}

const RULES: Readonly<Record<string, string>> = {
  badReturnValue: "a callback must return what reply(…), noreply(…), stop(…) or their like have made, each where it may",
  badReturnFromStateFunction: "a state's callback must return what nextState(…), keepState(…), stop(…) or their like have made",
  badReturnFromInit: "init must return what startIn(…), ignore() or stop(…) have made",
};
