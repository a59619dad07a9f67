/**
 * The plugin for Vite: what Vite builds for the server runs on Agner, and what it serves there, to vitest too, is checked by Agner's compiler. See docs/bundling.md.
 */
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CompileError } from "@agner/compiler";
import { AgnerError } from "@agner/scheduler/errors";
import type { Plugin } from "vite";
import { compiledFormOf, markBundle } from "../code/bundle.ts";
import { compileModule } from "../code/compile.ts";
import { kindOf, resolveUrl } from "../code/resolve.ts";
import { withoutSourceMap } from "../code/source-map.ts";
import { compileChunk, isWanted, type Finding, type WantedWarnings } from "./chunk.ts";
import { BundledImports } from "./imports.ts";

export interface AgnerViteOptions {
  /** Which of the compiler's warnings are Vite's warnings; default all. */
  readonly warnings?: WantedWarnings;
  /** Which of the modules that Vite serves to Node.js are checked. Default: all that the VM would compile. */
  readonly include?: RegExp | ((file: string) => boolean);
}

/**
 * Compiles what Vite builds for Node.js (`vite build --ssr src/app.ts`): beside each chunk `app.js` lies its compiled form, `app.js.agner`. While Vite serves
 * modules to Node.js, as under vitest, errors and warnings of the compiler are Vite's. What is built or served for browsers is left alone.
 *
 * @example
 * import { agner } from "@agner/vm/vite";
 *
 * export default { plugins: [agner()], build: { ssr: "src/app.ts" } };
 */
export function agner(options: AgnerViteOptions = {}): Plugin {
  const imports = new BundledImports();
  let root = process.cwd();
  let out = "";
  let serves = false;
  const warn = (context: { warn: (log: Log) => void }, finding: Finding): void => {
    if (isWanted(finding.code, options.warnings)) context.warn(logOf(finding));
  };
  return {
    name: "agner",
    enforce: "pre",
    applyToEnvironment: (environment) => environment.config.consumer === "server",
    config(_config, { command }) {
      // Stacks are to be those of what was written.
      return command === "build" ? { build: { sourcemap: true } } : undefined;
    },
    configResolved(config) {
      root = config.root;
      out = resolve(root, config.build.outDir);
      serves = config.command === "serve";
    },
    resolveId: {
      order: "pre",
      async handler(source, importer, { isEntry }) {
        if (serves) return null;
        if (imports.isAlwaysOutside(source)) return { id: source, external: true };
        const found = await this.resolve(source, importer, { skipSelf: true, isEntry });
        if (found === null) return null;
        const path = found.id.replace(/\?.*$/, "");
        try {
          if (isEntry) imports.addEntry(path);
          if (importer === undefined || /^[./]/.test(source)) return found;
          const file = found.external === false ? path : installedFile(source, importer);
          if (file === undefined) return found;
          if (!imports.isOutside(source, file)) return { id: file };
          imports.checkReachable(source, importer, out);
          return { id: source, external: true };
        } catch (e) {
          if (!AgnerError.is(e)) throw e;
          return this.error({ message: e.message, pluginCode: e.code });
        }
      },
    },
    async transform(code, id) {
      if (!serves || !isChecked(id, options.include)) return null;
      const loader = /\.m?ts$/.test(id) ? "ts" : "js";
      const lines = code.split(/\r?\n/);
      const at = (line: number, column: number): Finding["place"] => ({ file: id, line, column, lineText: lines[line - 1] });
      try {
        const { diagnostics } = await compileModule(loader === "js" ? withoutSourceMap(code) : code, { filename: id, loader });
        for (const { code: kind, message, hint, line, column } of diagnostics)
          warn(this, { code: kind, message, hint, place: at(line, column) });
      } catch (e) {
        if (!CompileError.is(e)) throw e;
        this.error(logOf({ code: e.code, message: e.reason, hint: e.hint, place: at(e.line, e.column) }));
      }
      return null;
    },
    generateBundle: {
      order: "post",
      handler({ format }, bundle) {
        if (format !== "es")
          this.error({
            message: `format: "${format}": Agner runs ES modules; write format: "es"`,
            pluginCode: "AGNER_BUNDLE_FORMAT",
          });
        for (const chunk of Object.values(bundle)) {
          if (chunk.type !== "chunk" || !/\.m?js$/.test(chunk.fileName)) continue;
          const file = resolve(out, chunk.fileName);
          chunk.code = markBundle(chunk.code);
          const { form, error, warnings } = compileChunk(file, chunk.code, chunk.map?.toString());
          if (error !== undefined) this.error(logOf(error));
          for (const warning of warnings) warn(this, warning);
          this.emitFile({ type: "asset", fileName: compiledFormOf(chunk.fileName), source: form! });
        }
      },
    },
  };
}

/** What Vite and its bundlers are told of a finding. */
interface Log {
  readonly message: string;
  readonly pluginCode: string;
  readonly id: string;
  readonly loc: { readonly file: string; readonly line: number; readonly column: number };
  readonly frame: string;
}

function logOf({ code, message, hint, place: { file, line, column, lineText = "" } }: Finding): Log {
  const gutter = `${line} | `;
  const frame = `${gutter}${lineText}\n${" ".repeat(gutter.length - 2)}| ${lineText.slice(0, column - 1).replace(/[^\t]/g, " ")}^`;
  // Where a log is shown without its place, as by vitest, the message has to say it.
  const text = `${file}:${line}:${column}: ${message}${hint === undefined ? "" : `\n${hint}`}`;
  return { message: text, pluginCode: code, id: file, loc: { file, line, column: column - 1 }, frame };
}

/** The file that Node would load; undefined if it would find none. */
function installedFile(specifier: string, importer: string): string | undefined {
  try {
    return fileURLToPath(resolveUrl(specifier, pathToFileURL(importer).href));
  } catch {
    return undefined;
  }
}

/** Whether the module that Vite calls `id` is one that the VM would compile, and the user has checked. */
function isChecked(id: string, include: AgnerViteOptions["include"]): boolean {
  if (
    !isAbsolute(id) ||
    !/\.m?[jt]s$/.test(id) ||
    (include !== undefined && !(include instanceof RegExp ? include.test(id) : include(id)))
  )
    return false;
  return kindOf(pathToFileURL(id).href, id, undefined, undefined) === "compiled";
}
