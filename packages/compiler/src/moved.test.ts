import { describe, expect, test } from "vitest";
import { difference } from "./testing/differential.ts";
import { PROGRAMS } from "./testing/programs.ts";

/** What cannot move, by the programs that hold it for a while. */
const PINNED: Readonly<Record<string, readonly string[]>> = {
  "function as constructor in a function": ["the function Q"],
  update: ["an accessor"],
  "in and instanceof": ["the class A"],
  "object with accessors": ["an accessor"],
  "for-of map and set": ["a Map Iterator"],
  "for-of generator": ["a generator"],
  "for-of infinite": ["a generator"],
  "for-of nested closing": ["a generator"],
  "for-of continue": ["a generator"],
  "class captured": ["the class A"],
  "nested class with super": ["an instance of class B", "an instance of class D", "the class D"],
  "anonymous classes": ["the class C"],
  fields: ["an instance of class A"],
  "class in loop": ["the class K"],
  "generator and async methods": ["a generator"],
  "private in nested class": ["an instance of class A"],
  thisArg: ["an Array Iterator"],
  "flatMap and from": ["a Set Iterator", "a String Iterator"],
  "map and set callbacks": ["a Map Iterator", "a Set Iterator"],
  "promise executor": ["a promise"],
  species: ["an instance of class L"],
  proxies: ["a Proxy"],
  "accessors from descriptors": ["an accessor"],
  "proxy handlers of a class": ["a Proxy"],
  "accessors are read once by a call": ["a Proxy", "an accessor"],
  "methods on null": ["an accessor"],
  "generators stay native": ["a generator"],
  "closures that assign loop variables": ["a generator"],
  "switch, labels and blocks": ["a generator"],
  "this and arguments in closures": ["a generator"],
  "classes in generators": ["a generator", "the class A"],
  "generator closures in suspending loops": ["the function (anonymous)"],
  "accessors of literals after a suspension": ["an accessor"],
};

// Every program moves, as to another core, where it is suspended, and does the same as one that stays.
for (const [construct, programs] of Object.entries(PROGRAMS)) {
  describe(construct, () => {
    for (const [name, source] of Object.entries(programs)) {
      test(name, () => {
        const pinned = new Set<string>();
        expect(difference(source, [1, 7], pinned)).toBeUndefined();
        expect([...pinned].sort()).toEqual(PINNED[name] ?? []);
      });
    }
  });
}
