import { expect, test } from "vitest";
import { noMainError } from "./entry.ts";

const way = "Export a function main(...args), or an application({…}) as the default";

test("says what the module exports instead", () => {
  expect(noMainError("file:///a/app.ts", []).message).toBe(`/a/app.ts has nothing to run: it exports nothing. ${way}`);
  expect(noMainError("file:///a/app.ts", ["Main", "other"]).message).toBe(
    `/a/app.ts has nothing to run: it exports Main, other (is Main meant?). ${way}`,
  );
  expect(noMainError("file:///a/app.ts", ["main"]).message).toBe(
    `/a/app.ts has nothing to run: its main is not a function. ${way}`,
  );
  expect(noMainError("file:///a/app.ts", ["default"]).message).toBe(
    `/a/app.ts has nothing to run: its default export is not an application. ${way}`,
  );
  expect(noMainError("file:///a/app.ts", []).code).toBe("AGNER_NO_MAIN");
});
