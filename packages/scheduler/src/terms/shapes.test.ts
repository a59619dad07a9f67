/** Copies of plain objects that are all alike, so that code is generated for them: what one of them has that the others have not counts as ever. */
import { describe, expect, test } from "vitest";
import { BadTermError } from "../errors.ts";
import { copyTerm as copyAlone } from "./copy.ts";
import { literal } from "./literal.ts";

/** More than are copied before code is generated. */
const MANY = 50;
const MARK = Symbol.for("shapes.mark");

/** Keys of their own for each test, since code that has met something unusual is replaced. */
let prefix = 0;

/** Objects of two keys are checked in one way, those of six in another, and those between others that are like them in an array in a third. */
describe.each([
  ["alone", "a", "b"],
  ["alone", "a", "b", "c", "d", "e", "f"],
  ["alone", "__proto__", "b"],
  ["in an array", "a", "b"],
  ["in an array", "a", "b", "c", "d", "e", "f"],
  ["in an array", "__proto__", "b"],
])("objects, %s, with keys %s, %s, …", (where, ...keys) => {
  const make = (): Record<PropertyKey, unknown> => {
    const made = {};
    keys.forEach((key, i) => define(made, nameOf(key), { value: i % 2 === 0 ? i : { deep: i }, writable: true }));
    return made;
  };
  const nameOf = (key: string): string => (key === "__proto__" ? key : `${key}${prefix}`);
  const define = (to: object, key: PropertyKey, descriptor: PropertyDescriptor): object =>
    Object.defineProperty(to, key, { enumerable: true, configurable: true, ...descriptor });

  const copyTerm = <T>(value: T): T => {
    if (where === "alone") return copyAlone(value);
    const all = [make(), make(), value, make(), make(), 1, make()];
    const copied = copyAlone(all);
    for (const [i, each] of copied.entries()) {
      if (i === 2) continue;
      expect(each).toStrictEqual(all[i]);
      if (i !== 5) expect(each).not.toBe(all[i]);
    }
    return copied[2] as T;
  };

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
    const list = { ...make(), [nameOf("b")]: [make(), make(), [make(), make(), make(), make()], make()] };
    expect(copyTerm(list)).toStrictEqual(list);
  });

  test("are not taken for what has the same keys, some of them, or more", () => {
    warm();
    const few = make();
    delete few[nameOf(keys.at(-1)!)];
    const more = define(make(), "more", { value: 1 });
    const reversed = Object.fromEntries(Object.entries(make()).reverse());
    const withoutPrototype = Object.assign(Object.create(null), make()) as object;
    const list = Object.assign([1, 2, 3, [4]], make());
    for (const other of [
      few,
      more,
      reversed,
      withoutPrototype,
      list,
      {},
      null,
      undefined,
      new Map([[1, make()]]),
      new Uint8Array(3),
      new Date(1),
      [make()],
    ]) {
      const copied = copyTerm(other);
      expect(copied).toStrictEqual(Array.isArray(other) ? [...(other as unknown[])] : other);
      expect(Reflect.ownKeys(Object(copied) as object)).toEqual(
        Reflect.ownKeys(Object(Array.isArray(other) ? [...(other as unknown[])] : other) as object),
      );
      if (typeof other === "object" && other !== null) expect(copied).not.toBe(other);
    }
    class Instance {}
    expect(() => copyTerm(Object.assign(new Instance(), make()))).toThrow(BadTermError);
    expect(() => copyTerm(Object.assign(() => 1, make()))).toThrow(BadTermError);
  });
});
