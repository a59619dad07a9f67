/** Handles: what a program holds of an event manager. */
import { isPid, send, standIn, type Pid } from "@agner/vm";
import { formatTerm } from "@agner/vm/report";
import { badArgument, EventHandlerError } from "../errors.ts";
import { call, noProcess, type Target } from "../gen/call.ts";
import { describeServer, moduleName } from "../gen/describe.ts";
import { TARGET } from "../gen/dest.ts";
import { formatReason } from "../gen/format.ts";
import { resolveDest, type ServerDest } from "../gen/names.ts";
import { sendRequest, type RequestId } from "../gen/requests.ts";
import { stopProcess } from "../gen/stop.ts";
import type { ClientOptions } from "../gen-server/types.ts";
import { isHandlerRef, nameOfHandler, type Ref } from "./handler.ts";
import type { Answer } from "./requests.ts";

/** Key of the definition in a handle. */
const DEFINITION = Symbol("definition");

/** A handle as this library sees it. */
export interface AnyManager {
  readonly [TARGET]: Target;
  readonly [DEFINITION]: object;
}

/** What travels of a handle. */
export interface ManagerData {
  readonly dest: ServerDest;
  readonly timeout: number;
}

const METHODS = {
  get pid(): Pid {
    const target = targetOf(this);
    const pid = resolveDest(target.dest);
    if (pid === undefined) throw noProcess(target, "pid");
    return pid;
  },
  notify(event: unknown): void {
    const { dest } = targetOf(this);
    // A registered name that nobody has is an error, as in OTP; a key in a registry is none.
    const to = typeof dest === "string" ? dest : resolveDest(dest);
    if (to !== undefined) send(to, { type: "$cast", name: "notify", args: [event] });
  },
  syncNotify(event: unknown): void {
    request(targetOf(this), "syncNotify", [event]);
  },
  addHandler(handler: Ref, argument: unknown): void {
    request(targetOf(this), "addHandler", [checkRef("addHandler", handler), argument], handler);
  },
  addSupHandler(handler: Ref, argument: unknown): void {
    request(targetOf(this), "addSupHandler", [checkRef("addSupHandler", handler), argument], handler);
  },
  deleteHandler(handler: Ref, reason: unknown): unknown {
    return request(targetOf(this), "deleteHandler", [checkRef("deleteHandler", handler), reason], handler);
  },
  swapHandler(old: Ref, reason: unknown, handler: Ref, argument: unknown): void {
    swap(targetOf(this), "swapHandler", old, reason, handler, argument);
  },
  swapSupHandler(old: Ref, reason: unknown, handler: Ref, argument: unknown): void {
    swap(targetOf(this), "swapSupHandler", old, reason, handler, argument);
  },
  whichHandlers(): unknown {
    return request(targetOf(this), "whichHandlers", []);
  },
  call(handler: Ref, name: string, ...args: unknown[]): unknown {
    const target = targetOf(this);
    return valueOf(target, call(target, "$call", "call", [checkRef("call", handler), name, args]) as Answer, name, handler);
  },
  sendRequest(handler: Ref, name: string, ...args: unknown[]): RequestId {
    return sendRequest(targetOf(this), "call", [checkRef("sendRequest", handler), name, args], true);
  },
  with({ timeout }: ClientOptions): AnyManager {
    const { dest, timeout: before } = targetOf(this);
    return managerOn((this as unknown as AnyManager)[DEFINITION], { dest, timeout: timeout ?? before });
  },
  stop(reason: unknown = "normal", timeout: number = Infinity): void {
    stopProcess("stop", targetOf(this).dest, reason, timeout);
  },
};

function targetOf(handle: object): Target {
  return (handle as AnyManager)[TARGET];
}

/** A handle on a manager of this definition, which need not run yet. */
export function managerOn(definition: object, data: ManagerData): AnyManager {
  const target: Target = { ...data, module: moduleName(definition, "event manager") };
  const handle = Object.create(METHODS, { [TARGET]: { value: target }, [DEFINITION]: { value: definition } }) as AnyManager;
  return standIn(handle, { definition, data });
}

function checkRef(what: string, ref: unknown): Ref {
  if (isHandlerRef(ref)) return ref;
  throw badArgument(`${what}: the handler must be what eventHandler makes, or that and an id: [Handler, id]`);
}

/** Asks the manager itself. As in OTP, that may take as long as it does. */
function request(target: Target, name: string, args: readonly unknown[], handler?: Ref): unknown {
  const answer = call({ ...target, timeout: Infinity }, "$call", name, args) as Answer;
  return valueOf(target, answer, name, handler);
}

function swap(target: Target, name: string, old: Ref, reason: unknown, handler: Ref, argument: unknown): void {
  request(target, name, [checkRef(name, old), reason, checkRef(name, handler), argument], handler);
}

function valueOf(target: Target, answer: Answer, name: string, handler: Ref | undefined): unknown {
  if ("value" in answer) return answer.value;
  const { failed } = answer;
  const { dest, module } = target;
  const who = describeServer(dest, isPid(dest) ? undefined : resolveDest(dest), module);
  const shown = handler === undefined ? undefined : nameOfHandler(handler);
  const what = Array.isArray(shown) ? `${shown[0]} (id ${formatTerm(shown[1])})` : String(shown);
  throw new EventHandlerError(`${name} of the handler ${what} in the event manager ${who}: ${explain(failed)}`, {
    reason: failed,
    details: { handler: shown, request: name },
  });
}

function explain(reason: unknown): string {
  if (reason === "bad_module" || reason === "module_not_found") return "it is not installed; whichHandlers() says what is";
  if (typeof reason === "object" && reason !== null && "badReturnValue" in reason)
    return `it returned what it must not: ${formatReason(reason.badReturnValue)}`;
  return formatReason(reason);
}
