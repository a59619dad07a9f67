import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { System } from "./system.ts";

const SHARED = "texts are shared between processes of one core, and copied between cores";

/**
 * A build of Agner, started as a user would start it: `agner run PROGRAM ARGS --cores N --quiet`.
 * @param root of the workspace with the build and the programs, a path
 */
export function agnerAt(id: string, root: string): System {
  const cli = join(root, "packages/vm/dist/cli/main.js");
  return {
    id,
    runtime: "Node.js",
    lacks: [],
    programs: "all",
    remarks: { "server-call-10kb": SHARED, ehb: SHARED, serialmsg: SHARED },
    parallel: true,
    missing: () => (existsSync(cli) ? undefined : "packages/vm is not built: run npm run build"),
    version: () => {
      const { version } = JSON.parse(readFileSync(join(root, "packages/vm/package.json"), "utf8")) as { version: string };
      return `Agner ${version}, Node.js ${process.versions.node}`;
    },
    command: (program, args, cores) => ({
      file: process.execPath,
      args: [cli, "run", join(root, `benchmarks/programs/${program}.ts`), ...args, "--cores", String(cores), "--quiet"],
    }),
    dispose: () => {},
  };
}

/** This workspace's own build. */
export const agner: System = agnerAt("agner", fileURLToPath(new URL("../../../", import.meta.url)));
