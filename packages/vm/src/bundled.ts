/**
 * The entries of the VM's own threads, in a few files instead of some two hundred: `scripts/bundle.js` makes them from what is built. In a workspace the build may be
 * newer than they are; then each module is loaded from its own file.
 */
import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Length and time of change of every file that was bundled, by its path from the bundle. It lies beside the bundle in a workspace; a published package has none. */
type Inputs = Readonly<Record<string, readonly [size: number, mtimeMs: number]>>;

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = join(here, "bundled");
let fresh: boolean | undefined;

/** The file from which a thread of the VM is to load its entry. */
export function entryUrl(name: "cli/command" | "cli/entry" | "worker"): URL {
  return pathToFileURL(isBundled() ? join(folder, `${basename(name)}.js`) : join(here, `${name}.js`));
}

/** Options of Node for a thread: what Node itself loads there of this package, for modules that are not compiled, is what the thread runs, not another copy. */
export function entryOptions(): string[] {
  return isBundled() ? ["--conditions=agner-bundled"] : [];
}

function isBundled(): boolean {
  return (fresh ??= isFresh());
}

function isFresh(): boolean {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return false;
  try {
    return Object.entries(JSON.parse(readFileSync(join(folder, "inputs.json"), "utf8")) as Inputs).every(isUnchanged);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

function isUnchanged([path, [size, mtimeMs]]: [string, Inputs[string]]): boolean {
  const facts = statSync(join(folder, path), { throwIfNoEntry: false });
  return facts !== undefined && facts.size === size && facts.mtimeMs === mtimeMs;
}
