#!/usr/bin/env node
import "./node-version.js";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { bootstrap } from "./bootstrap.js";
import { capture, isProgram, ROOT, script } from "./command.js";
import { workspacePackages } from "./workspace.js";

const HELP = `
Usage: npm run pack [-- FOLDER]

Compiles, and writes an installable tarball of every package that is not private to FOLDER (artifacts), which is emptied of older
tarballs. Versions of workspace packages are resolved as they will be when published. Prints one path a line.
`;

/**
 * @param {string} folder
 * @returns {string[]} the tarballs, as absolute paths
 */
export function pack(folder) {
  bootstrap();
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) if (file.endsWith(".tgz")) rmSync(join(folder, file));
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  return workspacePackages()
    .filter(({ manifest }) => !manifest.private)
    .map(({ folder: cwd, manifest: { name } }) => {
      const output = capture(`Packing ${name}`, "npx", ["-y", packageManager, "pack", "--json", "--pack-destination", folder], {
        cwd,
        env: { ...process.env, npm_config_loglevel: "notice" },
      });
      return resolve(folder, JSON.parse(output).filename);
    });
}

if (isProgram(import.meta.url)) {
  script(HELP, ([folder]) => {
    for (const file of pack(resolve(process.env.INIT_CWD || ROOT, folder || join(ROOT, "artifacts"))))
      process.stdout.write(file + "\n");
  });
}
