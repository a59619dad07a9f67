/** Supervisors work while they move from core to core, and who calls them too. */
import { expect, test } from "vitest";
import { boot } from "@agner/vm";
import type * as Movers from "./testing/movers.ts";

test("supervisors that move between two steps find their children and spread them", async () => {
  await using vm = await boot({ cores: 2, move: "always", quota: 1 });
  const app = await vm.load<typeof Movers>(new URL("./testing/movers.ts", import.meta.url));
  expect(await vm.run(app.partitions)).toEqual([0, 1, 2]);
  expect(await vm.run(app.spread)).toEqual([4, 4]);
});
