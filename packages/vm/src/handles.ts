/**
 * Typed handles: what Node code holds of a module that is loaded in the VM. A handle names an export; the function itself lives on the scheduler threads.
 */
import { AgnerError } from "@agner/scheduler";
import type { CodeServer } from "./code/server.ts";

const HANDLE = Symbol("agner.handle");

/** The exports of a loaded module, as Node code sees them: functions to run in processes. */
export type Handles<M> = { readonly [K in keyof M]: M[K] };

interface HandleData {
  readonly url: string;
  readonly name: string;
  /** Module id and index, if the export is a function declared at the top level. */
  readonly functionRef: { readonly module: number; readonly index: number } | undefined;
}

export type Handle = HandleData & ((...args: never[]) => unknown);

export function isHandle(value: unknown): value is Handle {
  return typeof value === "function" && HANDLE in value;
}

function makeHandle(data: HandleData): Handle {
  const refuse = (): never => {
    throw new AgnerError(
      "AGNER_NOT_A_PROCESS",
      `${data.name} runs inside the VM: call it with vm.run(app.${data.name}, …) or vm.spawn(app.${data.name}, …)`,
    );
  };
  return Object.defineProperties(refuse, {
    [HANDLE]: { value: true },
    url: { value: data.url },
    name: { value: data.name },
    functionRef: { value: data.functionRef },
  }) as unknown as Handle;
}

/** The handles of a module, made as they are asked for; an unknown name says what the module exports. */
export function handlesOf<M>(
  url: string,
  exports: ReadonlySet<string>,
  functionRef: (name: string) => HandleData["functionRef"],
): Handles<M> {
  const made = new Map<string, Handle>();
  return new Proxy(Object.create(null) as object, {
    get(_target, name) {
      if (typeof name !== "string" || name === "then") return undefined; // a promise may resolve with the handles
      if (!exports.has(name))
        throw new AgnerError(
          "AGNER_NO_EXPORT",
          `${url} has no export ${JSON.stringify(name)}; it exports ${[...exports].join(", ") || "nothing"}`,
        );
      let handle = made.get(name);
      if (handle === undefined) made.set(name, (handle = makeHandle({ url, name, functionRef: functionRef(name) })));
      return handle;
    },
    has: (_target, name) => typeof name === "string" && exports.has(name),
    ownKeys: () => [...exports],
    getOwnPropertyDescriptor: (_target, name) =>
      typeof name === "string" && exports.has(name) ? { configurable: true, enumerable: true } : undefined,
  }) as Handles<M>;
}

/** The names that the newest version of a module exports, re-exports included. */
export function exportsOf(code: CodeServer, url: string, seen: Set<string> = new Set()): Set<string> {
  const names = new Set<string>();
  const image = code.newest(url);
  if (image === undefined || seen.has(url)) return names;
  seen.add(url);
  for (const name of image.exports) names.add(name);
  for (const { slot, as } of image.reexports) {
    if (as !== "*") names.add(as);
    else for (const name of exportsOf(code, image.imports[slot]!.url, seen)) if (name !== "default") names.add(name);
  }
  return names;
}

/** Module id and index of an exported function, if it is declared at the top level of that very module. */
export function functionRefOf(code: CodeServer, url: string, name: string): HandleData["functionRef"] {
  const image = code.newest(url);
  const found = image?.functions.find((fn) => fn.exported === name);
  return image === undefined || found === undefined ? undefined : { module: image.id, index: found.index };
}
