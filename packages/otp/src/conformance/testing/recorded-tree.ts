/** The tree of a recorded scenario: an application, supervisors and workers that do as they are declared and tell the recorder. */
import { processFlag, receive, schedulers, type Pid } from "@agner/vm";
import { application, genServer, ignore, noreply, stop, supervisor, type ChildSpec } from "../../index.ts";
import { ownAncestors } from "../../gen/ancestors.ts";
import type { LogEvent } from "../../logger/event.ts";
import { scenarioOf, type Declaration, type SupervisorDeclaration, type WorkerDeclaration } from "./recorded-scenarios.ts";
import { Recorder, RECORDER } from "./recorder.ts";

/** The recorder's client. */
export function recorder() {
  return Recorder.ref(RECORDER).with({ timeout: Infinity });
}

function parent(): Pid {
  return ownAncestors()![0] as Pid;
}

/** A worker tells of every start attempt and every termination before it goes on. */
export const RecordedWorker = genServer({
  init: (declaration: WorkerDeclaration) => {
    processFlag("trapExit", declaration.trapExit ?? true);
    const outcome = recorder().starting(declaration, parent());
    if (outcome === "ok") return declaration;
    return outcome === "ignore" ? ignore() : stop(outcome.fail);
  },
  casts: { stop: (declaration, reason: unknown) => stop(reason, declaration) },
  info: (declaration) => noreply(declaration),
  terminate: ({ onStop }, reason) => {
    if (onStop === "hang") receive(() => false);
    else recorder().stopping(reason);
  },
});

export const RecordedSupervisor = supervisor({
  init: (declaration: SupervisorDeclaration) => {
    if (recorder().starting(declaration, parent()) === "ignore") return ignore();
    const { strategy, intensity, periodMs, autoShutdown = "never", children } = declaration;
    return { strategy, intensity, periodMs, autoShutdown, children: children.map(specOf) };
  },
});

/** The child specification of a declared worker or supervisor. */
export function specOf(declaration: Declaration): ChildSpec {
  const { id, restart, significant = false } = declaration;
  const shutdown = declaration.shutdown === "infinity" ? Infinity : declaration.shutdown;
  const options = { id, restart, shutdown, significant, ...placeOf(id) };
  return declaration.type === "supervisor"
    ? RecordedSupervisor.child(declaration, options)
    : RecordedWorker.child(declaration, options);
}

/** Spreads the tree over the cores: neighbours are on different ones, and a process is always on the same. */
function placeOf(id: string): { readonly scheduler: number } {
  return { scheduler: [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % schedulers() };
}

/** The application; its start argument is the name of a scenario. */
export const Recorded = application({
  name: "recorded",
  start: (scenario) => {
    recorder().application("application_start");
    const { tree } = scenarioOf(scenario!);
    return RecordedSupervisor.startLink(tree, placeOf(tree.id))!;
  },
  prepStop: (state) => {
    recorder().application("application_prep_stop");
    return state;
  },
  stop: () => {
    recorder().application("application_stop");
  },
});

/** A logger's handler that tells the recorder of the application's end: its report is the only place that has the reason. */
export function tellExit({ pid, report }: LogEvent): void {
  const { type, application: name, event, reason } = (report ?? {}) as Record<string, unknown>;
  if (type !== "application" || name !== "recorded" || (event !== "exited" && event !== "stopped")) return;
  Recorder.ref(RECORDER).cast.applicationExit(pid!, event === "stopped" ? "stopped" : reason);
}
