/**
 * Typed handles: what Node code holds of a module that is loaded in the VM. A handle names an export; the function itself lives on the scheduler threads.
 */
import { AgnerError, definition, REVIVE } from "@agner/scheduler";
import { makeClientByRef, reviveClient } from "./client-handle.ts";
import { pathOf } from "./code/exported-values.ts";
import type { CodeServer } from "./code/server.ts";

const HANDLE = Symbol("agner.handle");

/** The exports of a loaded module, as Node code sees them: functions to run in processes, definitions to make clients of. */
export type Handles<M> = { readonly [K in keyof M]: M[K] };

interface HandleData {
  readonly url: string;
  /** The names that lead from the module to what is meant: one, unless it is a part of an export. */
  readonly path: readonly string[];
  /** Module id and index, if the export is a function declared at the top level. */
  readonly functionRef: { readonly module: number; readonly index: number } | undefined;
  /** The name under which it travels, if it is known to be a definition. */
  readonly definition: string | undefined;
}

export type Handle = (...args: never[]) => unknown;

/** What a handle stands for. */
export function handleData(value: unknown): HandleData | undefined {
  return typeof value === "function" ? (value as { [HANDLE]?: HandleData })[HANDLE] : undefined;
}

/** Its parts are handles too: `app.servers.Counter`. Every handle can make clients, since only the VM knows what is a definition. */
function makeHandle(data: HandleData): Handle {
  const { url, path } = data;
  const name = path.join(".");
  const refuse = (): never => {
    throw new AgnerError(
      "AGNER_NOT_A_PROCESS",
      `${name} runs inside the VM: call it with vm.run(app.${name}, …) or vm.spawn(app.${name}, …)`,
    );
  };
  const own = Object.defineProperties(refuse, { [HANDLE]: { value: Object.freeze(data) }, name: { value: name } });
  const handle: Handle = new Proxy(own, {
    get(_own, key) {
      if (typeof key === "symbol" || key in own) return Reflect.get(own, key) as unknown;
      if (key === "then" || key === "toJSON") return undefined;
      if (key === "ref") return (dest: unknown) => makeClientByRef(url, path, dest);
      return makeHandle({ url, path: [...path, key], functionRef: undefined, definition: undefined });
    },
  });
  if (data.definition !== undefined) {
    Object.defineProperty(own, REVIVE, { value: (travelled: unknown) => reviveClient(url, path, travelled, handle) });
    definition(own);
  }
  return handle;
}

const definitions = new Map<string, Handle>();

/** The handle of a definition that came from a process, the same each time. */
export function definitionHandle(module: string, name: string): Handle {
  const key = `${name} ${module}`;
  let handle = definitions.get(key);
  if (handle === undefined)
    definitions.set(key, (handle = makeHandle({ url: module, path: pathOf(name), functionRef: undefined, definition: name })));
  return handle;
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
      if (handle === undefined)
        made.set(name, (handle = makeHandle({ url, path: [name], functionRef: functionRef(name), definition: undefined })));
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
