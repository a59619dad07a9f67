/** The word count as a user runs it, against a count of the same files without any process. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addFile, emptyTally, top } from "./count.ts";
import { findFiles } from "./files.ts";

const AGNER = fileURLToPath(new URL("../../packages/vm/dist/cli/main.js", import.meta.url));
const APP = fileURLToPath(new URL("./main.ts", import.meta.url));

let root = "";
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "agner-words-")));
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(root, name), content);
  mkdirSync(join(root, "deep/er"), { recursive: true });
  mkdirSync(join(root, "hollow"));
  write("plain.txt", "The cat saw the dog. The dog didn't see the cat's tail.\n");
  write("empty.txt", "");
  write("unicode.md", "Ärger über Öl — naïve café, наука и жизнь, 東京 2024 e\u0301te\u0301 🎉 L’été\n");
  write(
    "binary.dat",
    Uint8Array.from({ length: 500 }, (_, i) => i % 256),
  );
  write("not-utf8.txt", Uint8Array.of(0x77, 0x6f, 0xff, 0xfe, 0x72, 0x64));
  for (let i = 0; i < 100; i++) write(`deep/er/${i}.txt`, `file number${i} of many many files\n`.repeat(i));
  write("deep/long.txt", "word ".repeat(200_000));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function wordcount(args: readonly string[]): Promise<{ stdout: string; stderr: string; code: number }> {
  return new Promise((resolve) => {
    const env = { ...process.env, AGNER_LONG_SCHEDULE: "0" }; // a busy machine must not add reports of its own
    const child = execFile(process.execPath, [AGNER, "run", APP, ...args], { env }, (_error, stdout, stderr) =>
      resolve({ stdout, stderr, code: child.exitCode! }),
    );
  });
}

test.each([1, 2])("what %d cores count is what one function counts", async (cores) => {
  const missing = join(root, "missing.txt");
  const { stdout, stderr, code } = await wordcount([root, missing, "--cores", String(cores)]);

  const tally = emptyTally();
  for (const path of findFiles([root], () => true).files) addFile(tally, path, readFileSync(path));
  expect(tally.words).toBeGreaterThan(200_000);
  const rows = stdout.split("\n");
  const from = rows.findIndex((row) => row.startsWith("─")) + 1;
  const counted = rows.slice(from, rows.indexOf("", from)).map((row) => row.trim().split(/\s+/));
  expect(counted).toEqual(top(tally, 20).map(([word, count]) => [word, String(count)]));
  expect(stdout).toContain(
    `\n${tally.files.toLocaleString("en")} files, ${(tally.bytes / 1e6).toFixed(1)} MB, ${tally.words.toLocaleString("en")} words, ${tally.counts.size.toLocaleString("en")} different ones, in `,
  );
  expect(rows.slice(rows.indexOf("The cores")).filter((row) => /^\d+ .* %$/.test(row))).toHaveLength(cores);
  expect(stderr.trimEnd().split("\n").sort()).toEqual([
    `skipped ${join(root, "binary.dat")}: it is binary`,
    expect.stringMatching(/^skipped .*missing\.txt: ENOENT: /),
  ]);
  expect(code).toBe(0);
});

test("nothing to count: a message, and 1", async () => {
  expect(await wordcount([join(root, "hollow"), "--cores", "1"])).toEqual({
    stdout: "",
    stderr: "there is nothing to count; name files or folders: npm start -- PATH…\n",
    code: 1,
  });
});

test("a file that is alone", async () => {
  const { stdout, stderr, code } = await wordcount([join(root, "empty.txt"), "--cores", "1"]);
  expect(stdout).toMatch(/\n1 files?, 0\.0 MB, 0 words, 0 different ones, in /);
  expect([stderr, code]).toEqual(["", 0]);
});
