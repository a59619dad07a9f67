import { expect, test } from "vitest";
import { createNamespace, namespaceOf, type LinkRecord } from "./namespace.ts";

/** The namespace of a module that re-exports these names of another one. */
function reexporting(record: LinkRecord, names: readonly string[]): Record<string, unknown> {
  const table = { own: new Set(names), reexports: [], sources: [] };
  const reexports = names.map((name) => ({ slot: 0, name, as: name }));
  return createNamespace({ own: new Set(), reexports, sources: [{ record, table }] }, {});
}

test("what is re-exported is that of the newest version, be it the same for good or a variable", () => {
  let count = 1;
  const version = (n: number) =>
    createNamespace(
      { own: new Set(["f", "count", "both"]), reexports: [], sources: [] },
      Object.defineProperties(
        {},
        n === 1
          ? { f: { value: () => n }, count: { get: () => count }, both: { value: n } }
          : { f: { value: () => n }, count: { value: 30 }, both: { get: () => count } },
      ),
    );
  const record: LinkRecord = { x: {} };
  const namespace = reexporting(record, ["f", "count", "both"]) as { f: () => number; count: number; both: number };
  expect(namespace.f).toBeUndefined(); // in a circle, before that one is linked
  record.x = version(1);
  expect([namespace.f(), namespace.count, namespace.both]).toEqual([1, 1, 1]);
  count = 2;
  expect([namespace.f(), namespace.count, namespace.both]).toEqual([1, 2, 1]);
  record.x = version(2);
  expect([namespace.f(), namespace.count, namespace.both]).toEqual([2, 30, 2]);
  count = 3;
  expect([namespace.f(), namespace.count, namespace.both]).toEqual([2, 30, 3]);
});

test("what an uncompiled module changes is seen", () => {
  const record: LinkRecord = { x: { value: 1 } };
  const namespace = reexporting(record, ["value"]);
  expect(namespace["value"]).toBe(1);
  record.x["value"] = 2;
  expect(namespace["value"]).toBe(2);
  record.x = namespaceOf({ value: 3 });
  expect(namespace["value"]).toBe(3);
});

test("however many getters a namespace has, it is what a module's namespace is", () => {
  const names = Array.from({ length: 40 }, (_, i) => `name${String(i).padStart(2, "0")}`);
  const namespace = reexporting({ x: Object.fromEntries(names.map((name, i) => [name, i])) }, names);
  expect(Object.keys(namespace)).toEqual(names);
  expect(Object.values(namespace)).toEqual(names.map((_, i) => i));
  expect(Object.getPrototypeOf(namespace)).toBeNull();
  expect(Object.isExtensible(namespace)).toBe(false);
  expect(Object.prototype.toString.call(namespace)).toBe("[object Module]");
});
