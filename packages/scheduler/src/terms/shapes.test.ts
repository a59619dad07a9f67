/** Copies of plain objects that are all alike, so that code is generated for them: what one of them has that the others have not counts as ever. */
import { describe, expect, test } from "vitest";
import { BadTermError } from "../errors.ts";
import { copyTerm } from "./copy.ts";
import { literal } from "./literal.ts";

/** More than are copied before code is generated. */
const MANY = 50;
const MARK = Symbol.for("shapes.mark");

/** Objects of two keys are checked in one way, those of six in another. */
describe.each([
  ["a", "b"],
  ["a", "b", "c", "d", "e", "f"],
  ["__proto__", "b"],
])("objects with keys %s, %s, …", (...keys) => {
  /** Keys of their own for each test, since code that has met something unusual is replaced. */
  let prefix = 0;
  const make = (): Record<PropertyKey, unknown> => {
    const made = {};
    keys.forEach((key, i) => define(made, nameOf(key), { value: i % 2 === 0 ? i : { deep: i }, writable: true }));
    return made;
  };
  const nameOf = (key: string): string => (key === "__proto__" ? key : `${key}${prefix}`);
  const define = (to: object, key: PropertyKey, descriptor: PropertyDescriptor): object =>
    Object.defineProperty(to, key, { enumerable: true, configurable: true, ...descriptor });

  const warm = (): void => {
    prefix++;
    for (let i = 0; i < MANY; i++) expect(copyTerm(make())).toStrictEqual(make());
  };

  test("share nothing, and keep the order of their keys", () => {
    warm();
    const source = make();
    const copied = copyTerm(source);
    expect(copied).not.toBe(source);
    expect(copied[nameOf("b")]).not.toBe(source[nameOf("b")]);
    const reversed = Object.fromEntries(Object.entries(make()).reverse());
    for (let i = 0; i < MANY; i++) expect(Object.keys(copyTerm(reversed))).toEqual(Object.keys(reversed));
  });

  test("keep registered symbols, are refused for local ones, and lose what is not enumerable", () => {
    warm();
    for (let i = 0; i < 3; i++) {
      const marked = define(make(), MARK, { value: [i] });
      const copied = copyTerm(marked) as Record<symbol, unknown>;
      expect(copied).toStrictEqual(marked);
      expect(copied[MARK]).not.toBe((marked as Record<symbol, unknown>)[MARK]);
      expect(() => copyTerm(define(make(), Symbol("local"), { value: 1 }))).toThrow(BadTermError);
      expect(Reflect.ownKeys(copyTerm(define(make(), MARK, { value: 1, enumerable: false })))).toEqual(keys.map(nameOf));
      expect(copyTerm(make())).toStrictEqual(make());
    }
  });

  test("are literals as they stand", () => {
    warm();
    const constant = literal(make());
    expect(copyTerm(constant)).toBe(constant);
    expect(copyTerm([constant])[0]).toBe(constant);
  });

  test("have getters that throw", () => {
    warm();
    const broken = define(make(), nameOf("b"), {
      get: () => {
        throw new RangeError("broken");
      },
    });
    expect(() => copyTerm(broken)).toThrow(RangeError);
    expect(copyTerm(make())).toStrictEqual(make());
  });

  test("have getters that copy what is like their object", () => {
    warm();
    const other = make();
    other[nameOf(keys[0]!)] = "another";
    const within = define(make(), nameOf("b"), { get: () => copyTerm(other) });
    expect(copyTerm(within)).toStrictEqual({ ...make(), [nameOf("b")]: other });
  });

  test("may hold one of their own kind", () => {
    warm();
    const nested = make();
    nested[nameOf("b")] = make();
    expect(copyTerm(nested)).toStrictEqual(nested);
  });
});
