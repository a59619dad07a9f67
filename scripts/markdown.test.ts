import { expect, test } from "vitest";
import { codeBlocks, namedTests, relativeLinks } from "./markdown.js";

const PAGE = [
  "# Page, see [the other](docs/other.md#part) and [a site](https://example.org)",
  "",
  "```ts run",
  "const a = 1;",
  "",
  'console.log("[no](link.md)");',
  "```",
  "",
  "Then [up](#page) and ![a picture](img/a.png), but `[code](x.md)` is none.",
  "````md",
  "```ts",
  "```",
  "````",
  "```",
  "no language",
  "```",
].join("\n");

test("code blocks have language, flags, first line and text", () => {
  expect(codeBlocks(PAGE)).toEqual([
    { language: "ts", flags: ["run"], line: 4, text: 'const a = 1;\n\nconsole.log("[no](link.md)");\n' },
    { language: "md", flags: [], line: 11, text: "```ts\n```\n" },
    { language: "", flags: [], line: 15, text: "no language\n" },
  ]);
});

test("relative links are those into the repository, outside code", () => {
  expect(relativeLinks(PAGE)).toEqual([
    { target: "docs/other.md", line: 1 },
    { target: "img/a.png", line: 9 },
  ]);
});

test("named tests are links to test files, and the titles behind them", () => {
  const page = '| a | [one](x/one.test.ts) "first, of two", "second \\"quoted\\"", [two](two.test.ts) |\n[no](two.ts) "nothing"';
  expect(namedTests(page)).toEqual([
    { target: "x/one.test.ts", titles: ["first, of two", 'second "quoted"'], line: 1 },
    { target: "two.test.ts", titles: [], line: 1 },
  ]);
});
