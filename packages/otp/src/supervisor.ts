/**
 * Supervisors: processes that start other processes, watch them, and start them again by a strategy. The counterpart of OTP's supervisor.
 */
import { definition, REVIVE } from "@agner/vm";
import { badArgument, StartError } from "./errors.ts";
import type { Ignore } from "./gen/action.ts";
import { moduleName } from "./gen/describe.ts";
import type { StartResult } from "./gen/message.ts";
import { isServerDest, type ServerDest } from "./gen/names.ts";
import { runProcess } from "./gen/process.ts";
import { startProcess, type StartOptions } from "./gen/start.ts";
import type { SupervisorCode } from "./supervisor/child.ts";
import { START_CHILD, type ChildOptions, type ChildSpec } from "./supervisor/child-spec.ts";
import { explainReason } from "./supervisor/explain.ts";
import { handleOn, type AnyHandle } from "./supervisor/handle.ts";
import { childSpec } from "./supervisor/make-child-spec.ts";
import { runSupervisor } from "./supervisor/server.ts";
import type { HandleOf, InitSpec, Strategy, SupervisorDefinition, SupervisorInit, SupervisorSpec } from "./supervisor/types.ts";

type Argument = readonly [] | readonly [unknown?];
type Children = readonly ChildSpec[] | Ignore;

/**
 * Defines a supervisor: its flags, and its children as an array, or as a function of the argument of the start; or all that as one function `init`. Export
 * the result as a constant of its module, so that other cores find it.
 *
 * Children are started in order, and stopped in reverse order. A child that fails is restarted by the strategy: `"one_for_one"` restarts it alone,
 * `"one_for_all"` all children, `"rest_for_one"` it and those after it; `"simple_one_for_one"` has any number of children of one specification, each started
 * by `startChild(...extraArgs)`. After more than `intensity` restarts (default 1) within `periodMs` (default 5,000) it gives up: it stops all children, and
 * ends with the reason `"shutdown"`.
 *
 * @throws {AgnerError} `AGNER_BAD_ARGUMENT` for what is no definition. What is wrong in it is the reason of a start that fails.
 * @example
 * export const Root = supervisor({
 *   strategy: "one_for_one",
 *   intensity: 3,
 *   periodMs: 5_000,
 *   children: (start: number) => [Counter.child(start, { name: "counter" })],
 * });
 *
 * const root = Root.startLink(0, { name: "root" });
 * root.countChildren(); // { specs: 1, active: 1, supervisors: 0, workers: 1 }
 * root.stop();
 */
export function supervisor<
  A extends Argument = readonly [],
  R extends Children = readonly ChildSpec[],
  S extends Strategy = "one_for_one",
  I extends SupervisorInit | Ignore = never,
>(spec: SupervisorSpec<A, R, S> | InitSpec<A, I>): SupervisorDefinition<A, R | I, HandleOf<S, I>> {
  checkSpec(spec);
  const code: SupervisorCode & Record<PropertyKey, unknown> = {
    spec: spec as SupervisorCode["spec"],
    startLink: (argument?: unknown, options?: StartOptions) => started(code, startSupervisor(code, true, argument, options)),
    start: (argument?: unknown, options?: StartOptions) => started(code, startSupervisor(code, false, argument, options)),
    ref: (dest: ServerDest) => {
      if (!isServerDest(dest)) throw badArgument(`${moduleName(code, "supervisor")}.ref: the supervisor must be a pid or a name`);
      return handleOn(code, dest);
    },
    child: (argument?: unknown, options: StartOptions & ChildOptions = {}): ChildSpec =>
      childSpec(code, "supervisor", argument, { type: "supervisor", ...options }),
    [START_CHILD]: (argument?: unknown, options?: StartOptions): StartResult => startSupervisor(code, true, argument, options),
    [REVIVE]: (dest: ServerDest) => handleOn(code, dest),
  };
  return definition(code) as unknown as SupervisorDefinition<A, R | I, HandleOf<S, I>>;
}

function checkSpec(spec: unknown): void {
  if (typeof spec !== "object" || spec === null || (!("init" in spec) && !("children" in spec)))
    throw badArgument("supervisor: the definition needs children, an array or a function, or a function init");
  if ("init" in spec && typeof spec.init !== "function") throw badArgument("supervisor: init must be a function");
}

function startSupervisor(code: SupervisorCode, link: boolean, argument: unknown, options: StartOptions = {}): StartResult {
  return startProcess(link, options, `${moduleName(code, "supervisor")}.init`, (starter) =>
    runProcess(starter, (me) => runSupervisor(code, argument, me)),
  );
}

function started(code: SupervisorCode, result: StartResult): AnyHandle | undefined {
  switch (result.kind) {
    case "ok":
      return handleOn(code, result.pid);
    case "ignore":
      return undefined;
    case "error": {
      const { reason } = result;
      throw new StartError(`${moduleName(code, "supervisor")} could not be started: ${explainReason(reason)}`, { reason });
    }
  }
}
