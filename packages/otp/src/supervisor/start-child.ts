/** Starting the process of a child. */
import { isPid } from "@agner/vm";
import { StartError } from "../errors.ts";
import { moduleName } from "../gen/describe.ts";
import type { StartResult } from "../gen/message.ts";
import { reasonOf, termOf } from "../gen/reason.ts";
import { START_CHILD, type Startable } from "./child-spec.ts";

/** Runs what starts a child. Whatever it throws is the reason of a start that failed; a {@link StartError} carries the reason. */
export function startProcessOf([what, ...args]: readonly unknown[]): StartResult {
  try {
    if (isStartable(what)) return what[START_CHILD](...args);
    return resultOf((what as (...args: unknown[]) => unknown)(...args));
  } catch (e) {
    return { kind: "error", reason: reasonOfStart(e) };
  }
}

/** Why a start failed that has thrown something. */
export function reasonOfStart(thrown: unknown): unknown {
  return StartError.is(thrown) ? thrown.reason : reasonOf(thrown);
}

function isStartable(what: unknown): what is Startable {
  return ((typeof what === "object" && what !== null) || typeof what === "function") && START_CHILD in what;
}

function resultOf(value: unknown): StartResult {
  if (value === undefined) return { kind: "ignore" };
  const pid = pidOf(value);
  if (pid !== undefined) return { kind: "ok", pid };
  if (Array.isArray(value) && value.length === 2) {
    const first = pidOf(value[0]);
    if (first !== undefined) return { kind: "ok", pid: first, extra: value[1] };
  }
  return { kind: "error", reason: { badReturnValue: termOf(value) } };
}

function pidOf(value: unknown) {
  if (isPid(value)) return value;
  if (typeof value !== "object" || value === null || !("pid" in value)) return undefined;
  const { pid } = value;
  return isPid(pid) ? pid : undefined;
}

/** What starts a child, for people: the definition's name, or the function's. */
export function startName([what]: readonly unknown[]): string {
  if (typeof what === "function" && !(START_CHILD in what)) return what.name === "" ? "a function" : what.name;
  return moduleName(what as object, "definition");
}
