#!/usr/bin/env node
import "./node-version.js";
import { readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bootstrap } from "./bootstrap.js";
import { ROOT, script } from "./command.js";

const HELP = `
Usage: npm run size

How many times its source a compiled library takes, both minified by esbuild: each library that packages/vm/src/code/libraries.test.ts runs,
and the geometric mean.
`;

/** By library, the files or folders of its modules. */
const LIBRARIES = {
  "decimal.js": ["decimal.js/decimal.mjs"],
  liquidjs: ["liquidjs/dist/liquid.node.mjs"],
  marked: ["marked/lib/marked.esm.js"],
  parse5: ["parse5/dist"],
  zod: ["zod/v4/core", "zod/v4/classic"],
};

script(HELP, async () => {
  bootstrap();
  const { transformSync } = createRequire(join(ROOT, "packages/compiler/package.json"))("esbuild");
  const { compile } = await import(pathToFileURL(join(ROOT, "packages/compiler/dist/index.js")).href);
  /** @param {string} text */
  const minified = (text) =>
    transformSync(text, { minify: true, target: "esnext", legalComments: "none", charset: "utf8" }).code.length;
  const ratios = [];
  for (const [name, paths] of Object.entries(LIBRARIES)) {
    let source = 0;
    let output = 0;
    for (const file of paths.flatMap((path) => modulesIn(realpathSync(join(ROOT, "packages/vm/node_modules", path))))) {
      const text = readFileSync(file, "utf8");
      source += minified(text);
      output += minified(`export default ${compile(text, { filename: file }).code}`);
    }
    ratios.push(output / source);
    print(name, `${source} → ${output}`, output / source);
  }
  print("geometric mean", "", Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length));
  return 0;
});

/**
 * @param {string} name
 * @param {string} sizes
 * @param {number} ratio
 */
function print(name, sizes, ratio) {
  process.stdout.write(`${name.padEnd(16)}${sizes.padStart(20)}  ${ratio.toFixed(2)}\n`);
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function modulesIn(path) {
  if (statSync(path).isFile()) return [path];
  const names = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => /\.m?js$/.test(name));
  return names.map((name) => join(path, name)).sort();
}
