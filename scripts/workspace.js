/** The packages of this workspace, as their package.json files describe them. */
import "./node-version.js";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./command.js";

/**
 * @typedef {{ name: string, version: string, private?: boolean, dependencies?: Record<string, string>, devDependencies?: Record<string, string> }} Manifest
 * @typedef {{ folder: string, path: string, manifest: Manifest }} WorkspacePackage `path` is relative to the root, with slashes
 */

/**
 * Every package but the root, in alphabetical order of their paths: `packages/*`, `examples/*` and `benchmarks`.
 * @returns {WorkspacePackage[]}
 */
export function workspacePackages(root = ROOT) {
  const paths = ["benchmarks"];
  for (const parent of ["packages", "examples"]) {
    if (existsSync(join(root, parent))) for (const name of readdirSync(join(root, parent))) paths.push(`${parent}/${name}`);
  }
  return paths
    .filter((path) => existsSync(join(root, path, "package.json")))
    .sort()
    .map((path) => ({
      path,
      folder: join(root, path),
      manifest: JSON.parse(readFileSync(join(root, path, "package.json"), "utf8")),
    }));
}

/** The folders with a tsconfig.json that `tsc -b` writes outputs for, relative to the root. */
export function builtPaths(root = ROOT) {
  return workspacePackages(root)
    .map((each) => each.path)
    .filter((path) => !path.startsWith("examples/") && existsSync(join(root, path, "tsconfig.json")));
}
