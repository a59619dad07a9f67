/** The supervisor's process: its start, its loop, its end. */
import { processFlag, receive, self, send } from "@agner/vm";
import { ACTION, type Ignore } from "../gen/action.ts";
import { tell } from "../gen/debug.ts";
import { moduleName } from "../gen/describe.ts";
import { hibernate } from "../gen/hibernate.ts";
import type { Call } from "../gen/message.ts";
import { endProcess } from "../gen/process.ts";
import { reasonOf, reasonTerm } from "../gen/reason.ts";
import { acknowledge, claimName, failStart, ignoreStart, type Starter } from "../gen/start.ts";
import { handleSystem, type Termination } from "../gen/system.ts";
import { report } from "../logger/log.ts";
import { refuse } from "./answer.ts";
import { childrenOf, type Supervisor, type SupervisorCode } from "./child.ts";
import { noRestarts } from "./intensity.ts";
import { planOf, type NoPlan, type Plan } from "./plan.ts";
import { answerRequest } from "./requests.ts";
import { onExit, onTryAgain, startAndReport, TRY_AGAIN } from "./restart.ts";
import { stopAll } from "./stop-child.ts";
import { SYSTEM } from "./system.ts";

/** Begins a supervisor in the process that was started for it. */
export function runSupervisor(code: SupervisorCode, argument: unknown, starter: Starter): void {
  const refused = claimName(starter.name);
  if (refused !== undefined) return failStart(starter, refused.reason, "normal");
  processFlag("trapExit", true);
  let plan: Plan | NoPlan | Ignore;
  try {
    plan = planOf(code, argument);
  } catch (e) {
    return failStart(starter, reasonOf(e), reasonOf(e));
  }
  if (ACTION in plan) return ignoreStart(starter);
  if ("refused" in plan) return failStart(starter, plan.refused, plan.refused);
  const supervisor = newSupervisor(code, argument, starter, plan);
  const failed = startAll(supervisor);
  if (failed !== undefined) {
    stopAll(supervisor);
    const reason = { shutdown: { failedToStartChild: failed } };
    return failStart(starter, reason, reason);
  }
  acknowledge(starter, { kind: "ok" });
  serve(supervisor);
}

function newSupervisor(code: SupervisorCode, argument: unknown, starter: Starter, { flags, specs }: Plan): Supervisor {
  return {
    code,
    argument,
    parent: starter.linked ? starter.pid : undefined,
    name: typeof starter.name === "string" ? starter.name : undefined,
    module: moduleName(code, "supervisor"),
    flags,
    children: childrenOf(specs, flags),
    restarts: noRestarts(),
    debug: undefined,
    suspended: false,
  };
}

/** Starts the children, until one cannot be started. */
function startAll(supervisor: Supervisor): { readonly id: unknown; readonly reason: unknown } | undefined {
  for (const child of [...supervisor.children.byKey.values()]) {
    const failed = startAndReport(supervisor, child);
    if (failed !== undefined) return { id: child.spec.id, reason: failed.failure };
  }
  return undefined;
}

function serve(supervisor: Supervisor): never {
  // Children of one kind come and go; the others seldom need their supervisor.
  let message: unknown = supervisor.children.template === undefined ? hibernate() : receive();
  for (;;) {
    const end = handle(supervisor, message);
    if (end !== undefined) {
      stopAll(supervisor);
      endProcess(end.reason);
    }
    message = receive();
  }
}

function handle(supervisor: Supervisor, message: any): Termination | undefined {
  if (message?.type === "$system") return handleSystem(message, supervisor, SYSTEM);
  if (supervisor.debug !== undefined) tell(supervisor.debug, { kind: "in", message }, supervisor.module);
  switch (message?.type) {
    case "EXIT":
      if (message.from === supervisor.parent) return { reason: message.reason };
      return onExit(supervisor, message.from, message.reason);
    case "$call":
      if (!answer(supervisor, message)) warn(supervisor, message);
      return undefined;
    case "$cast":
      if (message.name === TRY_AGAIN) return onTryAgain(supervisor, message.args[0]);
  }
  warn(supervisor, message);
  return undefined;
}

/** Answers a request; false if it is none that a supervisor knows. */
function answer(supervisor: Supervisor, { name, args, ref, pid }: Call): boolean {
  const value = (supervisor.code.answer ?? answerRequest)(supervisor, name, args);
  if (value === undefined) return false;
  try {
    send(ref, { type: "$reply", ref, value });
  } catch (e) {
    // What starts a child need not be a term; nor need the reason of a start that failed.
    const refused = value.kind === "error" ? { ...value, reason: reasonTerm(value.reason) } : refuse(e);
    send(ref, { type: "$reply", ref, value: refused });
  }
  if (supervisor.debug !== undefined) tell(supervisor.debug, { kind: "out", message: value, to: pid }, supervisor.module);
  return true;
}

function warn({ name, module }: Supervisor, message: unknown): void {
  report("error", { type: "unexpected", pid: self(), name, module, message });
}
