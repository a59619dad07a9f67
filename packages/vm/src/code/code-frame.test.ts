import { expect, test } from "vitest";
import { codeFrame } from "./code-frame.ts";

test("shows the line, its neighbours and a caret", () => {
  expect(codeFrame("a();\nb(c);\nd();\ne();", 2, 3)).toBe(["  1 | a();", "> 2 | b(c);", "    |   ^", "  3 | d();"].join("\n"));
});

test("keeps tabs, and aligns line numbers of different widths", () => {
  const source = `${"\n".repeat(8)}x\n\ty z`;
  expect(codeFrame(source, 10, 4)).toBe(["   9 | x", "> 10 | \ty z", "     | \t  ^"].join("\n"));
});
