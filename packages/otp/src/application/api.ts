/** Starting, stopping and configuring applications. */
import { processInfo, self, whereis, type Pid } from "@agner/vm";
import { badArgument, StartError } from "../errors.ts";
import { explainReason } from "../supervisor/explain.ts";
import { Controller, CONTROLLER, nameOf, type RunningApplication } from "./controller.ts";
import { SPEC, type Application, type ApplicationType } from "./types.ts";

/** How an application is started. */
export interface StartApplicationOptions {
  /** What its end does to the VM; default `"temporary"`: nothing. */
  readonly type?: ApplicationType;
  /** Arguments of its `start`. */
  readonly args?: readonly string[];
}

/** The controller; started by whoever needs it first. */
function controller(): ReturnType<typeof Controller.ref> {
  if (whereis(CONTROLLER) === undefined) {
    try {
      Controller.start(undefined, { name: CONTROLLER });
    } catch (e) {
      if (!StartError.is(e) || whereis(CONTROLLER) === undefined) throw e; // somebody else was faster
    }
  }
  return Controller.ref(CONTROLLER).with({ timeout: Infinity });
}

function check(what: string, app: Application): string {
  if (typeof app === "object" && app !== null && SPEC in app) return nameOf(app);
  throw badArgument(`application.${what}: the argument must be an application, as application({ start }) makes it`);
}

/**
 * Starts an application; returns when its `start` and start phases are done.
 *
 * @throws {StartError} with reason `{ alreadyStarted: name }`, `{ notStarted: name }` for an application that it needs, or that of its `start`.
 */
export function startApplication(app: Application, options: StartApplicationOptions = {}): void {
  const name = check("start", app);
  checkOutcome(name, controller().start(app, name, options.type ?? "temporary", options.args ?? []));
}

/** As {@link startApplication}; if it runs already that is no error, if it is just starting the caller waits. Returns whether this call has started it. */
export function ensureStarted(app: Application, options: StartApplicationOptions = {}): boolean {
  const name = check("ensureStarted", app);
  return checkOutcome(name, controller().ensure(app, name, options.type ?? "temporary", options.args ?? [])) === "started";
}

function checkOutcome(name: string, outcome: unknown): "started" | "running" {
  if (outcome === "started" || outcome === "running") return outcome;
  throw failed(name, "started", (outcome as { error: unknown }).error);
}

function failed(name: string, what: "started" | "stopped", reason: unknown): StartError {
  return new StartError(`the application ${JSON.stringify(name)} could not be ${what}: ${explain(reason)}`, { reason });
}

function explain(reason: unknown): string {
  if (typeof reason === "object" && reason !== null) {
    if ("alreadyStarted" in reason && typeof reason.alreadyStarted === "string") return "it runs already";
    if ("stopping" in reason) return "it is being stopped";
    if ("notStarted" in reason)
      return `the application ${JSON.stringify(reason.notStarted)} does not run; application.ensureAllStarted starts what an application needs`;
  }
  return explainReason(reason);
}

/**
 * Starts an application and, before it, all that it needs. If one fails, those that were started for it are stopped again.
 *
 * @returns the names of those that were started, in order.
 */
export function ensureAllStarted(app: Application, options: StartApplicationOptions = {}): string[] {
  check("ensureAllStarted", app);
  const started: string[] = [];
  try {
    startWithNeeds(app, options, started, []);
  } catch (e) {
    for (const name of started.reverse()) stopApplication(name);
    throw e;
  }
  return started;
}

function startWithNeeds(app: Application, options: StartApplicationOptions, started: string[], above: readonly string[]): void {
  const name = nameOf(app);
  if (above.includes(name))
    throw badArgument(`application: ${[...above, name].map((each) => JSON.stringify(each)).join(" needs ")}, which is a circle`);
  const { type } = options;
  for (const need of app[SPEC].applications ?? [])
    startWithNeeds(need, type === undefined ? {} : { type }, started, [...above, name]);
  if (ensureStarted(app, options)) started.push(name);
}

/** Stops an application, by its name or itself; returns when all its processes have ended. Throws {@link StartError} if it does not run. */
export function stopApplication(app: Application | string): void {
  const name = typeof app === "string" ? app : check("stop", app);
  const outcome: unknown = controller().stop(name);
  if (outcome === "stopped") return;
  throw failed(name, "stopped", (outcome as { error: unknown }).error);
}

/** The applications that run, are starting or are stopping, in the order of their start. */
export function runningApplications(): RunningApplication[] {
  return controller().running();
}

/** A value of an application's environment; `otherwise` if it has none. */
export function getEnv<T = unknown>(app: Application | string, key: string, otherwise?: T): T {
  const found = controller().getEnv(typeof app === "string" ? app : nameOf(app), key);
  return (found === undefined ? otherwise : found.value) as T;
}

/** All values of an application's environment. */
export function allEnv(app: Application | string): Record<string, unknown> {
  return controller().allEnv(typeof app === "string" ? app : nameOf(app)) as Record<string, unknown>;
}

/** Sets a value of an application's environment, a term; its `configChange` hears of it. */
export function setEnv(app: Application | string, key: string, value: unknown): void {
  controller().setEnv(typeof app === "string" ? app : nameOf(app), key, value);
}

/** Takes a value out of an application's environment. */
export function unsetEnv(app: Application | string, key: string): void {
  controller().unsetEnv(typeof app === "string" ? app : nameOf(app), key);
}

/** The name of the application to which a process belongs, by default the caller; undefined if to none. */
export function applicationOf(pid: Pid = self()): string | undefined {
  const info = processInfo(pid);
  return info === undefined
    ? undefined
    : runningApplications().find(({ master }) => master === pid || info.ancestors.includes(master))?.name;
}
