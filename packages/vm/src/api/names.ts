/**
 * Registered names: one name space for the whole VM.
 */
import {
  callingProcess,
  describeValue,
  here,
  isPid,
  local,
  lookupName,
  nameOf,
  namesInUse,
  nearestName as similarName,
  NoProcError,
  nameTaken,
  rareOf,
  registerFar,
  takeName,
  threadOf,
  unregistered,
  AgnerError,
  type Pid,
} from "@agner/scheduler";
import { badArgument, requireScheduler } from "./context.ts";

/**
 * Registers a process, by default the caller, under a name. A process has at most one.
 *
 * @throws {AgnerError} `AGNER_NAME_TAKEN` if somebody has the name, or the process has another.
 * @throws {NoProcError} if the process has ended.
 */
export function register(name: string, pid?: Pid): void {
  if (pid === undefined) pid = callingProcess("register").pid;
  else if (local.current === null) requireScheduler("register");
  if (typeof name !== "string") throw badArgument(`register: the name must be a string, not ${describeValue(name)}`);
  if (!isPid(pid)) throw badArgument(`register: the second argument must be a pid, not ${describeValue(pid)}`);
  const p = here(pid);
  if (p === undefined && threadOf(pid) < 0)
    throw new NoProcError(`register: the process ${pid.toString()} has ended`, { details: { pid } });
  const taken = takeName(name, pid);
  if (taken === "named") throw alreadyNamed(name, pid);
  if (taken === "taken") throw nameTaken("register", name);
  if (p !== undefined) rareOf(p).name = name;
  else registerFar(pid, name);
}

function alreadyNamed(name: string, pid: Pid): AgnerError {
  const held = nameOf(pid);
  const as = held === undefined ? "" : ` as ${JSON.stringify(held)}`; // it may have lost it again in this moment
  return new AgnerError(
    "AGNER_NAME_TAKEN",
    `register: the process ${pid.toString()} is already registered${as}; a process has one name`,
    { details: { registeredName: name, pid } },
  );
}

/** Frees a name. Throws {@link NoProcError} if nobody has it. */
export function unregister(name: string): void {
  requireScheduler("unregister");
  const pid = whereis(name);
  if (pid === undefined || !local.names.unregister(name, pid.slot, pid.serial)) throw unregistered("unregister", name);
  const p = here(pid);
  if (p !== undefined) rareOf(p).name = undefined;
  else registerFar(pid, undefined);
}

/** The process registered under a name, on whichever core; undefined if nobody has it. */
export function whereis(name: string): Pid | undefined {
  if (local.current === null) requireScheduler("whereis");
  return lookupName(name);
}

/** All registered names. */
export function registered(): string[] {
  requireScheduler("registered");
  return namesInUse();
}

/** The registered name that is most like `name`, for "did you mean …?"; undefined if none is close enough to be meant. */
export function nearestName(name: string): string | undefined {
  requireScheduler("nearestName");
  return similarName(name);
}
