/**
 * Dynamic supervisors: any number of children, of any kind, that come and go. The counterpart of Elixir's DynamicSupervisor.
 */
import { exit } from "@agner/vm";
import { badArgument } from "./errors.ts";
import { answerDynamic, type DynamicOptions } from "./dynamic-supervisor/requests.ts";
import type { DynamicSupervisorDefinition, DynamicSupervisorSpec } from "./dynamic-supervisor/types.ts";
import type { SupervisorCode } from "./supervisor/child.ts";
import type { SupervisorInit } from "./supervisor/types.ts";
import { supervisor } from "./supervisor.ts";

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
  const options: DynamicOptions = {
    intensity: 3,
    periodMs: 5_000,
    maxChildren: Infinity,
    extraArguments: [],
    placement: "supervisor",
    ...spec,
  };
  let placed = 0;
  const next = () => placed++;
  const answer: SupervisorCode["answer"] = (process, name, args) => answerDynamic(options, next, process, name, args);
  const tree = supervisor({ init: () => flagsOf(options) });
  return Object.assign(tree, { answer }) as unknown as DynamicSupervisorDefinition;
}

/** Checks what only dynamic supervisors have; a fault is the reason of a start that fails. */
function flagsOf({ intensity, periodMs, maxChildren, extraArguments, placement }: DynamicOptions): SupervisorInit {
  if (!(maxChildren === Infinity || (Number.isInteger(maxChildren) && maxChildren >= 0)))
    exit({ supervisorData: { invalidMaxChildren: maxChildren } });
  if (!Array.isArray(extraArguments)) exit({ supervisorData: { invalidExtraArguments: extraArguments } });
  if (placement !== "supervisor" && placement !== "spread") exit({ supervisorData: { invalidPlacement: placement } });
  return { strategy: "simple_one_for_one", intensity, periodMs, children: [TEMPLATE] };
}

function noChild(): undefined {
  return undefined;
}

/** Makes the supervisor find its children by pid. Nothing is started from it: every child has a specification of its own. */
const TEMPLATE = { id: "child", start: [noChild] } as const;
