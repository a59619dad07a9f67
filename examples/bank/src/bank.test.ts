/** The whole program, under chaos. */
import { mkdtempSync, rmSync } from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const CLI = fileURLToPath(new URL("../../../packages/vm/dist/cli/main.js", import.meta.url));
const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the bank; `crashAfter`: kills the program as soon as it has printed this. */
async function bank(args: readonly string[], crashAfter?: string): Promise<Outcome> {
  const child = spawn(process.execPath, [CLI, "run", MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const take = (text: string): void => {
    output += text;
    if (crashAfter !== undefined && output.includes(crashAfter)) child.kill("SIGKILL");
  };
  child.stdout.setEncoding("utf8").on("data", take);
  child.stderr.setEncoding("utf8").on("data", take);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output };
}

test.each([1, 2])("no money is lost or made while accounts and transfers are killed, on %i cores", async (cores) => {
  const seed = Date.now() % 1_000_000;
  const { code, output } = await bank(
    `--cores ${cores} --accounts 20 --clients 6 --transfers 25 --kill-every-ms 4 --seed ${seed}`.split(" "),
  );
  expect(output).toContain(`seed ${seed}`);
  expect(output).toMatch(/^\d+ transfers, \d+ refused, in .* s; [1-9]\d* processes killed/m);
  expect(output).toContain("paid in 2000000, now 2000000 cents; 0 servers that are out of date");
  expect(output).toContain("money is conserved");
  expect(code).toBe(0);
});

test("a bank that was killed in the middle of the day settles what was ordered, and its books are right", async () => {
  const folder = mkdtempSync(join(tmpdir(), "agner-bank-test-"));
  try {
    const args = ["--cores", "2", "--accounts", "10", "--clients", "4", "--file", join(folder, "bank.db")];
    const crashed = await bank([...args, "--transfers", "100000", "--seed", "1", "--progress"], "client 2: 20 transfers");
    expect(crashed.code).toBe(null);
    const { code, output } = await bank([...args, "--transfers", "5", "--seed", "2"]);
    expect(output).toContain("money is conserved");
    expect(code).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a wrong option is told", async () => {
  const { code, output } = await bank(["--accounts", "one"]);
  expect(output).toContain("--accounts must be a whole number from 2, not one");
  expect(code).toBe(1);
});
