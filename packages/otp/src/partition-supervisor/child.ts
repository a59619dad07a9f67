/** The child of a partition: under which name it runs, and where. */
import { register, schedulers } from "@agner/vm";
import { badArgument, StartError } from "../errors.ts";
import { START_CHILD, type ChildSpec, type StartedChild } from "../supervisor/child-spec.ts";
import { startName, startProcessOf } from "../supervisor/start-child.ts";

/** The registered name of a partition's child. */
export function partitionName(pool: string, partition: number): string {
  return `${pool}.${partition}`;
}

/** The specification of a partition's child, made of the one that the definition gives. */
export function partitionChild(pool: string, partition: number, spec: ChildSpec): ChildSpec {
  const name = partitionName(pool, partition);
  const modules = spec.modules ?? [startName(spec.start)];
  return { ...spec, id: partition, modules, start: startUnder(name, partition, spec.start) };
}

function startUnder(name: string, partition: number, start: ChildSpec["start"]): ChildSpec["start"] {
  const [what, argument, options] = start;
  if (!(START_CHILD in what)) return [startNamed, name, ...start];
  const given = options as { readonly name?: unknown } | undefined;
  if (given?.name !== undefined)
    throw badArgument(`partitionSupervisor: the child of a partition is named ${JSON.stringify(name)}; leave its name out`);
  return [what, argument, { scheduler: partition % schedulers(), ...given, name }];
}

/** Starts a child by a function, and gives the process its name. */
export function startNamed(name: string, ...start: readonly unknown[]): StartedChild {
  const result = startProcessOf(start);
  switch (result.kind) {
    case "ok":
      register(name, result.pid);
      return "extra" in result ? [result.pid, result.extra] : result.pid;
    case "ignore":
      return undefined;
    case "error":
      throw new StartError(`${name} could not be started`, { reason: result.reason });
  }
}
