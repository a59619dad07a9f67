import { describe, expect, test } from "vitest";
import { difference } from "./testing/differential.ts";
import { BUILTIN_PROGRAMS, PINNED_BUILTIN_PROGRAMS } from "./testing/builtin-programs.ts";
import { PROGRAMS } from "./testing/programs.ts";

/** What cannot move, by the programs that hold it for a while. */
const PINNED: Readonly<Record<string, readonly string[]>> = {
  "function as constructor in a function": ["an instance of class Q", "the function Q"],
  update: ["an accessor"],
  "delegation refused": ["an iteration with a method next that is not its iterator's own"],
  "yield keeps what was evaluated before": ["an accessor"],
  "private names": ["a generator", "an instance of class B", "the class B"],
  "super in object literals": ["a generator"],
  parameters: ["a generator"],
  "native code walks it": ["an Array Iterator"],
  "spreads and patterns over iterators that suspend": ["the class (anonymous)"],
  "closing after an error, and errors of closing": ["an accessor"],
  "what cannot be iterated": ["an iteration with a method next that is not its iterator's own"],
  "what an iterator sees of a pattern": ["a generator"],
  "a prototype that was replaced": ["a generator"],
  "frozen and extended generators": ["a generator"],
  "classes and closures made in a body": ["an instance of class A", "the class A"],
  "in and instanceof": ["the class A"],
  "object with accessors": ["an accessor"],
  "for-of map and set": ["a Map Iterator"],
  "class captured": ["the class A"],
  "nested class with super": ["an instance of class B", "an instance of class D", "the class D"],
  "anonymous classes": ["the class C"],
  "class in loop": ["the class K"],
  "generator and async methods": ["a generator"],
  "private in nested class": ["an instance of class A"],
  "subclasses of collections": ["an instance of class M"],
  species: ["an instance of class L"],
  proxies: ["a Proxy"],
  "accessors from descriptors": ["an accessor"],
  "proxy handlers of a class": ["a Proxy"],
  "accessors are read once by a call": ["a Proxy", "an accessor"],
  "methods on null": ["an accessor"],
  "this and arguments in closures": ["a generator"],
  "classes in generators": ["the class A"],
  "generator closures in suspending loops": ["a generator", "the function (anonymous)"],
  "accessors of literals after a suspension": ["an accessor"],
  // Classes.
  "private methods": ["the function #b"],
  "private method values": ["the function #m"],
  "private brand checks": ["the function #m"],
  "private brand before arguments": ["the function #m"],
  "private optional chains": ["the function #f"],
  "private closures": ["an accessor"],
  "private two instances, two classes": ["an instance of class K", "the class K"],
  "private nested classes": ["the class B"],
  "private outer and inner names in one closure": ["an instance of class B", "the class B"],
  "private class in a loop": ["the class (anonymous)"],
  "private nameless class": ["an instance of class C", "an instance of class K"],
  "private names like text methods": ["the function (anonymous)"],
  "private generators and async": ["a generator"],
  "private tagged template": ["the function #tag"],
  "private endless loop in a local class": ["the class C"],
  "super in a nameless class": ["an instance of class (anonymous)", "the class (anonymous)"],
  "a method with super elsewhere": ["the function bound f"],
  "super in nested classes of functions": ["an instance of class (anonymous)", "the class (anonymous)"],
  "this before super": ["an instance of class (anonymous)", "the class (anonymous)"],
  "constructors that return objects": ["an instance of class Z"],
  "classes above that are not compiled": ["an instance of class L", "an instance of class M", 'the error "y3"'],
  "a class above that is chosen": [
    "an instance of class C",
    "an instance of class D",
    "the class C",
    "the class D",
    "the class N",
  ],
  "errors in construction": ["an instance of class (anonymous)", "the class (anonymous)"],
  "classes in functions": ["the class A", "the class B"],
  "frozen and proxied instances": ["a Proxy"],
  "new with spread and by expression": ["an instance of class (anonymous)"],
  "static blocks and fields that suspend": ["the class A"],
  "super and this in static initialisers": ["the class B"],
  "what is extended suspends": ["the class A", "the class B"],
  "computed keys that suspend": ["an instance of class A", "the class A"],
  "class expressions anywhere": [
    "an instance of class (anonymous)",
    "the class (anonymous)",
    "the class D",
    "the class K",
    "the class Named",
    "the class P",
  ],
  "before it is initialised": ["the class A", "the class C"],
  "errors in static blocks": ["the class C"],
  "nested definitions": ["an instance of class D", "the class A", "the class B", "the class D", "the class Inner"],
  "static blocks in loops and closures": ["the class C"],
  "definitions of plain functions": ["the class (anonymous)"],
  "classes that contain closures": ["an instance of class A", "the class A", "the class B"],
};

/** A name that a closure gets from a computed key while it runs stays behind when it moves; esbuild spells that key out. */
const NAMED_BY_KEYS = "fields that suspend";

// Every program moves, as to another core, where it is suspended, and does the same as one that stays.
for (const [construct, programs] of Object.entries({ ...PROGRAMS, ...BUILTIN_PROGRAMS })) {
  describe(construct, () => {
    for (const [name, source] of Object.entries(programs)) {
      test(name, () => {
        const pinned = new Set<string>();
        expect(difference(source, [1, 7], pinned, name === NAMED_BY_KEYS ? "program.ts" : undefined)).toBeUndefined();
        expect([...pinned].sort()).toEqual(PINNED[name] ?? PINNED_BUILTIN_PROGRAMS[name] ?? []);
      });
    }
  });
}

test.each([
  ["the function toString", `{ [key]() { return "m" + work(9); } }`],
  ["the function f", `{ toString: f }`],
])("a closure that was guarded when it came to its property stays guarded, on its core: %s", (what, object) => {
  const pinned = new Set<string>();
  const program = `function work(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s; }
    function main() { const key = "toString", f = () => "f" + work(9); const o = ${object}; return [receive(), \`\${o}\`, receive()]; }`;
  expect(difference(program, [1, 7], pinned)).toBeUndefined();
  expect([...pinned]).toEqual([what]);
});
