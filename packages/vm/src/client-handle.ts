/**
 * Clients on the main thread: what Node code holds of a server's client. It names the definition and what the client is made from there; the client itself is made,
 * and its methods run, in a process (`client-call.ts`).
 */
import { AgnerError, describeValue, isPid, standIn, type Pid } from "@agner/scheduler";

/** How a client is made on a scheduler: by its definition's `ref(data)`, or from what travelled of another client. */
export interface ClientTarget {
  /** URL of the module, and the way from its namespace to the definition. */
  readonly module: string;
  readonly path: readonly string[];
  readonly by: "ref" | "revive";
  readonly data: unknown;
}

/** The methods of a client as ordinary Node code calls them: each returns a promise. */
export type Called<C> = {
  readonly [K in keyof C as C[K] extends Pid ? never : C[K] extends object ? K : never]: C[K] extends (
    ...args: infer A
  ) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : Called<C[K]>;
};

const CLIENT = Symbol("agner.client");
/** No plain object's: what is no stand-in must not travel as an object without properties. */
const PROTOTYPE: object = Object.freeze(Object.create(null) as object);

/** What `value` stands for, if it is a client. */
export function clientTarget(value: unknown): ClientTarget | undefined {
  return typeof value === "object" && value !== null ? (value as { [CLIENT]?: ClientTarget })[CLIENT] : undefined;
}

/** What an app exports, by the names that lead there. */
export function exportedAs(path: readonly string[]): string {
  return path.length > 1 && path[0] === "default" ? path.slice(1).join(".") : path.join(".");
}

/** A client for people. */
export function describeClient({ path, by, data }: ClientTarget): string {
  const name = exportedAs(path);
  return by === "revive" ? `a client of ${name}` : `${name}.ref(${isPid(data) ? data.toString() : JSON.stringify(data)})`;
}

/** A client by name or pid; what else `dest` may be is for the definition to say. */
export function makeClientByRef(module: string, path: readonly string[], dest: unknown): object {
  if (typeof dest !== "string" && (typeof dest !== "object" || dest === null)) {
    throw new AgnerError(
      "AGNER_BAD_ARGUMENT",
      `${exportedAs(path)}.ref: the argument must be a pid or a registered name, not ${describeValue(dest)}`,
    );
  }
  return makeClient({ module, path, by: "ref", data: dest }, {});
}

/** A client that came from a process. It may be sent back: it travels as `definition` and what came with it. */
export function reviveClient(module: string, path: readonly string[], data: unknown, definition: object): object {
  return makeClient({ module, path, by: "revive", data }, standIn({}, { definition, data }));
}

function makeClient(target: ClientTarget, client: object): object {
  const description = describeClient(target);
  Object.defineProperties(client, {
    [CLIENT]: { value: Object.freeze(target) },
    [Symbol.toPrimitive]: { value: () => description },
    [Symbol.for("nodejs.util.inspect.custom")]: { value: () => description },
  });
  Object.setPrototypeOf(client, PROTOTYPE);
  const pid = pidIn(target.data);
  return new Proxy(Object.freeze(client), {
    get(own, name) {
      if (typeof name === "symbol") return Reflect.get(own, name) as unknown;
      if (name === "pid" && pid !== undefined) return pid;
      if (isAsked(name)) return undefined;
      return members([name], (path) => {
        throw new AgnerError(
          "AGNER_NOT_A_PROCESS",
          `${path.join(".")} runs inside the VM: call it with await vm.call(client).${path.join(".")}(…)`,
        );
      });
    },
  });
}

/** The process, where the client is one of a pid. */
function pidIn(data: unknown): Pid | undefined {
  if (isPid(data)) return data;
  return typeof data === "object" && data !== null ? Object.values(data).find(isPid) : undefined;
}

/** Names that JavaScript itself asks of any object, to see what it is. */
function isAsked(name: string): boolean {
  return name === "then" || name === "toJSON";
}

/** A client's methods as functions; `call` gets the names that lead to the method, such as `["cast", "reset"]`, and the arguments. */
export function calledClient(call: (path: readonly string[], args: readonly unknown[]) => Promise<unknown>): object {
  return new Proxy(Object.freeze({}), {
    get: (_own, name) => (typeof name === "symbol" || isAsked(name) ? undefined : members([name], call)),
  });
}

/** A member that may be called, and has members of its own. */
function members(path: readonly string[], call: (path: readonly string[], args: readonly unknown[]) => unknown): unknown {
  return new Proxy(() => {}, {
    apply: (_own, _self, args) => call(path, args),
    get: (_own, name) => (typeof name === "symbol" || isAsked(name) ? undefined : members([...path, name], call)),
  });
}
