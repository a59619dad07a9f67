import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { binOf, capture } from "./command.js";
import { pack } from "./pack.js";

const APP = `
import { receive, self, send, spawn, type Pid } from "@agner/vm";

function double(parent: Pid, n: number): void {
  send(parent, 2 * n);
}

export function main(...args: string[]): void {
  for (const arg of args) spawn(double, self(), Number(arg));
  let sum = 0;
  for (const _ of args) sum += receive<number>();
  console.log("sum", sum);
}
`;

describe("in an empty folder, with the packed packages installed", () => {
  const folder = mkdtempSync(join(tmpdir(), "agner-pack-"));
  const run = (what: string, file: string, args: string[]) => capture(what, file, args, { cwd: folder });

  beforeAll(() => {
    const tarballs = pack(join(folder, "tarballs"));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
    writeFileSync(join(folder, "app.ts"), APP);
    run("Installing the tarballs", "npm", ["install", "--no-audit", "--no-fund", "@types/node@20", ...tarballs]);
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("npx agner run starts an app", () => {
    expect(run("Running", "npx", ["agner", "run", "app.ts", "1", "2", "3"])).toBe("sum 12\n");
  });

  test("node --import @agner/vm/boot starts it too", () => {
    expect(run("Running", process.execPath, ["--import", "@agner/vm/boot", "app.ts", "4", "5"])).toBe("sum 18\n");
  });

  test("the app type-checks against the published types", () => {
    const flags = "--noEmit --strict --module nodenext --target esnext --types node --skipLibCheck false".split(" ");
    expect(run("Type checking", process.execPath, [binOf("typescript", "tsc"), ...flags, "app.ts"])).toBe("");
  });
});
