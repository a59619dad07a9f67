/** Child specifications of this library's own definitions. */
import { moduleName } from "../gen/describe.ts";
import type { ChildOptions, ChildSpec, Startable } from "./child-spec.ts";

const CHILD_OPTIONS = ["id", "restart", "shutdown", "type", "significant", "backoffMs"] as const;

/** The specification of a child that a definition starts with `argument` and those of the options that are no child options. */
export function childSpec(
  definition: object,
  kind: string,
  argument: unknown,
  options: ChildOptions & { readonly name?: unknown },
): ChildSpec {
  const spec: Record<string, unknown> = {
    id: options.id ?? (typeof options.name === "string" ? options.name : moduleName(definition, kind)),
  };
  const startOptions: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(options)) {
    if ((CHILD_OPTIONS as readonly string[]).includes(key)) spec[key] = value;
    else startOptions[key] = value;
  }
  spec["start"] = [definition as Startable, argument, startOptions];
  return spec as unknown as ChildSpec;
}
