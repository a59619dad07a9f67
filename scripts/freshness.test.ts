import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildIsFresh, installIsFresh, recordBuild, recordInstall, repairOutputs } from "./freshness.js";

let root: string;

function write(path: string, text = ""): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function remove(path: string): void {
  rmSync(join(root, path), { recursive: true });
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "agner-freshness-"));
  for (const file of ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", "tsconfig.base.json"]) write(file, file);
  write("scripts/bundle.js");
  write("scripts/bundle-constants.js");
  write("packages/a/package.json", '{ "name": "a", "dependencies": { "x": "1.0.0" } }');
  write("packages/a/tsconfig.json");
  write("packages/a/src/index.ts", "export {};");
  write("packages/a/src/deep/room.ts", "export {};");
  write("packages/a/src/room.test.ts");
  write("packages/a/src/testing/fake.ts");
  write("packages/a/node_modules/x/package.json");
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("dependencies", () => {
  test("are stale before the first install, and fresh after it", () => {
    expect(installIsFresh(root)).toBe(false);
    recordInstall(root);
    expect(installIsFresh(root)).toBe(true);
  });
  test.each(["pnpm-lock.yaml", "package.json", "packages/a/package.json"])("are stale when %s changes", (file) => {
    recordInstall(root);
    write(file, '{ "name": "other" }');
    expect(installIsFresh(root)).toBe(false);
  });
  test("are stale when a node_modules folder is gone", () => {
    recordInstall(root);
    remove("packages/a/node_modules");
    expect(installIsFresh(root)).toBe(false);
  });
  test("are stale when a package joins the workspace", () => {
    recordInstall(root);
    write("examples/b/package.json", "{}");
    expect(installIsFresh(root)).toBe(false);
  });
});

describe("outputs", () => {
  function build(): void {
    write("packages/a/dist/index.js");
    write("packages/a/dist/deep/room.js");
    write("packages/a/dist/.tsbuildinfo");
    recordBuild(root);
  }

  test("are stale before the first build, and fresh after it", () => {
    expect(buildIsFresh(root)).toBe(false);
    build();
    expect(buildIsFresh(root)).toBe(true);
  });
  test.each(["packages/a/src/deep/room.ts", "packages/a/tsconfig.json", "tsconfig.base.json", "scripts/bundle.js"])(
    "are stale when %s changes",
    (file) => {
      build();
      write(file, "changed");
      expect(buildIsFresh(root)).toBe(false);
    },
  );
  test("are stale when a source was written anew with the same size", () => {
    build();
    utimesSync(join(root, "packages/a/src/index.ts"), 1, 1);
    expect(buildIsFresh(root)).toBe(false);
  });
  test("are stale when a source joins", () => {
    build();
    write("packages/a/src/more.ts");
    expect(buildIsFresh(root)).toBe(false);
  });
  test("stay fresh when a test or what only tests use changes", () => {
    build();
    write("packages/a/src/room.test.ts", "changed");
    write("packages/a/src/testing/fake.ts", "changed");
    expect(buildIsFresh(root)).toBe(true);
  });
  test("are stale when one is missing; the repair makes tsc write it again", () => {
    build();
    remove("packages/a/dist/deep/room.js");
    expect(buildIsFresh(root)).toBe(false);
    repairOutputs(root);
    expect(readdirSync(join(root, "packages/a/dist"))).not.toContain(".tsbuildinfo");
  });
  test("without a source are removed by the repair, and the others stay", () => {
    build();
    for (const name of ["old.js", "old.js.map", "old.d.ts", "old.d.ts.map", "notes.txt"]) write(`packages/a/dist/${name}`);
    repairOutputs(root);
    expect(readdirSync(join(root, "packages/a/dist")).sort()).toEqual([".tsbuildinfo", "deep", "index.js", "notes.txt"]);
  });
});
