/**
 * The work of every program, once: all systems get these sizes as arguments, in this order, and must come to the same number of
 * operations and the same checksum. A warm-up pass and a measured pass do the same work.
 */

export interface Workload {
  /** Stands in results and never changes. None is the beginning of another; that of a cost ends in `-bytes` or `-latency`. */
  readonly id: string;
  /** The program that does the work: `programs/<program>.ts`, and the first argument of a peer. Several workloads may be one program's. */
  readonly program: string;
  /** What happens, and what counts as one operation. */
  readonly description: string;
  readonly unit: Unit;
  /** Core counts below this make no sense for the program. */
  readonly minCores: number;
  /** Arguments after warm-ups and repeats: name → value. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Unmeasured passes at the start of each process. */
  readonly warmups: number;
  /** Measured passes in each process. */
  readonly repeats: number;
}

export type Unit =
  | "round trips/s"
  | "messages/s"
  | "meetings/s"
  | "hops/s"
  | "processes/s"
  | "jobs/s"
  | "calls/s"
  | "restarts/s"
  | "timers/s"
  | "items/s"
  | "meals/s"
  | "haircuts/s"
  | "rounds/s"
  | "transfers/s"
  | "requests/s"
  | "bytes/process"
  | "µs";

type Described = Pick<Workload, "id" | "description" | "unit" | "sizes"> & Partial<Workload>;

/**
 * A workload of a program of its own name, which makes sense on one core, with five passes to warm up (some tenths of a second: just-in-time compilers have settled, on each core) and
 * ten on the clock, unless it says otherwise.
 */
export function workload(described: Described): Workload {
  return { program: described.id, minCores: 1, warmups: 5, repeats: 10, ...described };
}

/** The arguments of a program: warm-ups, repeats, sizes. */
export function programArguments({ warmups, repeats, sizes }: Workload): string[] {
  return [warmups, repeats, ...Object.values(sizes)].map(String);
}

/** Under which name a program prints its figure if that is a cost, of which less is better, and no rate. */
export function costOf(unit: Unit): "bytes" | "micros" | undefined {
  if (unit === "bytes/process") return "bytes";
  return unit === "µs" ? "micros" : undefined;
}
