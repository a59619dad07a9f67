/**
 * Dynamic supervisors: any number of children, of any kind, that come and go. The counterpart of Elixir's DynamicSupervisor.
 */
import { badArgument } from "./errors.ts";
import { completeOptions, dynamicTree } from "./dynamic-supervisor/tree.ts";
import type { DynamicSupervisorDefinition, DynamicSupervisorSpec } from "./dynamic-supervisor/types.ts";

/**
 * Defines a supervisor that starts without children, and gets them by `startChild`. They have no ids, and each is restarted alone, as its own specification
 * says. When the supervisor ends, it ends all children at once. Export the result as a constant of its module, so that other cores find it.
 *
 * @throws {AgnerError} `AGNER_BAD_ARGUMENT` for what is no definition. What is wrong in it is the reason of a start that fails.
 * @example
 * export const Workers = dynamicSupervisor({ maxChildren: 1_000 });
 *
 * const workers = Workers.startLink(undefined, { name: "workers" });
 * const pid = workers.startChild(Counter.child(10, { restart: "transient" }));
 * workers.countChildren(); // { specs: 1, active: 1, supervisors: 0, workers: 1 }
 */
export function dynamicSupervisor(spec: DynamicSupervisorSpec = {}): DynamicSupervisorDefinition {
  if (typeof spec !== "object" || spec === null) throw badArgument("dynamicSupervisor: the definition must be an object");
  const options = completeOptions(spec);
  return dynamicTree(() => options) as DynamicSupervisorDefinition;
}
