/** One program, plain and compiled, in this thread: neither schedulers nor messages, only what the compiler makes of the code. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import vm from "node:vm";
import { compile, compileBuiltins } from "@agner/compiler";
import { createRuntime, installBuiltins, type ModuleRecord } from "@agner/compiler/runtime";
import { runSlice, type Runnable } from "@agner/scheduler/frames";
import { transformSync } from "esbuild";

type Main = (input: string) => number;

export interface LoadedProgram {
  readonly plain: () => number;
  /** Runs in slices of `quota` reductions. */
  readonly compiled: (quota: number) => number;
}

const FOLDER = new URL("../../compiled/", import.meta.url);
const ACORN = import.meta.resolve("acorn");
const runtime = createRuntime();
let sites = 1;

export function sourceOf(id: string): string {
  return readFileSync(new URL(`${id}.ts`, FOLDER), "utf8");
}

export async function loadProgram(id: string): Promise<LoadedProgram> {
  if (sites === 1) {
    const builtins = compileBuiltins();
    installBuiltins(runtime, builtins, sites);
    sites += builtins.siteCount;
  }
  const source = sourceOf(id);
  const input = readFileSync(fileURLToPath(ACORN), "utf8");
  const plain = await plainMain(source);
  const compiled = compiledMain(source, `${id}.ts`, source.includes('"acorn"') ? { acorn: input } : {});
  return { plain: () => plain(input), compiled: (quota) => runToEnd(compiled, input, quota) };
}

async function plainMain(source: string): Promise<Main> {
  const folder = mkdtempSync(join(tmpdir(), "agner-plain-"));
  try {
    const file = join(folder, "program.mjs");
    writeFileSync(file, transformSync(source.replace('"acorn"', JSON.stringify(ACORN)), { loader: "ts", target: "esnext" }).code);
    return ((await import(pathToFileURL(file).href)) as { main: Main }).main;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `packages`: source texts by specifier. */
function compiledMain(source: string, filename: string, packages: Record<string, string>): Main {
  return evaluate(source, filename, packages)["main"] as Main;
}

function evaluate(source: string, filename: string, packages: Record<string, string>): Record<string, unknown> {
  const result = compile(source, { filename });
  const make = new vm.Script(result.code, { filename: `compiled:${filename}` }).runInThisContext() as (
    rt: typeof runtime,
    base: number,
    module: ModuleRecord,
  ) => Iterator<unknown>;
  const record: ModuleRecord = {
    imports: result.imports.map((i) => ({ x: evaluate(packages[i.specifier]!, i.specifier, {}) })),
    exports: {},
    meta: {},
    import: () => Promise.reject(new Error("a program imports nothing later")),
  };
  const steps = make(runtime, sites, record);
  sites += result.siteCount;
  steps.next();
  steps.next();
  return record.exports as Record<string, unknown>;
}

function runToEnd(main: Main, input: string, quota: number): number {
  const p: Runnable = { frames: null, value: undefined, threw: 0 };
  let start: Main | null = main;
  while (!runSlice(p, quota, start as never, [input])) start = null;
  if (p.threw === 1) throw p.value;
  return p.value as number;
}
