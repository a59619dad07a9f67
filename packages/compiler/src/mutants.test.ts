import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { FAULTS } from "./testing/mutants/list.ts";
import { look } from "./testing/mutants/run.ts";

const sources = fileURLToPath(new URL(".", import.meta.url));

// All of them: npm run mutants.
test.each([
  "assigned captures are not boxed",
  "try blocks do not know their handlers",
  "what closures capture is not alive",
  "the last slot of a frame is lost",
])("it is seen that %s", async (name) => {
  expect(await look(sources, FAULTS[name]!, 1, 200)).not.toBeNull();
});

test("a fault has to stand in the sources once", async () => {
  await expect(look(sources, ["ast.ts", "no such text", ""], 1, 1)).rejects.toThrow("0 times");
});
