/** Clients: objects whose methods are the calls of a server. */
import { isPid, standIn, type Pid } from "@agner/vm";
import { badArgument, CallError } from "../errors.ts";
import { call, CALL_TIMEOUT_MS, cast, checkTimeout, type Target } from "./call.ts";
import { describeServer, moduleName, suggestName } from "./describe.ts";
import { TARGET } from "./dest.ts";
import { resolveDest, type ServerDest } from "./names.ts";
import type { StatemClientOptions } from "../gen-statem/types.ts";

/** A client as this library sees it. */
export interface AnyClient {
  readonly [TARGET]: Target;
}

/** What travels of a client. */
export interface ClientData {
  readonly dest: ServerDest;
  readonly timeout: number;
}

/** Makes the clients of one definition. */
export type ClientMaker = (data: ClientData) => AnyClient;

const RESERVED = ["cast", "with", "pid", "ref", "then"];

/** Throws for calls that have a name which clients have for themselves; `behaviour` is the function that defines them. */
export function checkCallNames(behaviour: string, calls: object | undefined): void {
  for (const name of Object.keys(calls ?? {}))
    if (RESERVED.includes(name))
      throw badArgument(`${behaviour}: a call cannot be named ${JSON.stringify(name)}: clients have that for themselves`);
}

/** Builds the maker of a definition's clients: their methods are made once. */
export function clientMaker(definition: object, calls: readonly string[], casts: readonly string[]): ClientMaker {
  const castMethods: object = {};
  for (const name of casts)
    method(castMethods, name, function (this: AnyClient, ...args: unknown[]): void {
      cast(this[TARGET].dest, name, args);
    });
  const methods: object = {};
  for (const name of calls)
    method(methods, name, function (this: AnyClient, ...args: unknown[]): unknown {
      return call(this[TARGET], "$call", name, args);
    });
  method(methods, "with", function (this: AnyClient, options: StatemClientOptions): AnyClient {
    const { dest, timeout } = this[TARGET];
    const chosen = options.timeout ?? options.cleanTimeout ?? options.dirtyTimeout;
    return make({ dest, timeout: chosen === undefined ? timeout : checkTimeout("with", chosen) });
  });
  Object.defineProperty(methods, "pid", {
    get(this: AnyClient): Pid {
      return pidOf(this);
    },
  });
  Object.defineProperty(methods, "cast", {
    get(this: AnyClient): object {
      return Object.create(castMethods, { [TARGET]: { value: this[TARGET] } });
    },
  });
  const make: ClientMaker = (data) => {
    // Not spread: V8 then gives each target a hidden class of its own, and no call is optimised for the next one (benchmark: server-call-small).
    const { dest, timeout } = data;
    const target: Target = { dest, timeout, module: moduleName(definition, "server") };
    const client = Object.create(methods, { [TARGET]: { value: target } }) as AnyClient;
    return standIn(client, { definition, data });
  };
  return make;
}

/** The client of a server with the default limit of time. */
export function defaultClient(make: ClientMaker, dest: ServerDest): AnyClient {
  return make({ dest, timeout: CALL_TIMEOUT_MS });
}

function method(target: object, name: string, value: (...args: any[]) => unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true });
}

function pidOf(client: AnyClient): Pid {
  const { dest, module } = client[TARGET];
  const pid = isPid(dest) ? dest : resolveDest(dest);
  if (pid !== undefined) return pid;
  throw new CallError(
    "AGNER_NOPROC",
    `the server ${describeServer(dest, undefined, module)} is not there: ${suggestName(dest)}`,
    {
      reason: "noproc",
      details: { server: typeof dest === "string" ? dest : "unregistered", request: "pid" },
    },
  );
}
