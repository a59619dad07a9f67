/**
 * The master of an application: the process that starts its tree, and sees to it that nothing is left when it ends.
 */
import {
  exit,
  isPid,
  processFlag,
  processes,
  processInfo,
  receive,
  self,
  spawnMonitor,
  type Down,
  type Exit,
  type Pid,
  type Ref,
} from "@agner/vm";
import { badArgument } from "../errors.ts";
import { enterFamily } from "../gen/ancestors.ts";
import { cast } from "../gen/call.ts";
import { reasonOf, reasonTerm } from "../gen/reason.ts";
import { report } from "../logger/log.ts";
import { reasonOfStart } from "../supervisor/start-child.ts";
import { SPEC, type Application, type ApplicationSpec, type ApplicationType, type Top } from "./types.ts";

/** A message to a master: stop the application. */
export interface StopRequest {
  readonly type: "$stop_application";
}

/** Runs an application in the calling process, which ends with the application. */
export function runMaster(app: Application, name: string, type: ApplicationType, args: readonly string[], controller: Pid): void {
  enterFamily(["application_controller"], `${name}.start`);
  processFlag("trapExit", true);
  const spec = app[SPEC];
  let top: Pid;
  let state: unknown;
  try {
    [top, state] = begin(spec, args);
    for (const [phase, argument] of spec.startPhases ?? []) spec.startPhase!(phase, type, argument);
  } catch (e) {
    cast(controller, "failed", [name, reasonTerm(reasonOfStart(e))]);
    killRest();
    return;
  }
  cast(controller, "running", [name, top]);
  const end = receive<Exit | StopRequest>((m: any) => (m?.type === "EXIT" && m.from === top) || m?.type === "$stop_application");
  // When the tree has ended by itself, its end comes before both callbacks.
  if (spec.prepStop !== undefined) state = contained(name, "prepStop", () => spec.prepStop!(state), state);
  if (end.type !== "EXIT") {
    exit(top, "shutdown");
    receive((m: any) => m?.type === "EXIT" && m.from === top);
  }
  if (spec.stop !== undefined) contained(name, "stop", () => spec.stop!(state), undefined);
  killRest();
  cast(controller, "ended", [name, end.type === "EXIT" ? end.reason : "stopped"]);
}

function begin(spec: ApplicationSpec<unknown>, args: readonly string[]): [top: Pid, state: unknown] {
  const result = spec.start(...args) as Top | readonly [top: Top, state: unknown];
  const [top, state] = Array.isArray(result) ? (result as [Top, unknown]) : [result as Top, undefined];
  const pid = isPid(top) ? top : (top as { pid?: unknown } | undefined)?.pid;
  if (isPid(pid)) return [pid, state];
  throw badArgument(
    "start must return the top of the application's tree, as a supervisor's startLink does: a handle, a client or a pid; write start: () => Root.startLink()",
  );
}

/** A callback at the end must not keep the rest of the end from happening: its failure is only reported. */
function contained(application: string, callback: "prepStop" | "stop", run: () => unknown, otherwise: unknown): unknown {
  try {
    return run();
  } catch (e) {
    report("error", { type: "application", event: "callback_failed", application, callback, reason: reasonTerm(reasonOf(e)) });
    return otherwise;
  }
}

/** How many ask at once, and how many processes each of them asks at least: an answer from another core takes long, but many may be on their way. */
const ASKERS = 64;
const LEAST_SHARE = 100;

/** The processes that come from a master, itself apart. */
export function membersOf(master: Pid): Pid[] {
  const pids = processes();
  const share = Math.max(LEAST_SHARE, Math.ceil(pids.length / ASKERS));
  const asked: Ref[] = [];
  for (let from = 0; from < pids.length; from += share) {
    const part = pids.slice(from, from + share);
    const [, ref] = spawnMonitor(() => exit({ members: part.filter((pid) => isMember(pid, master)) }));
    asked.push(ref);
  }
  return asked.flatMap((ref) => {
    const { reason } = receive<Down>((m: any) => m?.type === "DOWN" && m.ref === ref);
    return (reason as { members?: Pid[] }).members ?? [];
  });
}

function isMember(pid: Pid, master: Pid): boolean {
  return pid !== master && (processInfo(pid)?.ancestors.includes(master) ?? false);
}

/** Kills what the application has spawned outside of its tree, until nothing is left. */
function killRest(): void {
  const me = self();
  for (let rest = membersOf(me); rest.length > 0; rest = membersOf(me)) for (const pid of rest) exit(pid, "kill");
}
