import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { System } from "./system.ts";

const vm = new URL("../../../packages/vm/", import.meta.url);
const cli = fileURLToPath(new URL("dist/cli/main.js", vm));
const programs = new URL("../../programs/", import.meta.url);

/** This workspace's own build, started as a user would start it: `agner run PROGRAM ARGS --cores N --quiet`. */
export const agner: System = {
  id: "agner",
  runtime: "Node.js",
  lacks: [],
  programs: "all",
  parallel: true,
  missing: () => (existsSync(cli) ? undefined : "packages/vm is not built: run npm run build"),
  version: () => {
    const { version } = JSON.parse(readFileSync(new URL("package.json", vm), "utf8")) as { version: string };
    return `Agner ${version}, Node.js ${process.versions.node}`;
  },
  command: (program, args, cores) => ({
    file: process.execPath,
    args: [cli, "run", fileURLToPath(new URL(`${program}.ts`, programs)), ...args, "--cores", String(cores), "--quiet"],
  }),
  dispose: () => {},
};
