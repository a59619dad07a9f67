/**
 * Partition supervisors: the same child several times, so that what would be one busy process is one for each core. The counterpart of Elixir's PartitionSupervisor.
 */
import { REVIVE, schedulers, standIn, whereis, type Pid } from "@agner/vm";
import { formatTerm } from "@agner/vm/report";
import { badArgument } from "./errors.ts";
import { exportedName } from "./gen/exported-name.ts";
import { ownName, type Via } from "./gen/names.ts";
import { hashTerm } from "./gen/term-key.ts";
import { partitionChild, partitionName } from "./partition-supervisor/child.ts";
import type {
  PartitionSupervisorDefinition,
  PartitionSupervisorHandle,
  PartitionSupervisorOptions,
  PartitionSupervisorSpec,
} from "./partition-supervisor/types.ts";
import { START_CHILD } from "./supervisor/child-spec.ts";
import type { SupervisorHandle } from "./supervisor/types.ts";
import { supervisor } from "./supervisor.ts";

/** Which supervisor an operation means, as a property of what has the operations. */
const POOL: unique symbol = Symbol.for("agner.partitions");

interface Pool {
  readonly definition: object;
  readonly spec: PartitionSupervisorSpec;
  /** The registered name; undefined: that by which the definition is exported. */
  readonly name: string | undefined;
  readonly supervisor: (name: string) => SupervisorHandle;
}

/** What crosses of a handle. */
interface PoolData {
  readonly pool: string;
}

/**
 * Defines a supervisor that starts one child for each partition, by default as many as there are cores, and each on a core of its own. A key chooses the
 * partition. Export the result as a constant of its module: it runs under that name unless it is started with another.
 *
 * @throws {AgnerError} `AGNER_BAD_ARGUMENT` for what is no definition.
 * @example
 * export const Workers = dynamicSupervisor();
 * export const Pool = partitionSupervisor({ child: () => Workers.child() });
 *
 * Pool.startLink();
 * Workers.ref(Pool.via("anna")).startChild(Counter.child(0));
 */
export function partitionSupervisor(spec: PartitionSupervisorSpec): PartitionSupervisorDefinition {
  if (typeof spec?.child !== "function") throw badArgument("partitionSupervisor: the definition needs a function child");
  const { strategy = "one_for_one", intensity = 3, periodMs = 5_000 } = spec;
  const tree = supervisor({
    init: () => {
      const name = ownName()!;
      const children = Array.from({ length: countOf(spec) }, (_, i) => partitionChild(name, i, spec.child(i)));
      return { strategy, intensity, periodMs, children };
    },
  });
  const { start, startLink, ref } = tree;
  const startChild = tree[START_CHILD].bind(tree);
  const revive = (tree as unknown as { readonly [REVIVE]: (data: unknown) => object })[REVIVE];
  const pool: Pool = { definition: tree, spec, name: undefined, supervisor: ref };
  const named = (options: PartitionSupervisorOptions = {}) => ({
    ...options,
    name: options.name ?? exportedName(tree, "partition supervisor"),
  });
  return Object.assign(tree, OPERATIONS, {
    [POOL]: pool,
    startLink: (_?: undefined, options?: PartitionSupervisorOptions) => {
      const all = named(options);
      startLink(undefined, all);
      return handleOn(pool, all.name);
    },
    start: (_?: undefined, options?: PartitionSupervisorOptions) => {
      const all = named(options);
      start(undefined, all);
      return handleOn(pool, all.name);
    },
    ref: (name: string) => {
      if (typeof name !== "string")
        throw badArgument("partitionSupervisor: ref needs the name with which the supervisor was started");
      return handleOn(pool, name);
    },
    [START_CHILD]: (_?: undefined, options?: PartitionSupervisorOptions) => startChild(undefined, named(options)),
    // Operations have a handle of the supervisor in hand, whose definition is the same, and with it may come to another core.
    [REVIVE]: (data: object | string) => (isPoolData(data) ? handleOn(pool, data.pool) : revive(data)),
  }) as unknown as PartitionSupervisorDefinition;
}

const OPERATIONS = {
  via(key: unknown): Via {
    return { via: this as unknown as Via["via"], key };
  },
  partitions(): number {
    return countOf(poolOf(this).spec);
  },
  whichChildren(): unknown {
    return processOf(this).whichChildren().toReversed();
  },
  countChildren(): unknown {
    return processOf(this).countChildren();
  },
  whereisName(key: unknown): Pid | undefined {
    const { spec } = poolOf(this);
    return whereis(partitionName(nameOf(this), partitionOf(key, countOf(spec))));
  },
  registerName(): never {
    throw badArgument(
      "what a partition supervisor gives by via(key) is the child of a partition, and no name for another process",
    );
  },
  unregisterName(): never {
    throw badArgument("the child of a partition cannot be unregistered");
  },
};

const HANDLE = Object.create(OPERATIONS, {
  pid: {
    get(this: object): Pid {
      return processOf(this).pid;
    },
  },
  stop: {
    value(this: object, reason?: unknown, timeout?: number): void {
      processOf(this).stop(reason, timeout);
    },
  },
}) as object;

function handleOn(pool: Pool, name: string): PartitionSupervisorHandle {
  const handle = Object.create(HANDLE, { [POOL]: { value: { ...pool, name } } }) as PartitionSupervisorHandle;
  return standIn(handle, { definition: pool.definition, data: { pool: name } satisfies PoolData });
}

function isPoolData(data: object | string): data is PoolData {
  return typeof data === "object" && "pool" in data;
}

function poolOf(pool: object): Pool {
  return (pool as { readonly [POOL]: Pool })[POOL];
}

function nameOf(pool: object): string {
  const { name, definition } = poolOf(pool);
  return name ?? exportedName(definition, "partition supervisor");
}

function processOf(pool: object): SupervisorHandle {
  return poolOf(pool).supervisor(nameOf(pool));
}

function countOf({ partitions = schedulers }: PartitionSupervisorSpec): number {
  const count = typeof partitions === "function" ? partitions() : partitions;
  if (Number.isInteger(count) && count > 0) return count;
  throw badArgument(`partitionSupervisor: partitions must be a whole number from 1, not ${formatTerm(count)}`);
}

/** Which of `count` partitions a key belongs to. */
function partitionOf(key: unknown, count: number): number {
  if (Number.isInteger(key)) return Math.abs(key as number) % count;
  if (typeof key === "bigint") return Number((key < 0n ? -key : key) % BigInt(count));
  return hashTerm(key) % count;
}
