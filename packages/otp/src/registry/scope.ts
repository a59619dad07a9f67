/** Which registry an operation means, and how its partitions are asked. */
import { whereis, type Pid } from "@agner/vm";
import { badArgument, CallError } from "../errors.ts";
import { call } from "../gen/call.ts";
import { describeSelf, suggestName } from "../gen/describe.ts";
import { exportedName } from "../gen/exported-name.ts";
import { receiveResponse, sendRequest, type Response } from "../gen/requests.ts";
import { hashTerm } from "../gen/term-key.ts";
import type { RegistrySpec } from "./types.ts";

/** Key of an object's {@link Scope}. */
export const SCOPE: unique symbol = Symbol.for("agner.registry");

export interface Scope {
  readonly definition: object;
  readonly spec: RegistrySpec;
  /** The registered name; undefined: that by which the definition is exported. */
  readonly name: string | undefined;
}

/** The scope of an object that has the operations. */
export function scopeOf(registry: object): Scope {
  return (registry as { readonly [SCOPE]: Scope })[SCOPE];
}

/** The registered name that is meant. */
export function nameOf({ definition, name }: Scope): string {
  return name ?? exportedName(definition, "registry");
}

/** How many partitions a registry has. */
export function partitionsOf({ spec }: Scope): number {
  const { partitions = 1 } = spec;
  const count = typeof partitions === "function" ? partitions() : partitions;
  if (Number.isInteger(count) && count > 0) return count;
  throw badArgument(`registry: partitions must be a whole number from 1, not ${String(count)}`);
}

/** The registered name of a partition. */
export function partitionName(registry: string, partition: number): string {
  return `${registry}.${partition}`;
}

/** Asks the partition that has a key, and returns its answer with its pid. */
export function askFor(scope: Scope, key: unknown, request: string, args: readonly unknown[]): Answer {
  const count = partitionsOf(scope);
  return ask(scope, count === 1 ? 0 : hashTerm(key) % count, request, args);
}

interface Answer {
  readonly value: any;
  readonly partition: Pid;
}

/** Asks a partition. */
export function ask(scope: Scope, partition: number, request: string, args: readonly unknown[]): Answer {
  const pid = partitionPid(scope, partition, request);
  return { value: call({ dest: pid, timeout: Infinity, module: nameOf(scope) }, "$call", request, args), partition: pid };
}

/** Asks all partitions at once. */
export function askAll(scope: Scope, request: string, args: readonly unknown[]): any[] {
  const count = partitionsOf(scope);
  if (count === 1) return [ask(scope, 0, request, args).value];
  const pids = Array.from({ length: count }, (_, partition) => partitionPid(scope, partition, request));
  const ids = pids.map((dest) => sendRequest({ dest, timeout: Infinity }, request, args));
  const responses = ids.map((id) => receiveResponse<unknown>(id) as Response);
  return responses.map((response) => {
    if ("reply" in response) return response.reply;
    throw failure(scope, request, "AGNER_CALL", response.error.reason, "a partition ended before it answered");
  });
}

function partitionPid(scope: Scope, partition: number, request: string): Pid {
  const name = nameOf(scope);
  const pid = whereis(partitionName(name, partition));
  if (pid !== undefined) return pid;
  throw failure(
    scope,
    request,
    "AGNER_NOPROC",
    "noproc",
    whereis(name) === undefined
      ? `it is not running; start it, or add its child() to a supervisor (${suggestName(name)})`
      : "its partition is being restarted",
  );
}

function failure(scope: Scope, request: string, code: "AGNER_NOPROC" | "AGNER_CALL", reason: unknown, why: string): CallError {
  const name = nameOf(scope);
  return new CallError(code, `${describeSelf()} called ${request}(…) of the registry ${JSON.stringify(name)}: ${why}`, {
    reason,
    details: { server: name, request },
  });
}
