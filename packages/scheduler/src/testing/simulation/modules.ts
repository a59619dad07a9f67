/**
 * The real protocol modules in their simulated form: bundled from the source, edited if a fault is to be seeded (faults.ts), rewritten, and
 * loaded. The production code knows nothing of this.
 */
import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Disorder } from "./stage.ts";
import * as errors from "../../errors.ts";
import * as bytes from "../../terms/bytes.ts";
import * as codec from "../../terms/codec.ts";
import * as reader from "../../terms/reader.ts";
import * as writer from "../../terms/writer.ts";
import { CASE_SITES, setSites } from "./machine.ts";
import { runtime } from "./runtime.ts";
import type { Steps } from "./threads.ts";
import { rewrite, type Site } from "./rewrite.ts";

type Protocols = typeof import("../../memory/ring.ts") &
  typeof import("../../memory/channel.ts") &
  typeof import("../../memory/deque.ts") &
  typeof import("../../memory/directory.ts") &
  typeof import("../../memory/doorbell.ts") &
  typeof import("../../memory/lock.ts") &
  typeof import("../../memory/names.ts") &
  typeof import("../../memory/rest.ts") &
  typeof import("../../memory/grace.ts") &
  typeof import("../../memory/lost.ts") &
  typeof import("../../memory/bounds.ts");

/** The files whose code is simulated; all of them in `src/memory`. */
const FILES = ["ring", "channel", "deque", "directory", "doorbell", "lock", "names", "rest", "grace", "lost", "bounds"];

/** An object whose methods are taken step by step. */
export type Stepped<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Steps<R> : T[K];
};

/** Classes whose methods, and functions that, are taken step by step. */
export type Simulated<M> = {
  [K in keyof M]: M[K] extends new (...args: infer A) => infer I
    ? new (...args: A) => Stepped<I>
    : M[K] extends (...args: infer A) => infer R
      ? (...args: { [I in keyof A]: A[I] | Stepped<A[I]> }) => Steps<R>
      : M[K];
};

/** All protocol modules, and what is wrong with the schedulers that use them, if anything. */
export type Modules = Simulated<Protocols> & { readonly disorder?: Disorder | undefined };

/** A small change of a source file in `src`; its text stands there exactly once. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Where the sources are. */
const SOURCES = fileURLToPath(new URL("../..", import.meta.url));

/** What cases need in order to reach every branch soon. */
const SMALLER: readonly Edit[] = [{ file: "memory/lock.ts", from: "const SPINS = 200;", to: "const SPINS = 2;" }];

/** What the protocol modules use and share no memory through: as it is, and not loaded again with each fault. */
const OUTSIDE: Readonly<Record<string, object>> = {
  "errors.ts": errors,
  "terms/bytes.ts": bytes,
  "terms/codec.ts": codec,
  "terms/reader.ts": reader,
  "terms/writer.ts": writer,
};

/** Without a fault. */
let sound: Modules | undefined;
let functions: ReadonlySet<string> | undefined;
const allSites: Site[] = [...CASE_SITES];

/** Loads the modules with these edits, to be used in this disorder. Throws if an edit's text is not in its file, or more than once. */
export async function load(edits: readonly Edit[] = [], disorder?: Disorder): Promise<Modules> {
  // What is a generator in the sound modules is one in all others, so that cases can drive both.
  sound ??= await evaluate([]);
  return { ...(edits.length === 0 ? sound : await evaluate(edits)), disorder };
}

async function evaluate(edits: readonly Edit[]): Promise<Modules> {
  const { code, sites, functions: found } = rewrite(await bundle([...SMALLER, ...edits]), isProtocol, allSites.length, functions);
  functions ??= found;
  allSites.push(...sites);
  setSites(allSites);
  return new Function("$", "require", `${code}\nreturn exported;`)(runtime, requireOutside) as Modules;
}

const requireNode = createRequire(import.meta.url);

function requireOutside(name: string): object {
  return OUTSIDE[name] ?? (requireNode(name) as object);
}

/** Every place at which the modules use shared memory atomically, by number. */
export function siteList(): readonly Site[] {
  return allSites;
}

function isProtocol(file: string): boolean {
  return FILES.some((name) => file === `memory/${name}.ts`) || file === "memory/layout.ts";
}

async function bundle(edits: readonly Edit[]): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: FILES.map((name) => `export * from "./memory/${name}.ts";`).join("\n"),
      resolveDir: SOURCES,
      loader: "ts",
    },
    absWorkingDir: SOURCES,
    bundle: true,
    write: false,
    format: "iife",
    globalName: "exported",
    platform: "node",
    target: "esnext",
    logLevel: "silent",
    plugins: [
      {
        name: "edits",
        setup: ({ onLoad, onResolve }) => {
          onResolve({ filter: /^\.\.\// }, ({ path }) => {
            const file = path.slice("../".length);
            return file in OUTSIDE ? { path: file, external: true } : undefined;
          });
          onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const file = relative(SOURCES, path).split(sep).join("/");
            return { contents: edited(file, edits), loader: "ts" };
          });
        },
      },
    ],
  });
  return outputFiles[0]!.text;
}

function edited(file: string, edits: readonly Edit[]): string {
  let text = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  for (const edit of edits) {
    if (edit.file !== file) continue;
    const count = text.split(edit.from).length - 1;
    if (count !== 1) throw new Error(`${file} has ${count} places, and not one, that read:\n${edit.from}`);
    text = text.replace(edit.from, () => edit.to);
  }
  return text;
}
