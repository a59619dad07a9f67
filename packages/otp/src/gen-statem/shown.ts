/** What callbacks returned, in exit reasons. */
import { ACTION, isAction } from "../gen/action.ts";
import { termOf } from "../gen/reason.ts";

/** A value as a term that reads like it; a result or an action says which it is. */
export function shown(value: unknown): unknown {
  if (!isAction(value)) return termOf(value);
  const parts: Record<string, unknown> = { action: value[ACTION] };
  for (const [name, part] of Object.entries(value)) parts[name] = Array.isArray(part) ? part.map(shown) : shown(part);
  return parts;
}
