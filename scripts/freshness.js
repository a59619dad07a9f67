/**
 * What is stale: whether the installed dependencies match the lock file, and whether the outputs match the sources. Both questions are
 * answered from stamps and file times alone, so that a run with nothing to do starts neither pnpm nor tsc.
 */
import "./node-version.js";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./command.js";
import { builtPaths, workspacePackages } from "./workspace.js";

/** Lives in node_modules, so that it goes with what it describes. */
const INSTALL_STAMP = "node_modules/.agner-install-stamp";
const BUILD_STAMP = ".cache/build-stamp";

/** Whether dependencies are installed as the lock file and the manifests say. */
export function installIsFresh(root = ROOT) {
  if (readStamp(root, INSTALL_STAMP) !== installStamp(root)) return false;
  return workspacePackages(root).every(
    ({ folder, manifest }) => Object.keys(manifest.dependencies || {}).length === 0 || existsSync(join(folder, "node_modules")),
  );
}

export function recordInstall(root = ROOT) {
  writeStamp(root, INSTALL_STAMP, installStamp(root));
}

/** Whether every source has its output and none has changed since the last build that succeeded. */
export function buildIsFresh(root = ROOT) {
  return (
    readStamp(root, BUILD_STAMP) === buildStamp(root) && builtPaths(root).every((path) => missingOutputs(root, path).length === 0)
  );
}

export function recordBuild(root = ROOT) {
  writeStamp(root, BUILD_STAMP, buildStamp(root));
}

/**
 * Brings `dist` folders into a state that `tsc -b` can complete: it does not look for outputs that were deleted by hand, and
 * it leaves those behind whose source is gone.
 */
export function repairOutputs(root = ROOT) {
  for (const path of builtPaths(root)) {
    const dist = join(root, path, "dist");
    if (missingOutputs(root, path).length > 0) rmSync(join(dist, ".tsbuildinfo"), { force: true });
    if (!existsSync(dist)) continue;
    const modules = new Set(sources(join(root, path, "src")).map((file) => file.replace(/\.ts$/, "")));
    for (const file of files(dist).filter((name) => !name.startsWith("bundled/"))) {
      if (/\.(?:js|d\.ts)(?:\.map)?$/.test(file) && !modules.has(file.replace(/\.(?:js|d\.ts)(?:\.map)?$/, "")))
        rmSync(join(dist, file));
    }
  }
}

/** @param {string} root */
function installStamp(root) {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\n`);
  const manifests = workspacePackages(root).map(({ path }) => `${path}/package.json`);
  for (const file of ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests]) {
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

/** @param {string} root */
function buildStamp(root) {
  const hash = createHash("sha256").update(installStamp(root));
  const inputs = ["tsconfig.base.json", "scripts/bundle.js", "scripts/bundle-constants.js"];
  for (const path of builtPaths(root)) {
    inputs.push(`${path}/tsconfig.json`, ...sources(join(root, path, "src")).map((file) => `${path}/src/${file}`));
  }
  for (const file of inputs) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

/**
 * @param {string} root
 * @param {string} path
 */
function missingOutputs(root, path) {
  return sources(join(root, path, "src"))
    .map((file) => join(root, path, "dist", file.replace(/\.ts$/, ".js")))
    .filter((file) => !existsSync(file));
}

/**
 * The TypeScript files that are compiled to outputs: neither tests nor what only tests use.
 * @param {string} folder
 */
function sources(folder) {
  return files(folder).filter(
    (file) => file.endsWith(".ts") && !/\.(?:test|d)\.ts$/.test(file) && !/(?:^|\/)testing\//.test(file),
  );
}

/**
 * @param {string} folder
 * @param {string} prefix
 * @returns {string[]} paths relative to the folder, with slashes, in a stable order
 */
function files(folder, prefix = "") {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? files(join(folder, entry.name), `${prefix}${entry.name}/`) : [prefix + entry.name],
    );
}

/**
 * @param {string} root
 * @param {string} file
 */
function readStamp(root, file) {
  return existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : "";
}

/**
 * @param {string} root
 * @param {string} file
 * @param {string} stamp
 */
function writeStamp(root, file, stamp) {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), stamp);
}
