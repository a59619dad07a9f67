/** The bundle of the VM's own threads is taken where it is of what is built, and only there. */
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder } from "./code/testing/folder.ts";
import { dist } from "./testing/dist.ts";
import { agner, node } from "./testing/program.ts";

/** A package with entries of both kinds, and what it loads. */
function built(): { path(name: string): string; entry(): Promise<string> } {
  const dir = folder({
    "dist/bundled.js": readFileSync(dist("bundled.js"), "utf8"),
    "dist/worker.js": "",
    "dist/part.js": "",
    "dist/bundled/worker.js": "",
    "package.json": '{ "type": "module" }',
    "ask.js": 'import { entryUrl } from "./dist/bundled.js";\nconsole.log(entryUrl("worker").href);\n',
  });
  return {
    path: (name) => dir.path(name),
    entry: async () => {
      const { stdout, stderr } = await node([dir.path("ask.js")]);
      expect(stderr).toBe("");
      return stdout.trim().slice(`${dir.url("")}/`.length);
    },
  };
}

function noteInputs(path: (name: string) => string, files: readonly string[]): void {
  const inputs = files.map((file) => {
    const { size, mtimeMs } = statSync(path(`dist/${file}`));
    return [`../${file}`, [size, mtimeMs]];
  });
  writeFileSync(path("dist/bundled/inputs.json"), JSON.stringify(Object.fromEntries(inputs)));
}

test("a published package has no list of what was bundled, and is as it was packed", async () => {
  const { entry } = built();
  expect(await entry()).toBe("dist/bundled/worker.js");
});

test("in a workspace, a module that was built later, has gone, or was bundled from elsewhere leads to single files", async () => {
  const { path, entry } = built();
  noteInputs(path, ["worker.js", "part.js"]);
  expect(await entry()).toBe("dist/bundled/worker.js");
  writeFileSync(path("dist/part.js"), "export {};\n");
  expect(await entry()).toBe("dist/worker.js");
  noteInputs(path, ["worker.js", "part.js"]);
  expect(await entry()).toBe("dist/bundled/worker.js");
  const later = new Date(Date.now() + 5_000);
  utimesSync(path("dist/part.js"), later, later);
  expect(await entry()).toBe("dist/worker.js");
  noteInputs(path, ["worker.js", "part.js"]);
  rmSync(path("dist/part.js"));
  expect(await entry()).toBe("dist/worker.js");
});

test("a list that is not whole, and no bundle at all, lead to single files", async () => {
  const { path, entry } = built();
  writeFileSync(path("dist/bundled/inputs.json"), '{ "../worker.js": [0,');
  expect(await entry()).toBe("dist/worker.js");
  rmSync(path("dist/bundled"), { recursive: true });
  expect(await entry()).toBe("dist/worker.js");
});

test("errors of the compiler, which is not bundled, and of what Node loads are Agner's errors", async () => {
  const dir = folder({
    "bad.ts": "with (1) {}\n",
    "native.cjs": 'module.exports = class extends require("@agner/scheduler/errors").AgnerError {};\n',
    "app.ts": `import { AgnerError, wait } from "@agner/vm";
      import Native from "./native.cjs";
      export function main(): void {
        try { wait(import("./bad.ts")); } catch (e) { console.log(e instanceof AgnerError, (e as AgnerError).code); }
        console.log(new Native("CODE", "text") instanceof AgnerError);
      }`,
  });
  mkdirSync(dir.path("node_modules/@agner"), { recursive: true });
  symlinkSync(join(dist("bundled.js"), "../../../scheduler"), dir.path("node_modules/@agner/scheduler"), "junction");
  const { stdout } = await agner(["run", "app.ts", "--cores", "1"], { cwd: dir.path("") });
  expect(stdout).toBe("true AGNER_COMPILE\ntrue\n");
});
