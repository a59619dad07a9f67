/** The supervisor that a dynamic supervisor is: one without ids, whose children all have a specification of their own. */
import { exit } from "@agner/vm";
import type { SupervisorCode } from "../supervisor/child.ts";
import type { SupervisorInit } from "../supervisor/types.ts";
import { supervisor } from "../supervisor.ts";
import { answerDynamic, type DynamicOptions } from "./requests.ts";
import type { DynamicSupervisorSpec } from "./types.ts";

/** Options with the defaults in place. */
export function completeOptions(spec: DynamicSupervisorSpec): DynamicOptions {
  return { intensity: 3, periodMs: 5_000, maxChildren: Infinity, extraArguments: [], placement: "supervisor", ...spec };
}

/** The definition of a dynamic supervisor; `optionsOf` makes its options of the argument of the start. */
export function dynamicTree(optionsOf: (argument: any) => DynamicOptions): object {
  const answer: SupervisorCode["answer"] = (process, name, args) =>
    answerDynamic(optionsOf(process.argument), process, name, args);
  const tree = supervisor({ init: (argument?: unknown) => flagsOf(optionsOf(argument)) });
  return Object.assign(tree, { answer });
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
