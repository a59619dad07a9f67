/** How servers are named and found: by pid, by registered name, or through a registry of any kind ("via"). */
import { dictionary, isPid, whereis, type Pid } from "@agner/vm";

/** A registry that can stand in for registered names: what OTP calls a via module. */
export interface NameServer {
  /** Registers the calling process: false if somebody else has the key. */
  registerName(key: unknown): boolean;
  unregisterName(key: unknown): void;
  whereisName(key: unknown): Pid | undefined;
}

/** A name in a {@link NameServer}, which must be a term: a definition or a stand-in. */
export interface Via {
  readonly via: NameServer;
  readonly key: unknown;
}

/** A name that a server may have: registered for the whole VM, or a key in a registry. */
export type ServerName = string | Via;

/** Whom to call: a process, or whoever has a name when the call is made. */
export type ServerDest = Pid | ServerName;

/** Whether a value is a name or a process. */
export function isServerDest(value: unknown): value is ServerDest {
  return isPid(value) || typeof value === "string" || isVia(value);
}

/** Whether a value is a name in a registry. */
export function isVia(value: unknown): value is Via {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "via") && Object.hasOwn(value, "key");
}

/** The process that is meant now; undefined if nobody has the name. */
export function resolveDest(dest: ServerDest): Pid | undefined {
  if (typeof dest === "string") return whereis(dest);
  return isPid(dest) ? dest : dest.via.whereisName(dest.key);
}

/** Under which key of the process dictionary a process of this library keeps the name it was started with. */
const NAME = "$name";

/** Remembers the registered name of the calling process for its children's `$ancestors`. */
export function rememberName(name: string): void {
  dictionary.put(NAME, name);
}

/** The name with which the calling process was started. */
export function ownName(): string | undefined {
  return dictionary.get(NAME) as string | undefined;
}
