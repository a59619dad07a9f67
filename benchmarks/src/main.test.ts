import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

test.each([
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)(
  "%s ends what runs, and leaves nothing behind",
  async (signal, code) => {
    const folder = mkdtempSync(join(tmpdir(), "agner-main-"));
    try {
      const args = [
        MAIN,
        "--peers",
        "none",
        "--cores",
        "1",
        "--only",
        "fork-join-queens",
        "--json",
        join(folder, "results.json"),
      ];
      const program = spawn(process.execPath, args, { env: { ...process.env, TMPDIR: folder }, stdio: "ignore" });
      const ended = once(program, "exit");
      // Its folder for the temporary files of what it runs is there from before the first program runs.
      await vi.waitUntil(() => readdirSync(folder).length > 0, { timeout: 60_000 });
      program.kill(signal);
      expect(await ended).toEqual([code, null]);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  90_000,
);

test("a peer that is installed and does not compile is a failure", async () => {
  const folder = mkdtempSync(join(tmpdir(), "agner-main-"));
  try {
    writeFileSync(join(folder, "go"), "#!/bin/sh\necho no such package >&2\nexit 1\n", { mode: 0o755 });
    const json = join(folder, "results.json");
    const args = [MAIN, "--peers", "go", "--peers-only", "--cores", "1", "--only", "ping-pong", "--json", json];
    const env = { ...process.env, TMPDIR: folder, PATH: `${folder}:${process.env.PATH}` };
    const program = spawn(process.execPath, args, { env, stdio: "ignore" });
    expect(await once(program, "exit")).toEqual([1, null]);
    const { failures } = JSON.parse(readFileSync(json, "utf8")) as { failures: unknown };
    expect(failures).toEqual([{ system: "go", message: expect.stringContaining("no such package") }]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
