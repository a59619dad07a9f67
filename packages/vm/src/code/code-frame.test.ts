import { expect, test } from "vitest";
import { codeFrame } from "./code-frame.ts";

test("shows the line and a caret", () => {
  expect(codeFrame("a();\r\nb(c);\r\nd();", 2, 3)).toBe("  2 | b(c);\n    |   ^");
});

test("keeps tabs, and leaves room for long line numbers", () => {
  expect(codeFrame(`${"\n".repeat(9)}\ty z`, 10, 4)).toBe("  10 | \ty z\n     | \t  ^");
});
