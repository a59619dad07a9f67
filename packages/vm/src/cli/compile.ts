/** `agner compile`: one module's compiled form as text for people. */
import { readFile, writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compile, type CompileResult } from "@agner/compiler";
import { AgnerError } from "@agner/scheduler/errors";
import { bundleText } from "../code/bundle.ts";
import { kindOf, resolveEntry } from "../code/resolve.ts";
import { withoutSourceMap } from "../code/source-map.ts";
import { failureToJson, formatFailure, formatWarning, warningToJson } from "../report/failure.ts";
import type { CompileRequest } from "./options.ts";
import { REFUSED } from "./run.ts";

interface Environment {
  /** Writes to standard output. */
  readonly print: (text: string) => void;
  /** Writes lines to standard error. */
  readonly report: (text: string) => void;
  readonly color: boolean;
}

/** Prints what the request asks for; returns the exit code and throws nothing. */
export async function compileForReading(request: CompileRequest, { print, report, color }: Environment): Promise<number> {
  const { json } = request;
  try {
    const file = fileOf(request.module);
    const source = await read(file);
    const bundle = bundleText(source);
    const result = compile(bundle ?? withoutSourceMap(source), { filename: file, bundled: bundle !== undefined });
    for (const d of result.diagnostics) report(json ? warningToJson({ ...d, file }) : formatWarning({ ...d, file }, { color }));
    await write(request, readable(result), JSON.stringify(result.map), print);
    return 0;
  } catch (error) {
    report(json ? failureToJson(error) : formatFailure(error, { color }));
    return REFUSED;
  }
}

function fileOf(module: string): string {
  const url = resolveEntry(module.startsWith("file:") ? module : pathToFileURL(module));
  const file = fileURLToPath(url);
  if (kindOf(url, file, { type: "json" }, undefined) !== "compiled")
    throw new AgnerError("AGNER_NOT_COMPILED", `${file} is not compiled: it is loaded by Node as it stands`);
  return file;
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new AgnerError("AGNER_UNREADABLE", `cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
}

/** The code, and below it what its numbers mean; behind it, so that the source map fits. */
function readable({ code, functions, imports, sites }: CompileResult): string {
  const lines = [code, ""];
  for (const [slot, made] of imports.entries()) lines.push(`// $import${slot}: ${made.specifier}`);
  for (const [site, [fn, line, column]] of sites.entries())
    lines.push(`// $B + ${site}: ${functions[fn]?.name || "a function without a name"} at ${line}:${column}`);
  return `${lines.join("\n")}\n`;
}

async function write(
  { out, map: wanted }: CompileRequest,
  text: string,
  map: string,
  print: Environment["print"],
): Promise<void> {
  const reference = "//# sourceMappingURL=";
  if (out === undefined) {
    const inline = `${reference}data:application/json;base64,${Buffer.from(map).toString("base64")}\n`;
    print(wanted ? text + inline : text);
    return;
  }
  const path = resolve(out);
  const mapPath = `${path}.map`;
  try {
    await writeFile(path, wanted ? `${text}${reference}${encodeURI(basename(mapPath))}\n` : text);
    if (wanted) await writeFile(mapPath, map);
  } catch (cause) {
    throw new AgnerError("AGNER_UNWRITABLE", `cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}
