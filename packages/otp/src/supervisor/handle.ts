/** Handles: what a program holds of a supervisor. */
import { isPid, standIn, type Pid } from "@agner/vm";
import { formatTerm } from "@agner/vm/report";
import { SupervisorError } from "../errors.ts";
import { call, noProcess, type Target } from "../gen/call.ts";
import { describeServer, moduleName } from "../gen/describe.ts";
import { TARGET } from "../gen/dest.ts";
import { resolveDest, type ServerDest } from "../gen/names.ts";
import { stopProcess } from "../gen/stop.ts";
import { explainReason } from "./explain.ts";
import type { Answer } from "./answer.ts";
import { START_CHILD } from "./child-spec.ts";
import type { StartAnswer } from "./requests.ts";

/** A handle as this library sees it. */
export interface AnyHandle {
  readonly [TARGET]: Target;
}

const METHODS = {
  get pid(): Pid {
    return pidOf(handleOf(this));
  },
  whichChildren(): unknown {
    return request(handleOf(this), "whichChildren", []);
  },
  countChildren(): unknown {
    return request(handleOf(this), "countChildren", []);
  },
  startChild(...args: unknown[]): unknown {
    return (request(handleOf(this), "startChild", args) as StartAnswer)[0];
  },
  startChildExtra(...args: unknown[]): unknown {
    return request(handleOf(this), "startChild", args);
  },
  terminateChild(id: unknown): void {
    request(handleOf(this), "terminateChild", [id]);
  },
  restartChild(id: unknown): unknown {
    return (request(handleOf(this), "restartChild", [id]) as StartAnswer)[0];
  },
  deleteChild(id: unknown): void {
    request(handleOf(this), "deleteChild", [id]);
  },
  childSpec(id: unknown): unknown {
    return request(handleOf(this), "childSpec", [id]);
  },
  stop(reason: unknown = "normal", timeout = Infinity): void {
    stopProcess("stop", this, reason, timeout);
  },
};

function handleOf(methods: object): AnyHandle {
  return methods as AnyHandle;
}

/** A handle of a definition's supervisor, which need not run yet. */
export function handleOn(definition: object, dest: ServerDest): AnyHandle {
  const target: Target = { dest, timeout: Infinity, module: moduleName(definition, "supervisor") };
  const handle = Object.create(METHODS, { [TARGET]: { value: target } }) as AnyHandle;
  return standIn(handle, { definition, data: dest });
}

function pidOf(handle: AnyHandle): Pid {
  const target = handle[TARGET];
  const { dest } = target;
  const pid = isPid(dest) ? dest : resolveDest(dest);
  if (pid === undefined) throw noProcess(target, "pid");
  return pid;
}

function request(handle: AnyHandle, name: string, args: readonly unknown[]): unknown {
  const target = handle[TARGET];
  const answer = call(target, "$call", name, args) as Answer;
  if (answer.kind === "ok") return answer.value;
  throw refusal(target, name, args, answer);
}

function refusal(target: Target, name: string, args: readonly unknown[], answer: Answer & { kind: "error" }): SupervisorError {
  const { dest, module } = target;
  const { reason, start } = answer;
  const who = describeServer(dest, isPid(dest) ? undefined : resolveDest(dest), module);
  const what = start
    ? `the child could not be started: ${explainReason(reason)}`
    : `the supervisor refused: ${explainReason(reason)}`;
  return new SupervisorError(`${name}(${describeChild(name, args)}) of the supervisor ${who}: ${what}`, {
    reason,
    details: { supervisor: isPid(dest) || typeof dest === "string" ? dest : "unregistered", request: name },
  });
}

/** Which child a request was about. */
function describeChild(name: string, args: readonly unknown[]): string {
  if (args.length === 0) return "";
  const [first] = args;
  if (typeof first === "object" && first !== null && START_CHILD in first) return moduleName(first, "definition");
  const isSpec = name === "startChild" && typeof first === "object" && first !== null && "id" in first;
  return isSpec ? `{ id: ${formatTerm(first.id)}, … }` : args.map((arg) => formatTerm(arg)).join(", ");
}
