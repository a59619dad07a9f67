/** Whom a function means that takes a pid, a name, or anything that stands for a process of this library: a client, a handle. */
import { isPid, type Pid } from "@agner/vm";
import { badArgument } from "../errors.ts";
import { CALL_TIMEOUT_MS, checkTimeout, type Target } from "./call.ts";
import { isServerDest, type ServerDest } from "./names.ts";

/** Key of a client's {@link Target}. */
export const TARGET: unique symbol = Symbol.for("agner.target");

/** A process of this library: a pid, a registered name, a name in a registry, a client, or a handle that has a `pid`. */
export type AnyDest = ServerDest | { readonly pid: Pid };

/** Who is meant, and how long a call waits: `timeout` milliseconds, else as the client says, else 5,000. */
export function targetOf(what: string, dest: unknown, timeout?: number): Target {
  if (timeout !== undefined) checkTimeout(what, timeout);
  if (isServerDest(dest)) return { dest, timeout: timeout ?? CALL_TIMEOUT_MS };
  if (typeof dest === "object" && dest !== null) {
    if (TARGET in dest) {
      const target = dest[TARGET] as Target;
      return timeout === undefined ? target : { ...target, timeout };
    }
    if ("pid" in dest && isPid(dest.pid)) return { dest: dest.pid, timeout: timeout ?? CALL_TIMEOUT_MS };
  }
  throw badArgument(`${what}: the server must be a pid, a registered name, a name in a registry, or a client`);
}
