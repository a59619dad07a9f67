/** What a dynamic supervisor answers to the requests of its handles. */
import { isPid, schedulerId, schedulers } from "@agner/vm";
import { ok, refuse, type Answer } from "../supervisor/answer.ts";
import { checkSpec, isFault, type CheckedSpec } from "../supervisor/check-spec.ts";
import { newChild, setEnded, type Children, type Supervisor } from "../supervisor/child.ts";
import { START_CHILD } from "../supervisor/child-spec.ts";
import { infosOf, startAndAnswer } from "../supervisor/requests.ts";
import { stopChild } from "../supervisor/stop-child.ts";
import type { ChildCounts } from "../supervisor/types.ts";
import type { DynamicSupervisorSpec } from "./types.ts";

/** Options with nothing left out. */
export type DynamicOptions = Required<DynamicSupervisorSpec>;

/** Does what a request asks for. */
export function answerDynamic(
  options: DynamicOptions,
  supervisor: Supervisor,
  name: string,
  [first]: readonly unknown[],
): Answer | undefined {
  switch (name) {
    case "startChild":
      return startDynamic(options, supervisor, first);
    case "terminateChild":
      return terminateDynamic(supervisor, first);
    case "whichChildren":
      return ok(infosOf(supervisor.children));
    case "countChildren":
      return ok(countsOf(supervisor.children));
    case "restartChild":
    case "deleteChild":
    case "childSpec":
      return refuse("no_ids");
    default:
      return undefined;
  }
}

function startDynamic(options: DynamicOptions, supervisor: Supervisor, given: unknown): Answer {
  const isSpec = typeof given === "object" && given !== null && !Array.isArray(given);
  const checked = checkSpec(isSpec ? { ...given, id: "child" } : given, "never");
  if (isFault(checked)) return refuse(checked.fault);
  const { children } = supervisor;
  if (children.byPid.size >= options.maxChildren) return refuse("max_children");
  const start = startOf(options, children, checked);
  // What starts a temporary child is not needed again, and its arguments may be large.
  const kept: CheckedSpec["start"] = checked.restart === "temporary" ? [start[0]] : start;
  const child = newChild({ ...checked, id: undefined, start: kept }, start);
  return startAndAnswer(supervisor, child, () => {
    child.start = kept;
  });
}

/** What starts a child, and all arguments. */
function startOf(
  { extraArguments, placement }: DynamicOptions,
  children: Children,
  { start }: CheckedSpec,
): CheckedSpec["start"] {
  const [what, ...given] = start;
  const args = [...extraArguments, ...given];
  if (placement === "supervisor" || !(START_CHILD in what) || args.length > 2) return [what, ...args];
  const scheduler = children.nextCore ?? schedulerId();
  children.nextCore = (scheduler + 1) % schedulers();
  return [what, args[0], { scheduler, ...(args[1] as object | undefined) }];
}

function terminateDynamic(supervisor: Supervisor, pid: unknown): Answer {
  const { children } = supervisor;
  const child = isPid(pid) ? children.byPid.get(pid) : undefined;
  if (child === undefined) return refuse("not_found");
  stopChild(supervisor, child);
  setEnded(children, child);
  return ok(undefined);
}

function countsOf({ byPid, waiting }: Children): ChildCounts {
  let supervisors = 0;
  for (const { spec } of byPid.values()) if (spec.type === "supervisor") supervisors++;
  return { specs: byPid.size, active: byPid.size - waiting.size, supervisors, workers: byPid.size - supervisors };
}
