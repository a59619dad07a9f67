/**
 * The application controller: one process of the VM that knows which applications run, in which order they were started, and their environments.
 */
import { readFileSync } from "node:fs";
import { AgnerError, definitionName, halt, self, send, spawn, spawnMonitor, type Down, type Pid, type Ref } from "@agner/vm";
import { replyTo } from "../gen/call.ts";
import type { From } from "../gen/message.ts";
import { caller, genServer } from "../gen-server.ts";
import { noreply, reply } from "../gen-server/action.ts";
import { report } from "../logger/log.ts";
import { runMaster } from "./master.ts";
import { SPEC, type Application, type ApplicationType } from "./types.ts";

/** Under which name the controller is registered. */
export const CONTROLLER = "application_controller";

/** An application that is starting, runs, or is stopping. */
interface Entry {
  readonly name: string;
  readonly app: Application;
  readonly type: ApplicationType;
  readonly master: Pid;
  readonly ref: Ref;
  status: "starting" | "running" | "stopping";
  /** The top of its tree. */
  top: Pid | undefined;
  /** Who started it and waits until it runs, who else waits for that, and who waits for its end. */
  starters: From[];
  joiners: From[];
  stoppers: From[];
  /** Why it ended, once its master has said so. */
  ended: { readonly reason: unknown } | undefined;
}

interface State {
  /** In the order in which they were started. */
  readonly entries: Map<string, Entry>;
  readonly env: Map<string, Map<string, unknown>>;
  readonly config: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What a start came to. */
export type StartOutcome = "started" | "running" | { readonly error: unknown };

/** An application as `application.running()` lists it. */
export interface RunningApplication {
  readonly name: string;
  readonly type: ApplicationType;
  readonly status: "starting" | "running" | "stopping";
  readonly pid: Pid | undefined;
  /** The process from which all processes of the application come. */
  readonly master: Pid;
}

export const Controller = genServer({
  init: (): State => ({ entries: new Map(), env: new Map(), config: readConfiguration() }),
  calls: {
    start: (state, app: Application, name: string, type: ApplicationType, args: readonly string[]) => {
      if (state.entries.has(name)) return reply<StartOutcome, State>({ error: { alreadyStarted: name } }, state);
      return begin(state, app, name, type, args);
    },
    ensure: (state, app: Application, name: string, type: ApplicationType, args: readonly string[]) => {
      const entry = state.entries.get(name);
      if (entry === undefined) return begin(state, app, name, type, args);
      if (entry.status === "stopping") return reply<StartOutcome, State>({ error: { stopping: name } }, state);
      if (entry.status === "running") return reply<StartOutcome, State>("running", state);
      entry.joiners.push(caller());
      return noreply(state);
    },
    stop: (state, name: string) => {
      const entry = state.entries.get(name);
      if (entry === undefined) return reply<StartOutcome, State>({ error: { notStarted: name } }, state);
      entry.stoppers.push(caller());
      // While it is starting, what is sent to its master may be received by its start.
      if (entry.status === "running") tellStop(entry);
      entry.status = "stopping";
      return noreply(state);
    },
    running: (state) => reply([...state.entries.values()].map(listed), state),
    getEnv: (state, name: string, key: string) => {
      const values = environmentOf(state, name);
      return reply(values.has(key) ? { value: values.get(key) } : undefined, state);
    },
    allEnv: (state, name: string) => reply(Object.fromEntries(environmentOf(state, name)), state),
    setEnv: (state, name: string, key: string, value: unknown) => {
      environmentOf(state, name).set(key, value);
      tellChange(state, name, { [key]: value }, []);
      return reply("ok", state);
    },
    unsetEnv: (state, name: string, key: string) => {
      environmentOf(state, name).delete(key);
      tellChange(state, name, {}, [key]);
      return reply("ok", state);
    },
  },
  casts: {
    running: (state, name: string, top: Pid) => {
      const entry = state.entries.get(name)!;
      if (entry.status === "starting") entry.status = "running";
      else tellStop(entry);
      entry.top = top;
      for (const from of entry.starters) replyTo(from, "started");
      for (const from of entry.joiners) replyTo(from, "running");
      entry.starters = [];
      entry.joiners = [];
      report("info", { type: "application", event: "started", application: name });
      return noreply(state);
    },
    failed: (state, name: string, reason: unknown) => {
      state.entries.get(name)!.ended = { reason };
      return noreply(state);
    },
    ended: (state, name: string, reason: unknown) => {
      state.entries.get(name)!.ended = { reason };
      return noreply(state);
    },
  },
  info: (state, message: Down | undefined) => {
    if (message?.type !== "DOWN") return noreply(state);
    const entry = [...state.entries.values()].find(({ ref }) => ref === message.ref);
    if (entry !== undefined) end(state, entry, entry.ended?.reason ?? message.reason);
    return noreply(state);
  },
});

function begin(state: State, app: Application, name: string, type: ApplicationType, args: readonly string[]) {
  const missing = (app[SPEC].applications ?? []).map(nameOf).find((other) => state.entries.get(other)?.status !== "running");
  if (missing !== undefined) return reply<StartOutcome, State>({ error: { notStarted: missing } }, state);
  defineEnvironment(state, name, app);
  state.entries.set(name, startEntry(app, name, type, args, caller()));
  return noreply(state);
}

function tellStop({ master }: Entry): void {
  send(master, { type: "$stop_application" });
}

function startEntry(app: Application, name: string, type: ApplicationType, args: readonly string[], starter: From): Entry {
  const controller = self();
  const [master, ref] = spawnMonitor(() => runMaster(app, name, type, args, controller));
  return {
    name,
    app,
    type,
    master,
    ref,
    status: "starting",
    top: undefined,
    starters: [starter],
    joiners: [],
    stoppers: [],
    ended: undefined,
  };
}

/** The master of an application has ended. */
function end(state: State, entry: Entry, reason: unknown): void {
  const { name, type, status, starters, joiners, stoppers } = entry;
  state.entries.delete(name);
  report(reason === "stopped" ? "info" : "notice", {
    type: "application",
    event: reason === "stopped" ? "stopped" : "exited",
    application: name,
    ...(reason === "stopped" ? {} : { reason }),
  });
  for (const from of [...starters, ...joiners]) replyTo(from, status === "stopping" ? { error: "stopped" } : { error: reason });
  for (const from of stoppers) replyTo(from, "stopped");
  if (starters.length > 0 || status === "stopping" || type === "temporary" || (type === "transient" && reason === "normal"))
    return;
  const others = [...state.entries.keys()].reverse();
  spawn(() => stopVm(others));
}

/** What a permanent application has come to an end, the VM does not go on without. */
function stopVm(others: readonly string[]): void {
  for (const name of others) Controller.ref(CONTROLLER).with({ timeout: Infinity }).stop(name);
  halt(1);
}

function listed({ name, type, status, top, master }: Entry): RunningApplication {
  return { name, type, status, pid: top, master };
}

/** The name of an application. */
export function nameOf(app: Application): string {
  const exported = definitionName(app);
  return app[SPEC].name ?? (exported === undefined || exported === "default" ? "application" : exported);
}

/** The values of an application: its own defaults, below what the configuration file and `setEnv` say. */
function environmentOf(state: State, name: string): Map<string, unknown> {
  let values = state.env.get(name);
  if (values === undefined) state.env.set(name, (values = new Map(Object.entries(state.config[name] ?? {}))));
  return values;
}

function defineEnvironment(state: State, name: string, app: Application): void {
  const values = environmentOf(state, name);
  for (const [key, value] of Object.entries(app[SPEC].env ?? {})) if (!values.has(key)) values.set(key, value);
}

function tellChange(state: State, name: string, changed: Readonly<Record<string, unknown>>, removed: readonly string[]): void {
  const entry = state.entries.get(name);
  if (entry?.status !== "running" || entry.app[SPEC].configChange === undefined) return;
  const { app } = entry;
  spawn(() => app[SPEC].configChange!(changed, removed));
}

type Configuration = State["config"];

/** The JSON file that `AGNER_CONFIG` names: for each application, values by key. */
function readConfiguration(): Configuration {
  const path = process.env["AGNER_CONFIG"];
  if (path === undefined || path === "") return {};
  let config: unknown;
  try {
    config = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new AgnerError("AGNER_CONFIG", `AGNER_CONFIG: ${path} cannot be read as JSON: ${(cause as Error).message}`, { cause });
  }
  const isTable = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
  if (isTable(config) && Object.values(config as object).every(isTable)) return config as Configuration;
  throw new AgnerError(
    "AGNER_CONFIG",
    `AGNER_CONFIG: ${path} must hold an object of objects: { "application": { "key": value } }`,
  );
}
