/**
 * The plugin for esbuild: bundles that run on Agner, compiled when they are built. See docs/bundling.md.
 */
import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { dirname, extname, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { AgnerError } from "@agner/scheduler/errors";
import type { BuildOptions, BuildResult, OnResolveResult, OutputFile, PartialMessage, Plugin, PluginBuild } from "esbuild";
import { BUNDLE_MARK, compiledFormOf } from "../code/bundle.ts";
import { readSourceMap } from "../code/source-map.ts";
import { compileChunk, isWanted, type Finding, type WantedWarnings } from "./chunk.ts";
import { BundledImports } from "./imports.ts";

export interface AgnerEsbuildOptions {
  /** Which of the compiler's warnings are esbuild's warnings; default all. */
  readonly warnings?: WantedWarnings;
}

/** Marks imports that the plugin itself has asked esbuild about. */
const ASKED = Symbol("asked by Agner");

/**
 * Compiles what esbuild bundles. Beside each output file `app.js` it writes the compiled form, `app.js.agner`; `agner run app.js` and
 * `node --import @agner/vm/boot app.js` take that.
 *
 * @example
 * import { build } from "esbuild";
 * import { agner } from "@agner/vm/esbuild";
 *
 * await build({ entryPoints: ["src/app.ts"], bundle: true, outdir: "dist", plugins: [agner()] });
 */
export function agner(options: AgnerEsbuildOptions = {}): Plugin {
  return {
    name: "agner",
    setup(build) {
      const { initialOptions } = build;
      const writes = initialOptions.write !== false;
      const cwd = initialOptions.absWorkingDir ?? process.cwd();
      prepare(initialOptions);
      const imports = new BundledImports();
      if (initialOptions.bundle === true) keepOutside(build, imports, cwd);
      build.onEnd(async (result) => {
        if (result.errors.length > 0) return {};
        const errors: PartialMessage[] = [];
        const warnings: PartialMessage[] = [];
        for (const { path, text, map } of await outputs(result, cwd, writes)) {
          const chunk = compileChunk(path, text, map);
          if (chunk.error !== undefined) errors.push(messageOf(chunk.error, cwd));
          for (const warning of chunk.warnings)
            if (isWanted(warning.code, options.warnings)) warnings.push(messageOf(warning, cwd));
          const beside = compiledFormOf(path);
          if (!writes) {
            if (chunk.form !== undefined) result.outputFiles!.push(outputFile(beside, chunk.form));
          } else if (chunk.form === undefined) await rm(beside, { force: true });
          else await writeFile(beside, chunk.form);
        }
        return { errors, warnings };
      });
    },
  };
}

/** What must be so is set, and what cannot be is refused. */
function prepare(options: BuildOptions): void {
  const { format = "esm", platform = "node", footer = {}, sourcemap = "linked" } = options;
  if (format !== "esm")
    throw new AgnerError(
      "AGNER_BUNDLE_FORMAT",
      `format: "${format}": Agner runs ES modules; leave format out, or write format: "esm"`,
    );
  if (platform === "browser")
    throw new AgnerError(
      "AGNER_BUNDLE_FORMAT",
      `platform: "browser": processes run on Node.js; leave platform out, or write platform: "node"`,
    );
  const before = footer["js"];
  Object.assign(options, {
    format,
    platform,
    sourcemap,
    metafile: true,
    footer: { ...footer, js: before === undefined ? BUNDLE_MARK : `${before}\n${BUNDLE_MARK}` },
  } satisfies BuildOptions);
}

function keepOutside(build: PluginBuild, imports: BundledImports, cwd: string): void {
  const { initialOptions } = build;
  const out = initialOptions.outdir ?? (initialOptions.outfile === undefined ? undefined : dirname(initialOptions.outfile));
  build.onResolve({ filter: /.*/ }, async (args): Promise<OnResolveResult | undefined> => {
    if (args.pluginData === ASKED) return undefined;
    if (imports.isAlwaysOutside(args.path)) return { path: args.path, external: true };
    if (args.kind !== "entry-point" && /^[./]/.test(args.path)) return undefined;
    const { resolveDir, importer, namespace, kind, with: attributes } = args;
    const found = await build.resolve(args.path, { resolveDir, importer, namespace, kind, with: attributes, pluginData: ASKED });
    if (found.errors.length > 0 || found.external || found.namespace !== "file") return undefined;
    try {
      if (kind === "entry-point") imports.addEntry(found.path);
      else if (imports.isOutside(args.path, found.path)) {
        if (out !== undefined) imports.checkReachable(args.path, importer, resolve(cwd, out));
        return { path: args.path, external: true };
      }
    } catch (e) {
      if (!AgnerError.is(e)) throw e;
      return { errors: [{ text: e.message, detail: e }] };
    }
    return undefined;
  });
}

interface Output {
  readonly path: string;
  readonly text: string;
  readonly map: string | undefined;
}

/** The JavaScript that was made, and its source maps. */
async function outputs(result: BuildResult, cwd: string, written: boolean): Promise<Output[]> {
  const paths = Object.keys(result.metafile!.outputs).map((path) => resolve(cwd, path));
  const files = new Map((result.outputFiles ?? []).map((file) => [file.path, file]));
  const textOf = async (path: string): Promise<string | undefined> =>
    written ? readFile(path, "utf8").catch(() => undefined) : files.get(path)?.text;
  const found: Output[] = [];
  for (const path of paths) {
    if (!/^\.m?js$/.test(extname(path))) continue;
    const text = await textOf(path);
    if (text === undefined) continue;
    const map = (await textOf(`${path}.map`)) ?? (await readSourceMap(text, pathToFileURL(path).href))?.map;
    found.push({ path, text, map });
  }
  return found;
}

function outputFile(path: string, text: string): OutputFile {
  return { path, text, contents: new TextEncoder().encode(text), hash: createHash("sha256").update(text).digest("base64url") };
}

function messageOf({ code, message, hint, place }: Finding, cwd: string): PartialMessage {
  const { file, line, column, lineText } = place;
  return {
    id: code,
    text: message,
    location: { file: relative(cwd, file), line, column: column - 1, lineText: lineText ?? "" },
    notes: hint === undefined ? [] : [{ text: hint }],
  };
}
