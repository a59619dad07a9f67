/** Child specifications of this library's own definitions. */
import { definitionName, inProcess } from "@agner/vm";
import { moduleName } from "../gen/describe.ts";
import type { ChildOptions, ChildSpec, Startable } from "./child-spec.ts";

const CHILD_OPTIONS = ["id", "restart", "shutdown", "type", "significant", "modules", "backoffMs"] as const;

/**
 * The specification of a child that a definition starts with `argument` and those of the options that are no child options. Both are left out of it where
 * they say nothing, so that a simple_one_for_one supervisor can append what they are. While its module is being loaded a definition has no name yet: then it
 * is the id itself, until a supervisor looks at it.
 */
export function childSpec(
  definition: object,
  kind: string,
  argument: unknown,
  options: ChildOptions & { readonly name?: unknown },
): ChildSpec {
  const spec: Record<string, unknown> = {
    id: options.id ?? (typeof options.name === "string" ? options.name : nameOrItself(definition, kind)),
  };
  const startOptions: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(options)) {
    if ((CHILD_OPTIONS as readonly string[]).includes(key)) spec[key] = value;
    else startOptions[key] = value;
  }
  const start: unknown[] = [definition as Startable];
  const plain = Object.keys(startOptions).length === 0;
  if (argument !== undefined || !plain) start.push(argument);
  if (!plain) start.push(startOptions);
  spec["start"] = start;
  return spec as unknown as ChildSpec;
}

function nameOrItself(definition: object, kind: string): unknown {
  return inProcess() ? moduleName(definition, kind) : (definitionName(definition) ?? definition);
}
