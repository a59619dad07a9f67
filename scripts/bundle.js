#!/usr/bin/env node
import "./node-version.js";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { withConstants } from "./bundle-constants.js";
import { isProgram, ROOT, script } from "./command.js";

const HELP = `
Usage: node scripts/bundle.js

Bundles the entries of the VM's threads (packages/vm/dist/bundled), of which each then loads a few files instead of some two hundred.
Part of the build: packages/vm/src/bundled.ts takes the bundle where it is of what is built.
`;

const DIST = join(ROOT, "packages/vm/dist");
const FOLDER = join(DIST, "bundled");
/** The threads' own, and what Node loads there for modules that are not compiled: it is to be what the thread runs (`agner-bundled` in package.json). */
const ENTRIES = ["worker", "cli/command", "cli/entry", "index", "report/index", "testing"];
/** Loaded from where they are installed: what is asked for late, if at all, and what finds its own files. */
const SEPARATE = ["@agner/compiler", "piscina", "vitest"];
/** The errors, too: the compiler throws them. */
const ERRORS = { name: "@agner/scheduler/errors", file: join(ROOT, "packages/scheduler/dist/errors.js") };

/**
 * @typedef {{ path: string, resolveDir: string }} Path
 * @typedef {(options: { filter: RegExp }, callback: (args: Path) => object | undefined) => void} Hook
 * @typedef {{ onResolve: Hook, onLoad: Hook }} Hooks what is used of esbuild's plugins
 */

/** @param {string} entry */
function outputOf(entry) {
  return entry === "report/index" ? "report" : basename(entry);
}

export function isBundled() {
  return existsSync(FOLDER);
}

/** Bundles what is built, if it has changed: programs that run may still load from the bundle. The folder appears whole, or not at all. */
export async function bundle() {
  const { entryUrl } = await import(pathToFileURL(join(DIST, "bundled.js")).href);
  if (entryUrl("worker").href.startsWith(pathToFileURL(FOLDER + sep).href)) return;
  const ofCompiler = createRequire(join(ROOT, "packages/compiler/package.json"));
  const esbuild = ofCompiler("esbuild");
  /** @type {Record<string, [size: number, mtimeMs: number]>} */
  const inputs = {};
  for (const maker of ["bundle.js", "bundle-constants.js"]) note(join(ROOT, "scripts", maker), inputs);
  const part = `${FOLDER}.${process.pid}`;
  rmSync(FOLDER, { recursive: true, force: true });
  try {
    const { metafile, outputFiles } = await esbuild.build({
      absWorkingDir: ROOT,
      entryPoints: ENTRIES.map((name) => ({ in: join(DIST, `${name}.js`), out: outputOf(name) })),
      outdir: part,
      chunkNames: "[hash]",
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node20",
      mainFields: ["module", "main"],
      // What a module does when it is loaded is done, whatever its package.json says of side effects.
      ignoreAnnotations: true,
      write: false,
      legalComments: "none",
      sourcemap: true,
      sourcesContent: false,
      metafile: true,
      logLevel: "error",
      plugins: [{ name: "agner", setup: (/** @type {Hooks} */ hooks) => watchAndPlace(hooks, inputs, esbuild) }],
    });
    mkdirSync(part);
    writeAll(outputFiles, esbuild, ofCompiler("acorn"));
    writeFileSync(join(part, "LICENSES.txt"), licenses(Object.keys(metafile.inputs)));
    writeFileSync(join(part, "inputs.json"), JSON.stringify(inputs));
    place(part);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

/**
 * Writes what esbuild has bundled, with constants, and a third less to read; names stay as they are.
 * @param {{ path: string, text: string }[]} files each after its source map
 * @param {{ transformSync(text: string, options: object): { code: string, map: string } }} esbuild
 * @param {{ parse(text: string, options: object): { body: import("./bundle-constants.js").Node[] } }} acorn
 */
function writeAll(files, esbuild, acorn) {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  for (const [path, text] of texts) {
    if (path.endsWith(".map")) continue;
    const program = acorn.parse(text, { ecmaVersion: "latest", sourceType: "module" });
    const map = Buffer.from(texts.get(`${path}.map`) ?? "").toString("base64");
    const mapped = withConstants(text, program).replace(
      /\/\/# sourceMappingURL=.*\n$/,
      `//# sourceMappingURL=data:application/json;base64,${map}\n`,
    );
    const { code, map: composed } = esbuild.transformSync(mapped, {
      minifyWhitespace: true,
      target: "node20",
      legalComments: "none",
      sourcemap: "external",
      sourcesContent: false,
      sourcefile: basename(path),
    });
    writeFileSync(path, `${code}//# sourceMappingURL=${basename(path)}.map\n`);
    writeFileSync(`${path}.map`, composed);
  }
}

/**
 * Where another build was first, its bundle is of the same files.
 * @param {string} part
 */
function place(part) {
  try {
    renameSync(part, FOLDER);
  } catch (error) {
    if (!isBundled()) throw error;
  }
}

/**
 * Notes what a file is; returns its path from the bundle.
 * @param {string} path
 * @param {Record<string, [size: number, mtimeMs: number]>} inputs
 */
function note(path, inputs) {
  const { size, mtimeMs } = statSync(path);
  const fromBundle = relative(FOLDER, path).split(sep).join("/");
  inputs[fromBundle] = [size, mtimeMs];
  return fromBundle;
}

/**
 * Notes what each file is before it is read, and has each module go by its own place, not that of the bundle.
 * @param {Hooks} hooks
 * @param {Record<string, [size: number, mtimeMs: number]>} inputs
 * @param {{ transformSync(text: string, options: object): { code: string } }} esbuild
 */
function watchAndPlace(hooks, inputs, esbuild) {
  hooks.onResolve({ filter: /^[^.]/ }, ({ path }) =>
    [...SEPARATE, ERRORS.name].includes(path) ? { path, external: true } : undefined,
  );
  hooks.onResolve({ filter: /\/errors\.js$/ }, ({ path, resolveDir }) =>
    join(resolveDir, path) === ERRORS.file ? { path: ERRORS.name, external: true } : undefined,
  );
  hooks.onLoad({ filter: /\.[cm]?js$/ }, ({ path }) => {
    const fromBundle = note(path, inputs);
    const text = readFileSync(path, "utf8");
    if (path.includes("/node_modules/") || !text.includes("import.meta.url")) return { contents: text, loader: "js" };
    if (!path.startsWith(DIST + sep)) throw new Error(`${path}: the place of another package is not known here`);
    const { code } = esbuild.transformSync(text, {
      define: { "import.meta.url": "$place" },
      sourcemap: "inline",
      sourcefile: path,
    });
    return { contents: `const $place = new URL("${fromBundle}", import.meta.url).href; ${code}`, loader: "js" };
  });
}

/**
 * What the bundled packages of others ask to be kept with their code.
 * @param {string[]} inputs relative to the root
 */
function licenses(inputs) {
  const homes = new Set(inputs.flatMap((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(file) || []));
  return [...homes]
    .sort()
    .map((home) => {
      const folder = join(ROOT, home);
      const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      if (file === undefined) throw new Error(`${home} has no license file`);
      return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}

if (isProgram(import.meta.url)) script(HELP, () => bundle());
