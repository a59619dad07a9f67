import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { System } from "./system.ts";

const benchmarks = new URL("../../", import.meta.url);

/** What is told of a system that runs on Node.js: its programs are in `peers/<id>/bench.js`. */
type Described = Pick<System, "id" | "lacks" | "programs" | "leftOut" | "parallel" | "remarks"> & {
  /** The package from npm, which the workspace has installed; without one it is Node.js alone. */
  readonly package?: string;
};

/** So many objects of a library need more than V8's usual limit. */
const MANY = new Set(["idle-process-bytes", "million-processes"]);

/** Remarks on programs of several threads. */
export const TWO_THREADS = "the two sides are two threads, whatever the number of cores";
export const BESIDES =
  "what is measured has threads besides those that compute or allocate; the operating system shares the cores out";

/** A library on Node.js, or Node.js alone. */
export function onNode({ package: name, ...described }: Described): System {
  const bench = fileURLToPath(new URL(`peers/${described.id}/bench.js`, benchmarks));
  const manifest = new URL(`node_modules/${name}/package.json`, benchmarks);
  return {
    ...described,
    runtime: "Node.js",
    missing: () => (name === undefined || existsSync(manifest) ? undefined : `${name} is not installed: run npm run build`),
    version: () => {
      const node = `Node.js ${process.versions.node}`;
      if (name === undefined) return node;
      const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
      return `${name} ${version}, ${node}`;
    },
    command: (program, args, cores) => ({
      file: process.execPath,
      args: [...(MANY.has(program) ? ["--max-old-space-size=16384"] : []), bench, program, ...args],
      env: { BENCH_CORES: String(cores) },
    }),
    dispose: () => {},
  };
}
