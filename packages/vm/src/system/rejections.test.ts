/** Promises that are rejected and that nobody handles: they end the VM, and what is printed says so. */
import { expect, test } from "vitest";
import { folder } from "../code/testing/folder.ts";
import { agner } from "../testing/program.ts";

async function run(...body: readonly string[]): ReturnType<typeof agner> {
  const dir = folder({
    "app.ts": ['import { receive } from "@agner/vm";', "export function main(): void {", ...body, "}"].join("\n"),
  });
  return agner(["run", "app.ts", "--cores", "1"], { cwd: dir.path("") });
}

test("an unhandled rejection ends the VM, told as what it is, with the place and the causes of its reason", async () => {
  const { stderr, code } = await run(
    'const cause = new Error("root");',
    'void Promise.reject(new RangeError("lost", { cause }));',
    "receive();",
  );
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^agner: AgnerError \[AGNER_UNHANDLED_REJECTION\]: a promise was rejected with RangeError: lost, and nobody handled it: .*\n {4}at main \(.*app\.ts:4:\d+\)\n/,
  );
  expect(stderr).toMatch(/\n {2}Caused by: Error: root\n {6}at main \(.*app\.ts:3:\d+\)\n/);
});

test("a reason that is no error is named", async () => {
  const { stderr, code } = await run('void Promise.reject("text");', "receive();");
  expect(code).toBe(1);
  expect(stderr).toContain('a promise was rejected with the string "text", and nobody handled it');
  expect(stderr).not.toContain("    at ");
});

test("a promise that is rejected before the slice ends and waited for after it is handled", async () => {
  const dir = folder({
    "app.ts": `
      import { spawn, wait } from "@agner/vm";
      async function fail(): Promise<void> { throw new Error("no"); }
      function compute(): void { for (;;); }
      export function main(): void {
        for (let i = 0; i < 3; i++) spawn(compute);
        let caught = 0;
        for (let i = 0; i < 20; i++) {
          const promise = fail();
          try { wait(promise); } catch { caught++; }
        }
        console.log(caught);
      }`,
  });
  const outcome = await agner(["run", "app.ts", "--cores", "1"], { cwd: dir.path(""), env: { AGNER_QUOTA: "1" } });
  expect(outcome).toEqual({ stdout: "20\n", stderr: "", code: 0 });
});

test("an app that listens for unhandled rejections itself goes on", async () => {
  const outcome = await run(
    "let seen: unknown;",
    'process.on("unhandledRejection", (reason) => (seen = reason));',
    'void Promise.reject("text");',
    "while (seen === undefined) receive(undefined, 1);",
    "console.log(seen);",
  );
  expect(outcome).toEqual({ stdout: "text\n", stderr: "", code: 0 });
});
