/** One event handler as its manager sees it: what it is called, and what its callbacks do. */
import { sendSignal, type Pid } from "@agner/vm";
import { ACTION, isAction, type Stop } from "../gen/action.ts";
import { moduleName } from "../gen/describe.ts";
import { reasonOf, termOf } from "../gen/reason.ts";
import type { Begin, Next, NoReply, Reply } from "../gen-server/action.ts";
import { keyOf } from "../gen/key.ts";
import type { RemoveHandler, SwapHandler } from "./action.ts";
import type { EventExit, EventHandlerSpec, HandlerStatus, Swapped } from "./types.ts";

export type Callback = (state: unknown, ...args: any[]) => unknown;

/** A definition as managers see it. */
export interface HandlerCode {
  readonly spec: EventHandlerSpec<any[], any, Callback, Record<string, Callback>, unknown>;
}

/** How handlers are named in requests. */
export type Ref = HandlerCode | readonly [handler: HandlerCode, id: unknown];

/** A handler in a manager. */
export interface Installed {
  readonly code: HandlerCode;
  readonly ref: Ref;
  /** The id as what can be compared. */
  readonly key: unknown;
  state: unknown;
  /** Who is told of its end, and whose end is its own. */
  readonly supervisor: Pid | undefined;
}

/** What a callback has done, in a form that can be trusted. */
export type Outcome =
  | Reply<unknown, unknown>
  | NoReply<unknown>
  | RemoveHandler<any>
  | SwapHandler<unknown, any>
  | { readonly [ACTION]: "failed"; readonly reason: unknown };

/** What a callback outside the handling of messages has done. */
export type Result<T> = { readonly value: T } | { readonly failed: unknown };

/** Whether a value names a handler. */
export function isHandlerRef(value: unknown): value is Ref {
  return isHandler(value) || (Array.isArray(value) && value.length === 2 && isHandler(value[0]));
}

function isHandler(value: unknown): value is HandlerCode {
  const spec = (value as Partial<HandlerCode> | undefined | null)?.spec;
  return typeof spec?.init === "function" && typeof spec.event === "function";
}

const NO_ID = Symbol("no id");

function keyOfRef(ref: Ref): unknown {
  return Array.isArray(ref) ? keyOf(ref[1]) : NO_ID;
}

/** The definition of a named handler. */
export function codeOf(ref: Ref): HandlerCode {
  return (Array.isArray(ref) ? ref[0] : ref) as HandlerCode;
}

/** A handler that is about to be installed. */
export function newHandler(ref: Ref, state: unknown, supervisor: Pid | undefined): Installed {
  return { code: codeOf(ref), ref, key: keyOfRef(ref), state, supervisor };
}

/** Where in a list the handler is that `ref` names; -1 if nowhere. */
export function indexOfHandler(handlers: readonly Installed[], ref: Ref): number {
  const code = codeOf(ref);
  const key = keyOfRef(ref);
  return handlers.findIndex((handler) => handler.code === code && handler.key === key);
}

/** What reports call a handler: its name, with the id if it has one. */
export function nameOfHandler(ref: Ref): unknown {
  const name = moduleName(codeOf(ref), "handler");
  return Array.isArray(ref) ? [name, ref[1]] : name;
}

/** Runs `event`, `info` or a call. Whatever else it returns than it may is a failure, and a value that it throws counts as returned. */
export function run(callback: Callback, state: unknown, args: readonly unknown[]): Outcome {
  let returned: unknown;
  try {
    returned = callback(state, ...args);
  } catch (e) {
    if (e instanceof Error) return failed(reasonOf(e));
    returned = e;
  }
  if (!isAction<Outcome | Stop | Begin<unknown>>(returned)) return failed({ badReturnValue: termOf(returned) });
  switch (returned[ACTION]) {
    case "reply":
    case "noreply":
      return onlyHibernates(returned.next)
        ? returned
        : failed({ badReturnValue: `${returned[ACTION]} with a timeout or continue` });
    case "removeHandler":
      return returned;
    case "swapHandler":
      // Others will be told of the new handler: it has to be a term.
      return isHandlerRef(returned.handler) && termOf(returned.handler) === returned.handler
        ? returned
        : failed({ badReturnValue: "swapHandler with what is no handler, or one that no module exports" });
    default:
      return failed({ badReturnValue: returned[ACTION] });
  }
}

/** A failure with this reason. */
export function failed(reason: unknown): Outcome & { readonly [ACTION]: "failed" } {
  return { [ACTION]: "failed", reason };
}

function onlyHibernates(next: Next | undefined): boolean {
  return next === undefined || (next.timeout === undefined && !("continue" in next));
}

/** The first state of a handler, and whether it wants its manager to hibernate. */
export function initialize(
  { spec }: HandlerCode,
  argument: unknown,
  swapped: Swapped | undefined,
): Result<{ readonly state: unknown; readonly hibernate: boolean }> {
  let made: unknown;
  try {
    made = swapped === undefined ? spec.init(argument) : spec.init(argument, swapped);
  } catch (e) {
    if (!isAction(e)) return { failed: reasonOf(e) };
    made = e;
  }
  if (!isAction<Stop | Begin<unknown>>(made)) return { value: { state: made, hibernate: false } };
  switch (made[ACTION]) {
    case "begin":
      return onlyHibernates(made.next)
        ? { value: { state: made.state, hibernate: made.next.hibernate === true } }
        : { failed: { badReturnValue: "a timeout or continue" } };
    case "stop":
      return { failed: made.reason };
    default:
      return { failed: { badReturnValue: (made as { readonly [ACTION]: string })[ACTION] } };
  }
}

/** Runs `terminate`; returns what that does. */
export function terminate({ code, state }: Installed, reason: unknown): Result<unknown> {
  try {
    return { value: code.spec.terminate?.(state, reason) };
  } catch (e) {
    return { failed: reasonOf(e) };
  }
}

/** Tells the process that supervises a handler that it is gone. */
export function tellSupervisor({ supervisor, ref }: Installed, reason: unknown): void {
  if (supervisor !== undefined) sendSignal(supervisor, { type: "EVENT_EXIT", handler: ref, reason: termOf(reason) } as EventExit);
}

/** A status as the handler's `formatStatus` wants it shown; if that throws, without the state. */
export function formatted({ spec }: HandlerCode, status: HandlerStatus): HandlerStatus {
  if (spec.formatStatus === undefined) return status;
  try {
    return spec.formatStatus(status);
  } catch {
    return { ...status, state: "formatStatus has thrown" };
  }
}
