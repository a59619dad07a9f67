/** `dirty` with functions of the app's own, in a program: its pool loads the app's modules once more. */
import { expect, test } from "vitest";
import { folder } from "../code/testing/folder.ts";
import { agner } from "../testing/program.ts";

test("exported functions of compiled modules run on the pool, without the process API", async () => {
  const dir = folder({
    "app.ts": `
      import { dirty } from "@agner/vm";
      import { cube, failing, slowCube, usesProcesses } from "./work.ts";

      function thrownBy(call: () => unknown): any {
        try {
          call();
        } catch (e) {
          return e;
        }
      }

      export function double(n: number): number {
        return n * 2;
      }

      export function main(): void {
        const error = thrownBy(() => dirty(failing, "why"));
        console.log(JSON.stringify({
          values: [dirty(cube, 3), dirty(slowCube, 4), dirty(double, 4)],
          kind: error instanceof RangeError,
          message: error.message,
          cause: error.cause,
          refused: thrownBy(() => dirty(usesProcesses)).code,
        }));
      }`,
    "work.ts": `import { self } from "@agner/vm";
      export function cube(n: number): number {
        return n ** 3;
      }
      export async function slowCube(n: number): Promise<number> {
        return n ** 3; }
      export function failing(cause: string): never {
        throw new RangeError("too small", { cause });
      }
      export function usesProcesses(): unknown {
        return self();
      }`,
  });
  const { stdout, stderr, code } = await agner(["run", "app.ts", "--cores", "2"], { cwd: dir.path("") });
  expect([stderr, code]).toEqual(["", 0]);
  expect(JSON.parse(stdout)).toEqual({
    values: [27, 64, 8],
    kind: true,
    message: "too small",
    cause: "why",
    refused: "AGNER_NOT_A_PROCESS",
  });
});
