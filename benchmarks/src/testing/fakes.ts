import type { Sample } from "../sample.ts";
import type { Series } from "../series.ts";
import type { System } from "../systems/system.ts";
import type { Workload } from "../workloads/workload.ts";

export function fakeWorkload(id: string, rest: Partial<Workload> = {}): Workload {
  return { id, program: id, description: "", unit: "hops/s", minCores: 1, sizes: { hops: 7 }, warmups: 1, repeats: 2, ...rest };
}

export function fakeSystem(id: string, rest: Partial<System> = {}): System {
  return {
    id,
    runtime: "Node.js",
    lacks: [],
    programs: "all",
    parallel: true,
    missing: () => undefined,
    version: () => `${id} 1`,
    command: (program, args, cores) => ({ file: id, args: [program, ...args, String(cores)] }),
    dispose: () => {},
    ...rest,
  };
}

export function fakeSample(value: number, rest: Partial<Sample> = {}): Sample {
  return { value, ops: 14, checksum: 3, ...rest };
}

export function fakeSeries(workload: Workload, system: string, cores: number, values: (number | undefined)[]): Series {
  return { workload, system, cores, samples: values.map((value) => (value === undefined ? undefined : fakeSample(value))) };
}

/** The cells of each row of a table, without borders. */
export function cells(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.includes("│"))
    .map((line) =>
      line
        .split("│")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
