/**
 * What the documentation says in code is true: every TypeScript sample that imports something type-checks, and a sample marked
 * "```ts run" is run as an app and prints what the "```text" block after it says. One marked "```ts file=app.ts" is what other samples
 * import as "./app.ts". The tests that a page names exist.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { binOf, capture, ROOT } from "./command.js";
import { codeBlocks, namedTests, relativeLinks, type CodeBlock } from "./markdown.js";
import { workspacePackages } from "./workspace.js";

interface Sample extends CodeBlock {
  /** Where it stands: `docs/page.md:12`. */
  readonly place: string;
  /** Absolute path that it is written to. */
  readonly file: string;
  /** What it prints, for a sample that is run. */
  readonly output: string | undefined;
}

/** In the workspace, so that packages resolve as they do for the examples. */
mkdirSync(join(ROOT, ".cache"), { recursive: true });
const folder = mkdtempSync(join(ROOT, ".cache/samples-"));

const pages = [
  ...markdownIn(ROOT),
  ...markdownIn(join(ROOT, "docs")),
  ...workspacePackages().flatMap((each) => markdownIn(each.folder)),
];
const samples = pages.flatMap(samplesOf);

function markdownIn(path: string): string[] {
  const names = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith(".md"));
  return names.map((entry) => join(path, entry.name));
}

function samplesOf(page: string): Sample[] {
  const blocks = codeBlocks(readFileSync(page, "utf8"));
  return blocks.flatMap((block, index) => {
    const named = block.flags.find((flag) => flag.startsWith("file="))?.slice("file=".length);
    if (block.language !== "ts" || (named === undefined && !/^import /m.test(block.text))) return [];
    const name = relative(ROOT, page);
    const next = blocks[index + 1];
    const output = block.flags.includes("run") ? (next?.language === "text" ? next.text : "") : undefined;
    return [
      {
        ...block,
        place: `${name}:${block.line}`,
        file: join(folder, named ?? `${name.replaceAll("/", "-")}-${block.line}.ts`),
        output,
      },
    ];
  });
}

beforeAll(() => {
  // Empty lines before a sample: what is said about a line of the file is true of the line of the page.
  for (const sample of samples) writeFileSync(sample.file, "\n".repeat(sample.line - 1) + sample.text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(pages.map((page) => ({ page, name: relative(ROOT, page) })))("$name", ({ page }) => {
  test("links lead to files", () => {
    const links = relativeLinks(readFileSync(page, "utf8"));
    expect(links.filter(({ target }) => !existsSync(join(dirname(page), decodeURI(target))))).toEqual([]);
  });
});

test("the tests that pages name are there", () => {
  const named = pages.flatMap((page) =>
    namedTests(readFileSync(page, "utf8")).map((each) => ({ ...each, page, file: join(dirname(page), each.target) })),
  );
  expect(named.length).toBeGreaterThan(0);
  const missing = named.flatMap(({ file, titles, page, line }) => {
    const source = existsSync(file) ? readFileSync(file, "utf8") : "";
    return titles.filter((title) => !source.includes(title)).map((title) => `${relative(ROOT, page)}:${line}: ${title}`);
  });
  expect(missing).toEqual([]);
});

test("all samples type-check", () => {
  if (samples.length === 0) return;
  const compilerOptions = { composite: false, incremental: false, noEmit: true, declaration: false, declarationMap: false };
  const config = join(folder, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ extends: "../../tsconfig.base.json", compilerOptions, include: ["*.ts"] }));
  expect(capture("Type checking the samples", process.execPath, [binOf("typescript", "tsc"), "-p", config])).toBe("");
});

const CLI = join(ROOT, "packages/vm/dist/cli/main.js");
const run = promisify(execFile);

test.concurrent.each(samples.filter(({ output }) => output !== undefined))(
  "$place prints what the page says",
  async ({ file, output }) => {
    const { stdout } = await run(process.execPath, [CLI, "run", file, "--quiet"]);
    expect(stdout).toBe(output);
  },
);
