import { expect, test } from "vitest";
import { compiledPlace, setScripts } from "./native-frame.ts";

test("a frame at no place of the source, such as the check at a function's entry, is told by the place that called it", () => {
  let frames = 0;
  setScripts(
    (script) => script.endsWith("native-frame.test.ts"),
    () => (frames++ === 0 ? undefined : "app.ts:1:2"),
  );
  const outer = (): string | undefined => compiledPlace();
  expect(outer()).toBe("app.ts:1:2");
  setScripts(
    () => true,
    () => undefined,
  );
  expect(compiledPlace()).toBeUndefined();
  setScripts(
    () => false,
    () => undefined,
  );
});
