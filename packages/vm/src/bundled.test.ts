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

test("errors of the compiler, which is not bundled, and what Node loads for modules that are not compiled are the VM's own", async () => {
  const dir = folder({
    "bad.ts": "with (1) {}\n",
    "native.cjs": `exports.AgnerError = require("@agner/scheduler/errors").AgnerError;
      exports.vm = require("@agner/vm");
      exports.report = require("@agner/vm/report");
      exports.testing = require("@agner/vm/testing");\n`,
    "app.ts": `import * as vm from "@agner/vm";
      import * as report from "@agner/vm/report";
      import * as testing from "@agner/vm/testing";
      import native from "./native.cjs";
      export function main(): void {
        try { vm.wait(import("./bad.ts")); } catch (e) { console.log(e instanceof vm.AgnerError, (e as { code: string }).code); }
        console.log(native.AgnerError === vm.AgnerError, native.vm.self().toString() === vm.self().toString());
        for (const [a, b] of [[vm, native.vm], [report, native.report], [testing, native.testing]])
          console.log(Object.keys(a).every((name) => a[name] === b[name]));
      }`,
  });
  mkdirSync(dir.path("node_modules/@agner"), { recursive: true });
  for (const name of ["scheduler", "vm"])
    symlinkSync(join(dist("bundled.js"), "../../..", name), dir.path(`node_modules/@agner/${name}`), "junction");
  const { stdout, stderr } = await agner(["run", "app.ts", "--cores", "1"], { cwd: dir.path("") });
  expect({ stdout, stderr }).toEqual({ stdout: "true AGNER_COMPILE\ntrue true\ntrue\ntrue\ntrue\n", stderr: "" });
});
