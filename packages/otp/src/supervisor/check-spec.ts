/** What is wrong with the flags of a supervisor, or with the specification of a child: in OTP's terms. */
import { moduleName } from "../gen/describe.ts";
import { START_CHILD, type Backoff, type ChildSpec, type Restart, type Startable } from "./child-spec.ts";
import { keyOf } from "../gen/key.ts";
import type { AutoShutdown, SupervisorFlags } from "./types.ts";
import { startName } from "./start-child.ts";

/** Flags with nothing left out. */
export type Flags = Required<SupervisorFlags>;

/** A specification with nothing left out. */
export interface CheckedSpec {
  readonly id: unknown;
  readonly start: readonly [start: Startable | ((...args: any[]) => unknown), ...args: unknown[]];
  readonly restart: Restart;
  readonly significant: boolean;
  readonly shutdown: number | "brutal_kill";
  readonly type: "worker" | "supervisor";
  readonly modules: readonly string[] | "dynamic";
  readonly backoffMs: Required<Backoff> | undefined;
}

/** What is wrong, as the reason of a start that fails because of it. */
export interface Fault {
  readonly fault: unknown;
}

export function isFault(checked: object): checked is Fault {
  return "fault" in checked;
}

const STRATEGIES: readonly unknown[] = ["one_for_one", "one_for_all", "rest_for_one", "simple_one_for_one"];
const AUTO_SHUTDOWNS: readonly unknown[] = ["never", "any_significant", "all_significant"];
const RESTARTS: readonly unknown[] = ["permanent", "transient", "temporary"];
const TYPES: readonly unknown[] = ["worker", "supervisor"];

/** Times that a child of its type has to end, in milliseconds, unless its specification says otherwise. */
const SHUTDOWN_MS = { worker: 5_000, supervisor: Infinity } as const;

/** Flags with OTP's defaults. */
export function checkFlags(flags: SupervisorFlags): Flags | Fault {
  const { strategy = "one_for_one", intensity = 1, periodMs = 5_000, autoShutdown = "never" } = flags;
  if (!STRATEGIES.includes(strategy)) return { fault: { invalidStrategy: strategy } };
  if (!Number.isInteger(intensity) || intensity < 0) return { fault: { invalidIntensity: intensity } };
  if (!Number.isInteger(periodMs) || periodMs <= 0) return { fault: { invalidPeriod: periodMs } };
  if (!AUTO_SHUTDOWNS.includes(autoShutdown)) return { fault: { invalidAutoShutdown: autoShutdown } };
  return { strategy, intensity, periodMs, autoShutdown };
}

/** The specifications of a list, none of them twice. */
export function checkSpecs(specs: unknown, autoShutdown: AutoShutdown): CheckedSpec[] | Fault {
  if (!Array.isArray(specs)) return { fault: { invalidChildren: specs } };
  const checked: CheckedSpec[] = [];
  const keys = new Set<unknown>();
  for (const spec of specs) {
    const one = checkSpec(spec, autoShutdown);
    if (isFault(one)) return one;
    const key = keyOf(one.id);
    if (keys.has(key)) return { fault: { duplicateChildName: one.id } };
    keys.add(key);
    checked.push(one);
  }
  return checked;
}

/** One specification, with OTP's defaults. */
export function checkSpec(spec: unknown, autoShutdown: AutoShutdown): CheckedSpec | Fault {
  if (typeof spec !== "object" || spec === null || Array.isArray(spec)) return { fault: { invalidChildSpec: spec } };
  const { id: given, start, restart = "permanent", significant = false, type = "worker", ...rest } = spec as ChildSpec;
  if (given === undefined) return { fault: "missing_id" };
  if (start === undefined) return { fault: "missing_start" };
  const id = isDefinition(given) ? moduleName(given, "definition") : given;
  if (!isStart(start)) return { fault: { invalidStart: start } };
  if (!RESTARTS.includes(restart)) return { fault: { invalidRestartType: restart } };
  if (significant === true && autoShutdown === "never") return { fault: { badCombination: { autoShutdown, significant } } };
  if (significant === true && restart === "permanent") return { fault: { badCombination: { restart, significant } } };
  if (typeof significant !== "boolean") return { fault: { invalidSignificant: significant } };
  if (!TYPES.includes(type)) return { fault: { invalidChildType: type } };
  const { shutdown = SHUTDOWN_MS[type], modules = [startName(start)], backoffMs } = rest;
  if (!isShutdownTime(shutdown)) return { fault: { invalidShutdown: shutdown } };
  if (modules !== "dynamic") {
    if (!Array.isArray(modules)) return { fault: { invalidModules: modules } };
    for (const module of modules) if (typeof module !== "string") return { fault: { invalidModule: module } };
  }
  if (backoffMs !== undefined && !isBackoff(backoffMs)) return { fault: { invalidBackoff: backoffMs } };
  const backoff = backoffMs === undefined ? undefined : { factor: 2, jitter: 0, ...backoffMs };
  return { id, start, restart, significant, shutdown, type, modules, backoffMs: backoff };
}

function isStart(start: unknown): start is CheckedSpec["start"] {
  if (!Array.isArray(start)) return false;
  const first: unknown = start[0];
  return typeof first === "function" || isDefinition(first);
}

function isDefinition(value: unknown): value is Startable {
  return typeof value === "object" && value !== null && START_CHILD in value;
}

function isShutdownTime(time: unknown): boolean {
  return time === "brutal_kill" || time === Infinity || (Number.isInteger(time) && (time as number) >= 0);
}

function isBackoff(backoff: unknown): boolean {
  if (typeof backoff !== "object" || backoff === null) return false;
  const { min, max, factor = 2, jitter = 0 } = backoff as Partial<Backoff>;
  return (
    inRange(min, 0, Number.MAX_SAFE_INTEGER) &&
    inRange(max, min, Number.MAX_SAFE_INTEGER) &&
    inRange(factor, 1, Infinity) &&
    inRange(jitter, 0, 1)
  );
}

function inRange(value: unknown, least: number, most: number): value is number {
  return typeof value === "number" && value >= least && value <= most;
}
