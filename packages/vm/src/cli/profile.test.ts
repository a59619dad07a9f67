import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { folder } from "../code/testing/folder.ts";
import { dist } from "../testing/dist.ts";
import { node } from "../testing/program.ts";

interface Profile {
  readonly nodes: readonly { readonly callFrame: { readonly functionName: string; readonly url: string } }[];
}

test("--cpu-prof shows the app's functions by their names, on the scheduler threads", async () => {
  const dir = folder({
    "app.ts": [
      "export function main(): void {",
      "  let sum = 0;",
      "  for (let i = 0; i < 300; i++) sum += countUp(100_000);", // longer than a slice: most of it runs in the version that goes on from frames
      "  console.log(sum);",
      "}",
      "function countUp(n: number): number {",
      "  let sum = 0;",
      "  for (let i = 0; i < n; i++) sum += i % 7;",
      "  return sum;",
      "}",
    ].join("\n"),
  });
  const profiles = dir.path("profiles");
  const options = ["--cpu-prof", `--cpu-prof-dir=${profiles}`, "--cpu-prof-interval=500"];
  const outcome = await node([...options, dist("cli/main.js"), "run", "app.ts", "--cores", "1"], {
    cwd: dir.path(""),
    env: { AGNER_QUOTA: "4000" },
  });
  expect([outcome.stderr, outcome.code]).toEqual(["", 0]);
  const names = new Set<string>();
  for (const file of readdirSync(profiles)) {
    const { nodes } = JSON.parse(readFileSync(`${profiles}/${file}`, "utf8")) as Profile;
    for (const { callFrame } of nodes) if (callFrame.url === dir.url("app.ts")) names.add(callFrame.functionName);
  }
  expect([...names]).toEqual(expect.arrayContaining(["countUp"]));
  expect([...names].filter((name) => name.startsWith("$"))).toEqual([]);
});
