/** Words for error messages: who called whom, and what the other one was doing. */
import {
  alias,
  definitionName,
  inProcess,
  isPid,
  nearestName,
  processInfo,
  receiveSince,
  self,
  send,
  spawn,
  TIMEOUT,
  unalias,
  type Pid,
  type ProcessInfo,
} from "@agner/vm";
import { ownInitialCall } from "./ancestors.ts";
import { CURRENT } from "./current.ts";
import type { From } from "./message.ts";
import { isVia, ownName, type ServerDest } from "./names.ts";

/** How a definition is called in reports. */
export function moduleName(definition: object, kind: string): string {
  return definitionName(definition) ?? `a ${kind} that no module exports`;
}

/** A server, by all that is known of it: `"counter" (<0.12.1>, Counter)`. */
export function describeServer(dest: ServerDest, pid: Pid | undefined, module: string | undefined): string {
  const facts: string[] = [];
  if (pid !== undefined && !isPid(dest)) facts.push(pid.toString());
  if (module !== undefined) facts.push(module);
  const name = isPid(dest) ? dest.toString() : typeof dest === "string" ? JSON.stringify(dest) : `the key ${showKey(dest.key)}`;
  return facts.length === 0 ? name : `${name} (${facts.join(", ")})`;
}

function showKey(key: unknown): string {
  return typeof key === "string" ? JSON.stringify(key) : String(key);
}

/** The calling process: `<0.4.1> ("main", Worker.init)`. */
export function describeSelf(): string {
  if (!inProcess()) return "a caller that is no process";
  const facts = [ownName(), ownInitialCall()].filter((fact) => fact !== undefined);
  return facts.length === 0 ? self().toString() : `${self().toString()} (${facts.join(", ")})`;
}

/** A hint for a name that nobody has. */
export function suggestName(dest: ServerDest): string {
  if (isPid(dest)) return "the process has ended";
  if (isVia(dest)) return "nobody has registered the key";
  const nearest = nearestName(dest);
  return nearest === undefined
    ? "no process is registered under that or a similar name"
    : `no process is registered under that name; did you mean ${JSON.stringify(nearest)}?`;
}

/** How long the description of another process may take: its core may be stuck. */
const PATIENCE_MS = 100;

/** What a process is doing, as part of a sentence; it must not take long, so a stuck core is said to be stuck. */
export function describeActivity(pid: Pid): string {
  const info = infoInTime(pid);
  if (info === "busy") return "its core did not answer";
  if (info === undefined) return "it has ended";
  const request = requestOf(info);
  const messages = info.mailboxLength === 1 ? "1 message" : `${info.mailboxLength} messages`;
  const who = info.registeredName === undefined ? "it" : `it, registered as ${JSON.stringify(info.registeredName)},`;
  return `${who} was ${info.status === "waiting" ? "waiting in" : "running"} ${info.currentFunction}${
    request === undefined ? "" : `, handling ${request}`
  }, with ${messages} in its mailbox`;
}

/** `processInfo` of a process that may live on a core which does not answer. */
export function infoInTime(pid: Pid): ProcessInfo | undefined | "busy" {
  const ref = alias("reply");
  spawn(() => send(ref, { ref, info: processInfo(pid) }));
  const answer = receiveSince<{ info: ProcessInfo | undefined }>(ref, undefined, PATIENCE_MS);
  unalias(ref);
  const late = answer === TIMEOUT ? receiveSince<{ info: ProcessInfo | undefined }>(ref, undefined, 0) : answer;
  return late === TIMEOUT ? "busy" : late.info;
}

function requestOf(info: ProcessInfo): string | undefined {
  const entry = info.dictionary.find(([key]) => key === CURRENT);
  return (entry?.[1] as { request?: string } | undefined)?.request;
}

/** Who waits for an answer, and where that process is: for reports. */
export function describeClient({ pid }: From): {
  pid: From["pid"];
  name: string | undefined;
  currentFunction: string | undefined;
} {
  const info = infoInTime(pid);
  return typeof info === "object"
    ? { pid, name: info.registeredName, currentFunction: info.currentFunction }
    : { pid, name: undefined, currentFunction: undefined };
}
