/**
 * What package.json files say: which package a file belongs to, and which installed packages are compiled. A package can ask for it itself
 * (`"agner": { "compile": true }`); an app names others (`"agner": { "compile": ["zod"] }` in the package.json nearest to its entry module).
 */
import { existsSync, readFileSync, readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { AgnerError } from "@agner/scheduler/errors";
import { nearest } from "./nearest.ts";

export interface PackageFacts {
  /** Its package.json. */
  readonly file: string | undefined;
  readonly name: string | undefined;
  readonly type: string | undefined;
  /** Whether it asks to be compiled; undefined where it does not say. */
  readonly compile: boolean | undefined;
  /** The installed packages that it has compiled as an app. */
  readonly names: readonly string[];
  /** What shows that it has parts in machine code, which cannot be compiled. */
  readonly addon: string | undefined;
}

const NO_PACKAGE: PackageFacts = {
  file: undefined,
  name: undefined,
  type: undefined,
  compile: undefined,
  names: [],
  addon: undefined,
};
const packages = new Map<string, PackageFacts>();

/** From now on files are read anew: another VM begins, or a build. */
export function forgetPackages(): void {
  packages.clear();
}

/** What the nearest package.json at or above `folder` says; as in Node, the search does not leave a `node_modules`. */
export function packageOf(folder: string): PackageFacts {
  const known = packages.get(folder);
  if (known !== undefined) return known;
  const parent = dirname(folder);
  const found =
    readPackage(folder) ?? (parent === folder || basename(folder) === "node_modules" ? NO_PACKAGE : packageOf(parent));
  packages.set(folder, found);
  return found;
}

/** The folder of the installed package that the file at `path` belongs to, whatever package.json files it has inside; undefined outside of `node_modules`. */
export function installedRoot(path: string): string | undefined {
  const parts = path.split(sep);
  const at = parts.lastIndexOf("node_modules");
  if (at < 0 || at + 1 >= parts.length - 1) return undefined;
  return parts.slice(0, at + (parts[at + 1]!.startsWith("@") ? 3 : 2)).join(sep);
}

/** The packages that apps have named, by all the names that they go by. */
export class NamedPackages {
  /** By name, the package.json that names the package. */
  readonly #by = new Map<string, string>();

  /** As many as there are; what is loaded on other threads goes by the same ones. */
  get names(): readonly (readonly [string, string])[] {
    return [...this.#by];
  }

  add(name: string, file: string): void {
    if (!this.#by.has(name)) this.#by.set(name, file);
  }

  /** The package.json that has the installed package in `root` compiled. */
  namedBy(root: string): string | undefined {
    if (this.#by.size === 0) return undefined;
    const own = packageOf(root).name;
    return this.#by.get(installedName(root)) ?? (own === undefined ? undefined : this.#by.get(own));
  }
}

function installedName(root: string): string {
  const name = basename(root);
  const scope = basename(dirname(root));
  return scope.startsWith("@") ? `${scope}/${name}` : name;
}

/**
 * Adds the packages that the app with the module at `entry` names.
 *
 * @throws AgnerError `AGNER_COMPILE_PACKAGE` for one that has parts in machine code
 */
export function addNamedBy(entry: string, named: NamedPackages): void {
  const { file, names } = packageOf(dirname(fileURLToPath(entry)));
  if (file === undefined) return;
  for (const name of names) {
    named.add(name, file);
    const root = installedAt(name, dirname(file));
    if (root === undefined) continue;
    const facts = packageOf(root);
    if (facts.name !== undefined) named.add(facts.name, file); // installed under another name, as `npm:` dependencies are
    if (facts.addon !== undefined) {
      throw new AgnerError(
        "AGNER_COMPILE_PACKAGE",
        `${file}: agner.compile names ${JSON.stringify(name)}, which cannot be compiled: ${facts.addon}; leave it out, and Node loads it`,
      );
    }
  }
}

/**
 * Refuses names that mean nothing: such packages are neither installed where the app sees them nor among the folders in `used`.
 *
 * @throws AgnerError `AGNER_COMPILE_PACKAGE` with the nearest name that is installed
 */
export function checkNamed(entry: string, used: Iterable<string>): void {
  const { file, names } = packageOf(dirname(fileURLToPath(entry)));
  if (file === undefined || names.length === 0) return;
  const roots = [...used];
  for (const name of names) {
    if (installedAt(name, dirname(file)) !== undefined) continue;
    // Only packages that are compiled can lead to it, and a package manager may have it where just they see it.
    if (roots.some((root) => installedName(root) === name || installedAt(name, root) !== undefined)) continue;
    const near = nearest(name, installedPackages(file));
    const way = near === undefined ? "install it, or leave it out" : `did you mean ${JSON.stringify(near)}?`;
    throw new AgnerError(
      "AGNER_COMPILE_PACKAGE",
      `${file}: agner.compile names ${JSON.stringify(name)}, which is not installed: ${way}`,
    );
  }
}

/** Where the package is that an import of `name` in a file of `folder` finds. */
function installedAt(name: string, folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = join(at, "node_modules", name);
    if (basename(at) !== "node_modules" && existsSync(join(found, "package.json"))) return realpathSync(found);
    if (dirname(at) === at) return undefined;
  }
}

function readPackage(folder: string): PackageFacts | undefined {
  const file = join(folder, "package.json");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  let json: PackageJson | null;
  try {
    json = JSON.parse(text) as PackageJson | null;
  } catch (cause) {
    throw new AgnerError("AGNER_RESOLVE", `${file} is not valid JSON: ${(cause as Error).message}`, { cause });
  }
  const compile = json?.agner?.compile;
  const names = Array.isArray(compile) ? (compile as unknown[]) : [];
  if (
    (compile !== undefined && typeof compile !== "boolean" && !Array.isArray(compile)) ||
    names.some((n) => typeof n !== "string")
  )
    throw new AgnerError("AGNER_RESOLVE", `${file}: agner.compile must be true, false or a list of the names of packages`);
  return {
    file,
    name: typeof json?.name === "string" ? json.name : undefined,
    type: typeof json?.type === "string" ? json.type : undefined,
    compile: typeof compile === "boolean" ? compile : undefined,
    names: names as string[],
    addon: addonOf(folder, json),
  };
}

interface PackageJson {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly agner?: { readonly compile?: unknown };
  readonly gypfile?: unknown;
  readonly dependencies?: Readonly<Record<string, unknown>>;
}

/** Packages that exist to build or find machine code. */
const ADDON_TOOLS = ["bindings", "node-addon-api", "node-gyp-build", "node-gyp-build-optional-packages", "prebuild-install"];

function addonOf(folder: string, json: PackageJson | null): string | undefined {
  if (json?.gypfile === true || existsSync(join(folder, "binding.gyp"))) return "it has a part in machine code (binding.gyp)";
  const tool = ADDON_TOOLS.find((name) => json?.dependencies?.[name] !== undefined);
  return tool === undefined ? undefined : `it has a part in machine code (it depends on ${JSON.stringify(tool)})`;
}

export function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** The names of all packages that are installed where the file at `path` sees them. */
export function installedPackages(path: string): string[] {
  const names: string[] = [];
  let folder = dirname(path);
  for (;;) {
    const modules = join(folder, "node_modules");
    for (const name of listFolder(modules)) {
      if (name.startsWith("@")) for (const scoped of listFolder(join(modules, name))) names.push(`${name}/${scoped}`);
      else if (!name.startsWith(".")) names.push(name);
    }
    const parent = dirname(folder);
    if (parent === folder) return names;
    folder = parent;
  }
}
