/**
 * Supervisors of tasks: they start them, know them all, and end them with themselves. The counterpart of Elixir's Task.Supervisor.
 */
import { definition, isPid, REVIVE, standIn, type Pid } from "@agner/vm";
import { completeOptions, dynamicTree } from "./dynamic-supervisor/tree.ts";
import type { DynamicSupervisorHandle, DynamicSupervisorSpec } from "./dynamic-supervisor/types.ts";
import { badArgument } from "./errors.ts";
import type { StartResult } from "./gen/message.ts";
import { isServerDest, type ServerDest } from "./gen/names.ts";
import type { StartOptions } from "./gen/start.ts";
import { startedPid } from "./gen/started.ts";
import { START_CHILD, type ChildOptions, type ChildSpec, type Startable } from "./supervisor/child-spec.ts";
import { childSpec } from "./supervisor/make-child-spec.ts";
import { makeStream } from "./task/stream.ts";
import { startAwaited, startFree } from "./task/supervised.ts";
import type { SupervisedTaskOptions, TaskSupervisor, TaskSupervisorOptions, TaskSupervisors } from "./task/types.ts";

/** Supervisors of tasks as dynamic supervisors. Exported so that they are found on every core; use `taskSupervisor`. */
export const TaskSupervisorProcess = dynamicTree(completeOptions) as TaskTree;

interface TaskTree extends Startable {
  start(argument: DynamicSupervisorSpec, options: StartOptions): DynamicSupervisorHandle;
  ref(dest: ServerDest): DynamicSupervisorHandle;
}

/** What travels of a handle. */
interface HandleData {
  readonly dest: ServerDest;
  readonly options: SupervisedTaskOptions;
}

const code = {
  startLink: (options: TaskSupervisorOptions = {}) => started(code[START_CHILD](undefined, options)),
  start: (options: TaskSupervisorOptions = {}) => {
    const [own, rest] = split(options);
    return handleOn({ dest: TaskSupervisorProcess.start(own, rest).pid, options: {} });
  },
  ref: (dest: ServerDest) => {
    if (!isServerDest(dest)) throw badArgument("taskSupervisor.ref: the supervisor must be a pid or a name");
    return handleOn({ dest, options: {} });
  },
  child: (options: TaskSupervisorOptions & ChildOptions = {}): ChildSpec =>
    childSpec(code, "taskSupervisor", undefined, { type: "supervisor", ...options }),
  [START_CHILD]: (_none: undefined, options: TaskSupervisorOptions = {}): StartResult => {
    const [own, rest] = split(options);
    return TaskSupervisorProcess[START_CHILD](own, rest);
  },
  [REVIVE]: (data: HandleData) => handleOn(data),
};

/**
 * Starting supervisors of tasks, and finding them.
 *
 * @example
 * const jobs = taskSupervisor.startLink({ name: "jobs", maxChildren: 100 });
 * const t = jobs.asyncNolink(resize, picture);
 * task.await(t, 30_000);
 */
export const taskSupervisor: TaskSupervisors = definition(code) as unknown as TaskSupervisors;

/** What the supervisor itself needs, and how its process is started. */
function split({ maxChildren, intensity, periodMs, ...rest }: TaskSupervisorOptions): [DynamicSupervisorSpec, StartOptions] {
  const own: { -readonly [K in keyof DynamicSupervisorSpec]: DynamicSupervisorSpec[K] } = {};
  if (maxChildren !== undefined) own.maxChildren = maxChildren;
  if (intensity !== undefined) own.intensity = intensity;
  if (periodMs !== undefined) own.periodMs = periodMs;
  return [own, rest];
}

function started(result: StartResult): TaskSupervisor {
  return handleOn({ dest: startedPid("the supervisor of tasks", result)!, options: {} });
}

function handleOn(data: HandleData): TaskSupervisor {
  const { options } = data;
  const process = TaskSupervisorProcess.ref(data.dest);
  const stream =
    (what: string, linked: boolean): TaskSupervisor["asyncStream"] =>
    (items, fn, how) =>
      makeStream(what, items, (item) => startAwaited(what, process, linked, options, fn, [item]), how);
  const handle: TaskSupervisor = {
    get pid(): Pid {
      return process.pid;
    },
    async: (fn, ...args) => startAwaited("async", process, true, options, fn, args),
    asyncNolink: (fn, ...args) => startAwaited("asyncNolink", process, false, options, fn, args),
    asyncStream: stream("asyncStream", true),
    asyncStreamNolink: stream("asyncStreamNolink", false),
    startChild: (fn, ...args) => startFree("startChild", process, options, fn, args),
    children: () => process.whichChildren().flatMap(({ pid }) => (isPid(pid) ? [pid] : [])),
    terminateChild: (pid) => process.terminateChild(pid),
    stop: (reason, timeout) => process.stop(reason, timeout),
    with: (more) => handleOn({ ...data, options: { ...options, ...more } }),
  };
  return standIn(handle, { definition: taskSupervisor, data });
}
