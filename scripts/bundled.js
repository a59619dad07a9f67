/** Programs of a package that are run from their sources: for development alone, so that no build holds them. */
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { foreground, ROOT } from "./command.js";

/**
 * Bundles `main.ts` of a folder and runs it in the foreground.
 * @param {string} packageName folder below `packages`
 * @param {string} folder below the package's `src/testing`
 * @param {string} outfile below the package, where the packages that the program imports are found
 * @param {string[]} args its own
 * @param {{ cwd?: string }} [options]
 * @returns {Promise<number>} its exit code
 */
export function runBundled(packageName, folder, outfile, args, options) {
  const home = join(ROOT, "packages", packageName);
  const entry = join(home, "src/testing", folder, "main.ts");
  const file = join(home, outfile);
  mkdirSync(dirname(file), { recursive: true });
  const { buildSync } = createRequire(join(home, "package.json"))("esbuild");
  buildSync({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    // Sources are found from where the code was, not from where it is bundled to.
    define: { "import.meta.url": JSON.stringify(pathToFileURL(entry).href) },
  });
  return foreground([file, ...args], options);
}
