/**
 * Registries: who is registered under which key, for any terms as keys. The counterpart of Elixir's Registry.
 */
import { REVIVE, schedulerId, schedulers } from "@agner/vm";
import { badArgument } from "./errors.ts";
import { exportedName } from "./gen/exported-name.ts";
import { ownName } from "./gen/names.ts";
import { handleOn, OPERATIONS, UNIQUE_OPERATIONS, type HandleData } from "./registry/operations.ts";
import { Partition } from "./registry/partition.ts";
import { partitionName, partitionsOf, SCOPE, type Scope } from "./registry/scope.ts";
import type { DuplicateRegistry, RegistryDefinition, RegistryOptions, RegistrySpec, UniqueRegistry } from "./registry/types.ts";
import { START_CHILD, type ChildSpec } from "./supervisor/child-spec.ts";
import type { SupervisorInit } from "./supervisor/types.ts";
import { supervisor } from "./supervisor.ts";

/** How many restarts of partitions a registry makes within 5 seconds: Elixir's default. */
const INTENSITY = 3;

/**
 * Defines a registry: a supervised process that knows who is registered under which key. Keys are any terms; equal ones are the same key. With `"unique"` keys,
 * one process at most has a key, and the key can be the name of a server; with `"duplicate"` keys, any number of processes have it, as in publish and
 * subscribe. A process that ends is registered no more. Export the result as a constant of its module: it runs under that name unless it is started with another.
 *
 * @throws {AgnerError} `AGNER_BAD_ARGUMENT` for what is no definition.
 * @example
 * export const Sessions = registry<string, { since: number }>({ keys: "unique" });
 *
 * Sessions.startLink();
 * Sessions.register("anna", { since: Date.now() });
 * Sessions.whereis("anna") === self(); // true
 * Counter.startLink(0, { name: Sessions.via("counter") });
 */
export function registry<K = unknown, V = unknown>(
  spec: RegistrySpec & { readonly keys: "unique" },
): RegistryDefinition<UniqueRegistry<K, V>>;
export function registry<K = unknown, V = unknown>(
  spec: RegistrySpec & { readonly keys: "duplicate" },
): RegistryDefinition<DuplicateRegistry<K, V>>;
export function registry(spec: RegistrySpec): unknown {
  checkSpec(spec);
  const tree = supervisor({ init: () => partitions(scope) });
  const scope: Scope = { definition: tree, spec, name: undefined };
  const start = tree[START_CHILD].bind(tree);
  const named = (options: RegistryOptions = {}) => ({ ...options, name: options.name ?? exportedName(tree, "registry") });
  const begin = tree.start;
  const beginLinked = tree.startLink;
  return Object.assign(tree, OPERATIONS, spec.keys === "unique" ? UNIQUE_OPERATIONS : {}, {
    [SCOPE]: scope,
    startLink: (_?: undefined, options?: RegistryOptions) => {
      const all = named(options);
      beginLinked(undefined, all);
      return handleOn(scope, { name: all.name });
    },
    start: (_?: undefined, options?: RegistryOptions) => {
      const all = named(options);
      begin(undefined, all);
      return handleOn(scope, { name: all.name });
    },
    ref: (name: string) => {
      if (typeof name !== "string") throw badArgument("registry: ref needs the name with which the registry was started");
      return handleOn(scope, { name });
    },
    [START_CHILD]: (_?: undefined, options?: RegistryOptions) => start(undefined, named(options)),
    [REVIVE]: (data: HandleData) => handleOn(scope, data),
  });
}

function checkSpec(spec: RegistrySpec): void {
  if (spec?.keys !== "unique" && spec?.keys !== "duplicate") throw badArgument('registry: keys must be "unique" or "duplicate"');
  const { listeners = [] } = spec;
  if (!Array.isArray(listeners) || listeners.some((listener) => typeof listener !== "string"))
    throw badArgument("registry: listeners must be registered names");
}

/** The partitions, one core after the other, beginning with that of the registry. */
function partitions(scope: Scope): SupervisorInit {
  const registered = ownName()!;
  const { keys, listeners = [] } = scope.spec;
  const argument = { registry: registered, unique: keys === "unique", listeners };
  const first = schedulerId();
  const children: ChildSpec[] = Array.from({ length: partitionsOf(scope) }, (_, partition) =>
    Partition.child(argument, {
      id: partition,
      name: partitionName(registered, partition),
      scheduler: (first + partition) % schedulers(),
    }),
  );
  return { strategy: "one_for_one", intensity: INTENSITY, periodMs: 5_000, children };
}
