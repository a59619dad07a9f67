/** Processes that run under the name of their definition. */
import { definitionName } from "@agner/vm";
import { badArgument } from "../errors.ts";

/** The name under which its module exports a definition: that of the process which is started without one. */
export function exportedName(definition: object, kind: string): string {
  const name = definitionName(definition);
  if (name !== undefined) return name;
  throw badArgument(`a ${kind} that no module exports has no name of its own: start it with one, and use it through ref(name)`);
}
