import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { dynamicSupervisor, genServer, registry, reply, supervisor } from "../index.ts";

export const First = genServer({ init: () => 1, calls: { get: (n) => reply(n, n) } });
export const Second = genServer({ init: () => 2, calls: { get: (n) => reply(n, n) } });
export const Workers = dynamicSupervisor();
export const Names = registry({ keys: "unique" });

const spec = First.child();

export const Root = supervisor({
  children: [
    spec,
    { ...Second.child(), restart: "transient" },
    Workers.child(),
    Names.child(),
    First.child(undefined, { id: "other" }),
  ],
});

// Definitions have no names before their module has been loaded.
processTest("children of an array that is made while the module is loaded have the names of their definitions", () => {
  const root = Root.startLink();
  expect(root.whichChildren().map(({ id }) => id)).toEqual(["other", "Names", "Workers", "Second", "First"]);
  expect(root.childSpec("Second")).toMatchObject({ id: "Second", restart: "transient" });
  root.terminateChild("First");
  root.deleteChild("First");
  root.startChild(spec);
  expect(root.countChildren().active).toBe(5);
  expect(First.child().id).toBe("First");
});
