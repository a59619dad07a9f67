/**
 * From an import's specifier to a URL, and to who serves it. Node's own algorithm (`import-meta-resolve`), with two additions that TypeScript
 * sources need: `./x.js` may name a file that exists only as `x.ts`, and an `@agner/*` package is one and the same for all modules of a VM.
 */
import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { AgnerError } from "@agner/scheduler/errors";
import { moduleResolve } from "import-meta-resolve";
import type { ImportKind } from "./image.ts";
import { nearest } from "./nearest.ts";
import { installedPackages, installedRoot, listFolder, packageOf, type NamedPackages, type PackageFacts } from "./packages.ts";

/** Where an import leads. */
export interface Resolution {
  readonly kind: ImportKind;
  /** For `vm`, the specifier itself. */
  readonly url: string;
}

export interface ResolveOptions {
  /** Specifiers that stand for the running VM's own namespaces. */
  readonly vm: ReadonlySet<string>;
  readonly shared: SharedPackages;
  /** The installed packages that an app has compiled. */
  readonly named?: NamedPackages;
}

/**
 * By package name, the URL of a module in the copy of an `@agner/*` package that is used in a VM; filled at the first import. Whatever else is installed,
 * there is one copy: a supervisor of one would not know the servers of another.
 */
export type SharedPackages = Map<string, string>;

/** The specifiers that the VM serves itself, unless a {@link ResolveOptions} says otherwise. */
export const VM_SPECIFIERS: ReadonlySet<string> = new Set([
  "@agner/vm",
  "@agner/vm/client-support",
  "@agner/vm/report",
  "@agner/vm/testing",
]);

const COMPILED_EXTENSION = /\.(?:ts|mts|js|mjs)$/;
const NATIVE_EXTENSION = /\.(?:cjs|cts|json|node|wasm)$/;
const TYPESCRIPT_TWIN: Readonly<Record<string, string>> = { ".js": ".ts", ".mjs": ".mts", ".cjs": ".cts" };

/**
 * Resolves `specifier` as imported by the module at `parentUrl`.
 *
 * @throws AgnerError `AGNER_MODULE_NOT_FOUND`, `AGNER_DIRECTORY_IMPORT`, `AGNER_UNKNOWN_EXTENSION`, `AGNER_IMPORT_ATTRIBUTE` or `AGNER_RESOLVE`;
 *   the message does not name the importer, its caller knows the line
 */
export function resolveImport(
  specifier: string,
  attributes: Readonly<Record<string, string>> | undefined,
  parentUrl: string,
  options: ResolveOptions,
): Resolution {
  if (options.vm.has(specifier)) return { kind: "vm", url: specifier };
  const url = resolveUrl(specifier, parentUrl, options.shared);
  shareAs(specifier, url, options.shared);
  return { kind: kindOf(url, specifier, attributes, options.named), url };
}

/** The URL of `specifier` as seen from `parentUrl`, whoever serves it; also `import.meta.resolve` of compiled modules. */
export function resolveUrl(specifier: string, parentUrl: string, shared: SharedPackages = new Map()): string {
  const name = sharedName(specifier);
  const known = name === undefined ? undefined : shared.get(name);
  const bases = name === undefined ? [parentUrl] : [...(known === undefined ? [] : [known]), import.meta.url, parentUrl];
  let failure: unknown;
  for (const base of bases) {
    try {
      return moduleResolve(specifier, new URL(base)).href;
    } catch (e) {
      failure = e;
      if ((e as { code?: string }).code !== "ERR_MODULE_NOT_FOUND") break; // the package is there: another copy would be a second one
    }
  }
  const { code, url, message } = failure as { code?: string; url?: string; message?: string };
  if (code === "ERR_MODULE_NOT_FOUND") {
    const missing = url ?? relativeUrl(specifier, parentUrl);
    const twin = missing === undefined ? undefined : typescriptTwin(missing);
    if (twin !== undefined) return twin;
    throw notFound(specifier, missing, parentUrl);
  }
  if (code === "ERR_UNSUPPORTED_DIR_IMPORT") throw directoryImport(specifier, url ?? relativeUrl(specifier, parentUrl)!);
  throw new AgnerError("AGNER_RESOLVE", `cannot resolve ${JSON.stringify(specifier)}: ${message ?? String(failure)}`, {
    cause: failure,
  });
}

/** The package that `specifier` leads into, if it is one that a VM has once. */
function sharedName(specifier: string): string | undefined {
  return /^@agner\/[^/]+/.exec(specifier)?.[0];
}

/** Remembers that the copy to which the module at `url` belongs is the one that is used; one that is known stays. */
export function shareAs(specifier: string, url: string, shared: SharedPackages): void {
  const name = sharedName(specifier);
  if (name !== undefined && !shared.has(name)) shared.set(name, url);
}

/** The real file URL of the module that a VM was asked to run or load. */
export function resolveEntry(entry: string | URL): string {
  if (!URL.canParse(String(entry))) {
    throw new AgnerError(
      "AGNER_RESOLVE",
      `cannot load ${JSON.stringify(entry)}: it is not a URL; write new URL(${JSON.stringify(entry)}, import.meta.url)`,
    );
  }
  const url = new URL(entry);
  if (url.protocol !== "file:") {
    throw new AgnerError(
      "AGNER_RESOLVE",
      `cannot load ${url.href}: an app module must be a file; give its path or its file: URL`,
    );
  }
  return resolveUrl(url.href, url.href);
}

/** Who serves the module at `url`. */
export function kindOf(
  url: string,
  specifier: string,
  attributes: Readonly<Record<string, string>> | undefined,
  named: NamedPackages | undefined,
): ImportKind {
  const { protocol, pathname } = new URL(url);
  if (protocol === "node:" || protocol === "data:") return "native";
  if (protocol !== "file:") {
    throw new AgnerError(
      "AGNER_RESOLVE",
      `cannot import ${JSON.stringify(specifier)}: only file:, node: and data: URLs can be imported`,
    );
  }
  if (pathname.endsWith(".json") && attributes?.["type"] !== "json") {
    throw new AgnerError(
      "AGNER_IMPORT_ATTRIBUTE",
      `cannot import ${JSON.stringify(specifier)}: JSON needs an attribute; write \`with { type: "json" }\` after the specifier`,
    );
  }
  const path = fileURLToPath(url);
  const root = installedRoot(path);
  const installed = root !== undefined;
  if (pathname.endsWith(".cjs") && installed && named?.namedBy(root) !== undefined) return "compiled";
  if (NATIVE_EXTENSION.test(pathname)) return "native";
  const owner = packageOf(root ?? dirname(path));
  if (COMPILED_EXTENSION.test(pathname)) {
    if (installed && named?.namedBy(root) !== undefined) return "compiled";
    if (installed || owner.compile !== undefined || owner.name?.startsWith("@agner/") === true)
      return owner.compile === true ? "compiled" : "native";
    return pathname.endsWith(".js") && isCommonJs(path, owner) ? "native" : "compiled";
  }
  if (installed) return "native";
  throw new AgnerError(
    "AGNER_UNKNOWN_EXTENSION",
    `cannot load ${JSON.stringify(basename(path))}: its extension is none of .ts .mts .js .mjs (compiled) or .cjs .cts .json .node .wasm (loaded by Node)`,
  );
}

/** The files and folders on which it depends that `specifier` leads from `parentUrl` to `url`, and who serves it; also those that must not be there. */
export function* lookedAt(specifier: string, parentUrl: string, url: string): Iterable<string> {
  const spelled = relativeUrl(specifier, parentUrl);
  if (spelled !== undefined && spelled !== url) yield fileURLToPath(spelled);
  const from = dirname(fileURLToPath(parentUrl));
  if (specifier.startsWith("#")) yield* packageFiles(from);
  const name = spelled === undefined ? /^(?:@[^/]+\/)?[^/#:]+/.exec(specifier)?.[0] : undefined;
  if (name !== undefined && !specifier.startsWith("node:") && sharedName(specifier) === undefined) {
    for (let folder = from; ; folder = dirname(folder)) {
      const candidate = join(folder, "node_modules", name);
      const manifest = join(candidate, "package.json");
      yield candidate;
      yield manifest;
      if (statSync(manifest, { throwIfNoEntry: false }) !== undefined || folder === dirname(folder)) break;
    }
  }
  if (!url.startsWith("file:")) return;
  const target = fileURLToPath(url);
  yield target;
  const javaScript = target.replace(/\.([mc]?)ts$/, ".$1js");
  if (javaScript !== target) yield javaScript; // which would go before it
  yield* packageFiles(dirname(target));
}

/** Where {@link packageOf} looks. */
export function* packageFiles(folder: string): Iterable<string> {
  for (; ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    yield manifest;
    const ends = folder === dirname(folder) || basename(folder) === "node_modules";
    if (ends || statSync(manifest, { throwIfNoEntry: false }) !== undefined) return;
  }
}

/** Whether the installed module at `path`, which is to be compiled, is CommonJS. */
export function isInstalledCommonJs(path: string): boolean {
  if (path.endsWith(".cjs")) return true;
  return path.endsWith(".js") && installedRoot(path) !== undefined && isCommonJs(path, packageOf(dirname(path)));
}

const MODULE_SYNTAX = /^\s*(?:import\s*["'{*\w]|export\s*[{*\w])|\bimport\.meta\b/m;

/** Node's rule for `.js`: the package's `type` decides, and without one the syntax does: what can be read as CommonJS is. */
function isCommonJs(path: string, owner: PackageFacts): boolean {
  if (owner.type !== undefined) return owner.type !== "module";
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return false; // an unreadable file is reported by whoever loads it
  }
  if (!MODULE_SYNTAX.test(text)) return true;
  try {
    // What looks like an import may stand in a text or a comment.
    new Script(`(function (exports, require, module, __filename, __dirname) {${text.replace(/^#!.*/, "")}\n})`);
    return true;
  } catch {
    return false;
  }
}

function relativeUrl(specifier: string, parentUrl: string): string | undefined {
  return /^\.{0,2}\/|^file:/.test(specifier) ? new URL(specifier, parentUrl).href : undefined;
}

function typescriptTwin(url: string): string | undefined {
  const twin = new URL(url);
  const extension = /\.[mc]?js$/.exec(twin.pathname)?.[0];
  if (twin.protocol !== "file:" || extension === undefined) return undefined;
  twin.pathname = twin.pathname.slice(0, -extension.length) + TYPESCRIPT_TWIN[extension]!;
  return statSync(twin, { throwIfNoEntry: false })?.isFile() === true ? twin.href : undefined;
}

function directoryImport(specifier: string, url: string): AgnerError {
  const path = fileURLToPath(url);
  const index = listFolder(path).find((name) => /^index\.(?:ts|mts|js|mjs)$/.test(name));
  const shown = (specifier.startsWith("file:") ? path : specifier).replace(/\/$/, "");
  const way = index === undefined ? "name a file in it" : `name the file: ${JSON.stringify(`${shown}/${index}`)}`;
  return new AgnerError("AGNER_DIRECTORY_IMPORT", `${JSON.stringify(shown)} is a directory; ${way}`);
}

function notFound(specifier: string, url: string | undefined, parentUrl: string): AgnerError {
  if (url === undefined) {
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
    const near = nearest(name, installedPackages(fileURLToPath(parentUrl)));
    const way = near === undefined ? "install it, or check the spelling" : `did you mean ${JSON.stringify(near)}?`;
    return new AgnerError("AGNER_MODULE_NOT_FOUND", `cannot find package ${JSON.stringify(name)}: ${way}`);
  }
  const path = fileURLToPath(url);
  const folder = dirname(path);
  const missing = `cannot find module ${JSON.stringify(specifier.startsWith("file:") ? path : specifier)}`;
  const names = listFolder(folder);
  if (names.length === 0 && statSync(folder, { throwIfNoEntry: false }) === undefined) {
    return new AgnerError("AGNER_MODULE_NOT_FOUND", `${missing}: there is no folder ${folder}`);
  }
  const file = basename(path);
  const near =
    names.find((name) => /^\.(?:ts|mts|js|mjs)$/.test(name.slice(file.length)) && name.startsWith(file)) ?? nearest(file, names);
  if (near === undefined) return new AgnerError("AGNER_MODULE_NOT_FOUND", `${missing}: there is no such file in ${folder}`);
  const meant = specifier.startsWith("file:") ? join(folder, near) : specifier.slice(0, specifier.lastIndexOf("/") + 1) + near;
  return new AgnerError("AGNER_MODULE_NOT_FOUND", `${missing}: did you mean ${JSON.stringify(meant)}?`);
}
