/**
 * A client's method, called in a process for Node code. This module is an app module: the VM loads it by itself when it is first needed, and what it calls may
 * suspend.
 */
import { isPid, REVIVE, wait } from "@agner/vm";
import { AgnerError, describeClient, exportedAs, moduleTable, nearest, toErrorTerm } from "@agner/vm/client-support";
import type { ClientTarget } from "./client-handle.ts";

/** What became of a call. An error that the caller is told of is no crash. */
export type CallOutcome = { readonly value: unknown } | { readonly error: unknown };

type Members = Readonly<Record<string, unknown>>;

/** Calls the method that `path` leads to, with `timeout` as the limit of the client's calls. */
export function callClient(
  target: ClientTarget,
  timeout: number | undefined,
  path: readonly string[],
  args: readonly unknown[],
): CallOutcome {
  try {
    let client = clientOf(target);
    if (timeout !== undefined) client = withTimeout(target, client, timeout);
    let owner = client as Members;
    for (const name of path.slice(0, -1)) owner = (owner[name] ?? {}) as Members;
    const name = path.at(-1)!;
    if (typeof owner[name] !== "function") throw noMethod(target, client, path);
    return { value: wait((owner as Record<string, (...all: unknown[]) => unknown>)[name]!(...args)) };
  } catch (e) {
    return { error: e instanceof Error ? toErrorTerm(e) : e };
  }
}

function clientOf({ module, path, by, data }: ClientTarget): object {
  let definition: unknown = moduleTable().namespace(module);
  for (const name of path) definition = (definition as Members | null | undefined)?.[name];
  const maker = definition as { ref?: unknown; [REVIVE]?: unknown } | null | undefined;
  const make = by === "ref" ? maker?.ref : maker?.[REVIVE];
  if (typeof make !== "function") {
    throw new AgnerError(
      "AGNER_BAD_ARGUMENT",
      `vm.call: ${exportedAs(path)} of ${module} has no method ${by === "ref" ? "ref(pid or name)" : "[REVIVE](data)"}, so it has no clients`,
    );
  }
  const client = (
    by === "ref"
      ? (maker as { ref(dest: unknown): unknown }).ref(data)
      : (maker as { [REVIVE](data: unknown): unknown })[REVIVE](data)
  ) as object | null;
  if (typeof client === "object" && client !== null) return client;
  throw new AgnerError("AGNER_BAD_ARGUMENT", `vm.call: ${exportedAs(path)}.ref returned no client`);
}

function withTimeout(target: ClientTarget, client: object, timeout: number): object {
  if (typeof (client as { with?: unknown }).with === "function")
    return (client as { with(options: { timeout: number }): object }).with({ timeout });
  throw new AgnerError(
    "AGNER_BAD_ARGUMENT",
    `vm.call: ${describeClient(target)} has no method with({ timeout }); use a signal, such as AbortSignal.timeout(${timeout})`,
  );
}

function noMethod(target: ClientTarget, client: object, path: readonly string[]): AgnerError {
  const names = methodNames(client, "");
  const name = path.join(".");
  const near = nearest(name, names);
  const meant = near === undefined ? "" : ` (did you mean ${JSON.stringify(near)}?)`;
  return new AgnerError(
    "AGNER_BAD_ARGUMENT",
    `vm.call: ${describeClient(target)} has no method ${JSON.stringify(name)}${meant}; it has ${names.join(", ") || "none"}`,
  );
}

/** The methods of a client, and those of its members one level down. */
function methodNames(owner: object, prefix: string): string[] {
  const names: string[] = [];
  for (
    let own: object | null = owner;
    own !== null && own !== Object.prototype;
    own = Object.getPrototypeOf(own) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(own)) {
      const value = name === "constructor" ? undefined : read(owner, name);
      if (typeof value === "function") names.push(prefix + name);
      else if (prefix === "" && typeof value === "object" && value !== null && !isPid(value))
        names.push(...methodNames(value, `${name}.`));
    }
  }
  return names.sort();
}

/** A getter may throw: that of the pid does, where nobody has the name. */
function read(owner: object, name: string): unknown {
  try {
    return (owner as Members)[name];
  } catch {
    return undefined;
  }
}
