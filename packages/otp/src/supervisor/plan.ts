/** What a definition and an argument make of a supervisor: its flags and its children. */
import { ACTION, isAction, type Ignore } from "../gen/action.ts";
import { moduleName } from "../gen/describe.ts";
import { checkFlags, checkSpecs, isFault, type CheckedSpec, type Flags } from "./check-spec.ts";
import type { SupervisorCode } from "./child.ts";
import type { AnySpec, SupervisorFlags } from "./types.ts";

/** A supervisor that is to be. */
export interface Plan {
  readonly flags: Flags;
  readonly specs: readonly CheckedSpec[];
}

/** Why there is no plan: the reason of a start that fails because of it. */
export interface NoPlan {
  readonly refused: unknown;
}

/** Calls the functions of the definition, and checks what they return. What they throw is thrown. */
export function planOf(code: SupervisorCode, argument: unknown): Plan | NoPlan | Ignore {
  const { spec } = code;
  const made = "init" in spec ? spec.init(argument) : { ...spec, children: childrenIn(spec, argument) };
  if (isIgnore(made)) return made;
  if (typeof made !== "object" || made === null || isAction(made)) return badReturn(code, "init", made);
  const { children, ...given } = made as SupervisorFlags & { readonly children: unknown };
  if (isIgnore(children)) return children;
  if (isAction(children)) return badReturn(code, "children", children);
  const flags = checkFlags(given);
  if (isFault(flags)) return { refused: { supervisorData: flags.fault } };
  if (flags.strategy === "simple_one_for_one" && (!Array.isArray(children) || children.length !== 1))
    return { refused: { badStartSpec: children } };
  const specs = checkSpecs(children, flags.autoShutdown);
  return isFault(specs) ? { refused: { startSpec: specs.fault } } : { flags, specs };
}

function childrenIn(spec: AnySpec & { readonly children: unknown }, argument: unknown): unknown {
  const { children } = spec;
  return typeof children === "function" ? (children as (argument: unknown) => unknown)(argument) : children;
}

function badReturn(code: SupervisorCode, callback: string, value: unknown): NoPlan {
  const returned = isAction<{ readonly [ACTION]: string }>(value) ? value[ACTION] : value;
  return { refused: { badReturn: { module: moduleName(code, "supervisor"), function: callback, value: returned } } };
}

function isIgnore(value: unknown): value is Ignore {
  return isAction<Ignore>(value) && value[ACTION] === "ignore";
}
