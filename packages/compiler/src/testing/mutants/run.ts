/** Bundles the compiler with a fault in it, and lets a process of its own look for it. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { Fault } from "./list.ts";

export interface Kill {
  /** What showed the fault. */
  by: string;
  /** How many programs had run then. */
  after: number;
}

/** The text of the file with the fault in it. */
function broken(sources: string, [file, text, put]: Fault): string {
  const parts = readFileSync(join(sources, file), "utf8").split(text);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times, and not once: ${text}`);
  return parts.join(put);
}

/** `sources`: the folder of the compiler's sources. Null if nothing has shown the fault (or, without one, no difference was found). */
export async function look(sources: string, fault: Fault | null, first: number, count: number): Promise<Kill | null> {
  const scheduler = join(sources, "../../scheduler/src");
  const entry = join(sources, "testing/mutants/child.ts");
  // Where the packages that it imports are found.
  const cache = join(sources, "../node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "mutant-"));
  try {
    const changed = fault && { path: join(sources, fault[0]), contents: broken(sources, fault) };
    await build({
      entryPoints: [entry],
      outfile: join(folder, "mutant.mjs"),
      bundle: true,
      logLevel: "error",
      platform: "node",
      format: "esm",
      target: "node20",
      external: ["esbuild"],
      define: { "import.meta.url": JSON.stringify(pathToFileURL(join(sources, "compile.ts")).href) },
      plugins: [
        {
          name: "fault",
          setup(b) {
            b.onResolve({ filter: /^@agner\/scheduler/ }, ({ path }) => ({ path: schedulerFile(scheduler, path) }));
            b.onLoad({ filter: /\.ts$/ }, ({ path }) =>
              path === changed?.path ? { contents: changed.contents, loader: "ts" } : undefined,
            );
          },
        },
      ],
    });
    return await outcome(join(folder, "mutant.mjs"), first, count);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function schedulerFile(folder: string, specifier: string): string {
  const { exports } = JSON.parse(readFileSync(join(folder, "../package.json"), "utf8")) as {
    exports: Record<string, { default: string }>;
  };
  const built = exports[`.${specifier.slice("@agner/scheduler".length)}`]!.default;
  const file = join(folder, built.replace("./dist/", "").replace(/\.js$/, ".ts"));
  if (!existsSync(file)) throw new Error(`no source of ${specifier}: ${file}`);
  return file;
}

function outcome(file: string, first: number, count: number): Promise<Kill | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, String(first), String(count)], { stdio: ["ignore", "pipe", "pipe"] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      // The compiled built-ins are broken, too: with some faults nothing runs at all.
      if (code !== 0)
        resolve({ by: `does not start: ${/\w*Error: .*/.exec(Buffer.concat(err).toString())?.[0] ?? code}`, after: 0 });
      else resolve(JSON.parse(Buffer.concat(out).toString()) as Kill | null);
    });
  });
}
