/** What patterns cost is charged, so that whoever else has work on the core has its turn. */
import { expect, test } from "vitest";
import { boot } from "@agner/vm";
import type * as Patterns from "./fixtures/patterns.ts";

test.each([1, 7, 4_000])("timers fire while messages are received by patterns all the time, with slices of %d", async (quota) => {
  await using vm = await boot({ cores: 1, quota });
  const app = await vm.load<typeof Patterns>(new URL("./fixtures/patterns.ts", import.meta.url));
  expect(await vm.run(app.timersBesideCalls, 3)).toBe(3);
});
