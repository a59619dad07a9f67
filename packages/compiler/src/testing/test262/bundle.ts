/** Bundles what runs elsewhere: the runner of single tests, for its own processes, and the runtime, for the realms. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

export interface Bundles {
  readonly child: string;
  readonly realm: string;
}

/** What the realm's bundle is given from outside; it has none of Node's own globals. */
export const REALM_PARAMETERS = [
  "$boundary",
  "$modules",
  "URL",
  "Buffer",
  "console",
  "process",
  "structuredClone",
  "clearTimeout",
  "clearInterval",
  "clearImmediate",
];

export async function bundle(folder: string): Promise<Bundles> {
  const here = fileURLToPath(new URL(".", import.meta.url));
  mkdirSync(folder, { recursive: true });
  const child = join(folder, "child.mjs");
  const realm = join(folder, "realm.js");
  const common = { bundle: true, target: "node20", logLevel: "silent" } as const;
  await Promise.all([
    build({
      ...common,
      entryPoints: [join(here, "child.ts")],
      outfile: child,
      platform: "node",
      format: "esm",
      packages: "external",
    }),
    build({
      ...common,
      entryPoints: [join(here, "realm.ts")],
      outfile: realm,
      platform: "neutral",
      format: "iife",
      mainFields: ["module", "main"],
      plugins: [
        fromOutside,
        instead(/^\.\/resolve\.ts$/, join(here, "resolve.ts")),
        instead(/^\.\/commonjs-module\.ts$/, join(here, "commonjs-module.ts")),
        instead(/^\.\/intrinsics\.js$/, join(here, "intrinsics.ts")),
      ],
      banner: { js: `(function (${REALM_PARAMETERS.join(", ")}) {` },
      footer: { js: "})" },
    }),
  ]);
  return { child, realm };
}

/** Modules of Node are passed in. */
const fromOutside: Plugin = {
  name: "from-outside",
  setup(context) {
    context.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: "outside" }));
    context.onLoad({ filter: /.*/, namespace: "outside" }, ({ path }) => ({
      contents: `module.exports = $modules[${JSON.stringify(path)}];`,
    }));
  },
};

/** Another file in the place of what is imported by such a path. */
const instead = (filter: RegExp, file: string): Plugin => ({
  name: "instead",
  setup(context) {
    context.onResolve({ filter }, () => ({ path: file }));
  },
});
