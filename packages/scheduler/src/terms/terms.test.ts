/** Local copy, codec and refusal held against each other, for every kind of term. */
import { isDeepStrictEqual, inspect } from "node:util";
import fc from "fast-check";
import { Unpackr } from "msgpackr";
import { afterEach, describe, expect, test } from "vitest";
import { AgnerError, BadTermError } from "../errors.ts";
import { internPid } from "../process/pid.ts";
import { newRef } from "../process/ref.ts";
import { places, refusals, shared, terms } from "../testing/terms.ts";
import { decodeTerm, Decoder, Encoder, encodeTerm } from "./codec.ts";
import { S } from "../process/frames.ts";
import { copyTerm } from "./copy.ts";
import { definition, isDefinition, standIn } from "./definition.ts";
import { toErrorTerm } from "./error-term.ts";
import { REVIVE, setTermHost, type TermHost } from "./host.ts";
import { isLiteral, literal } from "./literal.ts";
import { Reader } from "./reader.ts";
import { sharedBytes } from "./shared.ts";
import { Writer } from "./writer.ts";

const seed = Number(process.env["AGNER_SEED"] ?? Date.now() % 2 ** 31);
const runs = { seed, numRuns: 1_500 };
console.log(`seed ${seed}`);

/** One encoder and decoder for all tests, as a pair of threads has: they remember shapes from one term to the next. */
const pair = { encoder: new Encoder(), decoder: new Decoder(), writer: new Writer() };
pair.writer.attachments = [];

function across(value: unknown): unknown {
  const { writer } = pair;
  writer.position = 0;
  writer.beginFrame();
  pair.encoder.encode(value, writer);
  const reader = new Reader().open(writer.bytes, 0, writer.position);
  reader.attachments = structuredClone(writer.attachments!);
  const result = pair.decoder.decode(reader);
  expect(reader.position).toBe(writer.position);
  return result;
}

const WAYS: readonly (readonly [name: string, way: (value: unknown) => unknown])[] = [
  ["copy", copyTerm],
  ["codec", across],
  ["codec without state", (value) => decodeTerm(structuredClone(encodeTerm(value)))],
];

/** Every object in a value that could be changed. */
function mutable(value: unknown, found = new Set<object>()): Set<object> {
  if (typeof value !== "object" || value === null || found.has(value)) return found;
  const name = value.constructor?.name;
  if (name === "Pid" || name === "Ref") return found;
  const memory = ArrayBuffer.isView(value) ? value.buffer : value;
  if (memory instanceof SharedArrayBuffer) return found;
  found.add(ArrayBuffer.isView(value) && !Buffer.isBuffer(value) ? memory : value);
  if (value instanceof Map) for (const [k, v] of value) mutable([k, v], found);
  else if (value instanceof Set) for (const member of value) mutable(member, found);
  else if (!ArrayBuffer.isView(value))
    for (const key of Reflect.ownKeys(value)) mutable((value as Record<PropertyKey, unknown>)[key], found);
  return found;
}

/** Node's comparison takes an invalid date for unequal to another, and ignores what this makes visible. */
function shown(value: unknown): string {
  return inspect(value, { depth: Infinity, showHidden: true, maxArrayLength: null, maxStringLength: null, sorted: false });
}

function same(a: unknown, b: unknown): boolean {
  return (isDeepStrictEqual(a, b) && order(a) === order(b)) || shown(a) === shown(b);
}

/** The keys of a value and its parts, in their order. */
function order(value: unknown): string {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return "";
  const parts = value instanceof Map ? [...value] : value instanceof Set ? [...value] : value;
  return `{${Reflect.ownKeys(parts)
    .filter((key) => Object.prototype.propertyIsEnumerable.call(parts, key))
    .map((key) => `${String(key)}${order((parts as Record<PropertyKey, unknown>)[key])}`)
    .join()}}`;
}

describe("terms", () => {
  test.each(WAYS)("%s: arrives equal, in the same order, and shares nothing", (_, way) => {
    fc.assert(
      fc.property(terms, (value) => {
        const before = shown(value);
        const result = way(value);
        if (!same(result, value)) expect(shown(result)).toBe(before);
        expect(shown(value)).toBe(before);
        const own = mutable(value);
        for (const object of mutable(result)) expect(own.has(object)).toBe(false);
      }),
      runs,
    );
  });

  test("a value that holds what is no term is refused alike, with the path", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...refusals),
        fc.array(fc.constantFrom(...places), { maxLength: 4 }),
        terms,
        ([bad, said], around, beside) => {
          let value: unknown = bad;
          let path = "";
          for (const [put, step] of around) {
            value = put(value);
            path = step + path;
          }
          if (around.length > 0) value = [beside, value];
          const wanted = around.length > 0 ? `[1]${path}` : path;
          const errors = WAYS.map(([, way]) => refusalOf(() => way(value)));
          for (const error of errors) {
            expect(error.message).toMatch(said);
            expect(error.path.startsWith(wanted)).toBe(true);
            expect([error.message, error.path]).toEqual([errors[0]!.message, errors[0]!.path]);
          }
        },
      ),
      runs,
    );
  });

  test("after a refusal the next term arrives: nothing that was learned in the refused frame stays learned", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.dictionary(fc.string({ maxLength: 2 }), fc.integer()), fc.boolean()), { minLength: 1 }),
        (messages) => {
          for (let round = 0; round < 20; round++) {
            for (const [value, refuse] of messages) {
              if (refuse) expect(() => across([value, () => 1])).toThrow(BadTermError);
              else expect(across([value, value])).toEqual([value, value]);
            }
          }
        },
      ),
      { seed, numRuns: 40 },
    );
  });

  test("cycles and depth are refused, and 10,000 levels are not too deep", () => {
    const chain = (depth: number, wrap: (part: unknown) => unknown): unknown => {
      let value: unknown = "end";
      for (let i = 0; i < depth; i++) value = wrap(value);
      return value;
    };
    const kinds: readonly ((part: unknown) => unknown)[] = [
      (part) => [part],
      (part) => ({ part }),
      (part) => ({ kind: "list", head: 1, tail: part }),
      (part) => new Map([["k", part]]),
      (part) => new Map([[part, 1]]),
      (part) => new Set([part]),
      (part) => Object.assign(Object.create(null) as object, { part }),
    ];
    for (const wrap of kinds) {
      for (const depth of [499, 500, 501, 502, 10_000]) {
        for (const [, way] of WAYS) {
          let copied = way(chain(depth, wrap));
          let levels = 0;
          for (; copied !== "end"; levels++) copied = inner(copied);
          expect(levels).toBe(depth);
        }
      }
      const errors = WAYS.map(([, way]) => refusalOf(() => way(chain(10_001, wrap))));
      expect(errors[0]!.message).toContain("nested deeper than 10,000 levels");
      for (const error of errors) expect(error.message).toBe(errors[0]!.message);
    }
    const node: { name: string; children: unknown[]; parent?: unknown } = { name: "root", children: [] };
    node.children.push({ name: "child", parent: node }, { name: "child", parent: node });
    for (const [, way] of WAYS) {
      const error = refusalOf(() => way({ tree: node }));
      expect(error.path).toBe(".tree.children[0].parent");
      expect(error.message).toContain("the same object as .tree: a cycle");
    }
  });

  test("a reference that occurs twice arrives as two copies; holes become undefined; what an array has besides elements stays behind", () => {
    const shared = { n: 1 };
    for (const [, way] of WAYS) {
      const [a, b] = way([shared, shared]) as [object, object];
      expect(a).toEqual(b);
      expect(a).not.toBe(b);
      // eslint-disable-next-line no-sparse-arrays
      const holes = way([1, , 3, , 5, ,]) as unknown[];
      expect(Object.keys(holes)).toEqual(["0", "1", "2", "3", "4", "5"]);
      expect(way("a-b".match(/(?<first>a)/))).toEqual(["a", "a"]);
      expect(Object.keys(way("a-b".match(/(?<first>a)/)) as object)).toEqual(["0", "1"]);
    }
  });

  test("prototypes, __proto__ keys and accessors", () => {
    for (let round = 0; round < 40; round++) {
      for (const [, way] of WAYS) {
        const evil = way(JSON.parse('{"__proto__": {"polluted": 1}, "a": 1}')) as object;
        expect(Object.getPrototypeOf(evil)).toBe(Object.prototype);
        expect(Object.keys(evil)).toEqual(["__proto__", "a"]);
        expect(Object.getPrototypeOf(way(Object.assign(Object.create(null) as object, { a: 1 })))).toBe(null);
        expect(
          Object.getOwnPropertyDescriptor(
            way({
              get a() {
                return 1;
              },
            }),
            "a",
          ),
        ).toEqual({ value: 1, writable: true, enumerable: true, configurable: true });
        expect(() =>
          way([
            { learned: 1 },
            {
              get a() {
                throw new RangeError("from the getter");
              },
            },
          ]),
        ).toThrow(RangeError);
      }
    }
    expect(across({ learned: 1 })).toEqual({ learned: 1 });
  });

  test("pids and references stay what they are", () => {
    const pid = internPid(11, 2);
    const ref = newRef();
    for (const [, way] of WAYS) {
      expect(way(pid)).toBe(pid);
      expect(way([ref, { ref }])).toEqual([ref, { ref }]);
      expect((way([ref]) as unknown[])[0]).toBe(ref);
    }
  });

  test("errors keep class, name, message, stack, cause and own properties", () => {
    class HttpError extends TypeError {
      override name = "HttpError";
      status = 404;
    }
    const error = new HttpError("not found", { cause: new RangeError("inner", { cause: "why" }) });
    const agner = new BadTermError("refused", ".a");
    for (const [, way] of WAYS) {
      const copied = way(error) as HttpError;
      expect(copied).toBeInstanceOf(TypeError);
      expect([copied.name, copied.message, copied.stack, copied.status]).toEqual(["HttpError", "not found", error.stack, 404]);
      expect(copied.cause).toBeInstanceOf(RangeError);
      expect((copied.cause as Error).cause).toBe("why");
      expect(Object.keys(copied)).toEqual(["status"]);
      const copiedAgner = way(agner);
      expect(BadTermError.is(copiedAgner)).toBe(true);
      expect(copiedAgner).toBeInstanceOf(AgnerError);
      expect(copiedAgner).toMatchObject({ name: "BadTermError", path: ".a", code: "AGNER_BAD_TERM" });
      expect(Object.hasOwn(way(new Error("no cause")) as object, "cause")).toBe(false);
      expect(Object.hasOwn(way(new Error("", { cause: undefined })) as object, "cause")).toBe(true);
    }
  });

  test("toErrorTerm makes a term of any error", () => {
    const error = Object.assign(new Error("boom", { cause: Promise.resolve() }), { socket: () => 1, code: "E_BOOM" });
    Object.assign(error, { self: error });
    const term = toErrorTerm(error);
    expect(term).toMatchObject({ message: "boom", code: "E_BOOM", cause: "[object Promise]" });
    expect(Object.keys(term)).toEqual(["code"]);
    expect(across(term)).toMatchObject({ message: "boom" });
    const looping = new Error("loop");
    looping.cause = looping;
    expect(toErrorTerm(looping).message).toBe("loop");
    const hostile = Object.defineProperty(new Error("x"), "message", {
      get() {
        throw new Error("no");
      },
    });
    expect(toErrorTerm(hostile)).toBeInstanceOf(Error);
  });

  test("plain data without records is MessagePack that others read", () => {
    const unpackr = new Unpackr({ useRecords: false, int64AsType: "bigint" });
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        // msgpackr loses -0 and renames `__proto__` keys; we do neither.
        fc.pre(!JSON.stringify(value).includes("__proto__"));
        const writer = new Writer();
        new Encoder({ records: false }).encode(value, writer);
        expect(same(unpackr.unpack(writer.bytes.subarray(0, writer.position)), value)).toBe(true);
      }),
      { seed, numRuns: 500 },
    );
  });

  test("shared memory arrives as the same memory, however often it occurs, and its views as views of it", () => {
    fc.assert(
      fc.property(shared, (value) => {
        const bytes = (of: unknown): [ArrayBufferLike, number, number] =>
          ArrayBuffer.isView(of)
            ? [of.buffer, of.byteOffset, of.byteLength]
            : [of as ArrayBufferLike, 0, (of as ArrayBufferLike).byteLength];
        for (const [, way] of WAYS) {
          const [a, b] = way([value, { part: value }, "end"]) as [object, { part: object }];
          for (const copied of [a, b.part]) {
            expect(Object.getPrototypeOf(copied)).toBe(Object.getPrototypeOf(value));
            expect(bytes(copied)).toEqual(bytes(value));
            expect(bytes(copied)[0]).toBe(bytes(value)[0]); // one object for one memory on a thread
            if (ArrayBuffer.isView(value)) expect(copied).not.toBe(value);
          }
        }
      }),
      { seed, numRuns: 200 },
    );
    const { writer } = pair;
    writer.beginFrame();
    const memory = sharedBytes(16);
    pair.encoder.encode([memory, new Uint8Array(memory), [new Int32Array(memory, 4, 2)]], writer);
    expect(writer.attachments).toEqual([memory]);
    writer.rollback();
  });

  test("shared memory has a length, and is refused where nothing can carry it", () => {
    for (const length of [-1, 1.5, NaN, "8", undefined])
      expect(() => sharedBytes(length as number)).toThrow(expect.objectContaining({ code: "AGNER_BAD_ARGUMENT" }));
    expect(sharedBytes(0).byteLength).toBe(0);
    expect([...new Uint8Array(sharedBytes(3))]).toEqual([0, 0, 0]);
    expect(() => new Encoder().encode([sharedBytes(1)], new Writer())).toThrow(BadTermError);
    expect(() => literal([sharedBytes(1)])).toThrow("shared memory, which freezing does not make immutable");
  });

  test("large binaries in a value too deep for recursion arrive", () => {
    const large = new Uint8Array(100_000).fill(7);
    let value: unknown = large;
    for (let i = 0; i < 600; i++) value = [value, i];
    let copied = decodeTerm(encodeTerm([large, value])) as [unknown, unknown];
    expect(Buffer.compare(copied[0] as Uint8Array, large)).toBe(0);
    for (let i = 0; i < 601; i++) copied = (i === 0 ? copied[1] : copied[0]) as typeof copied;
    expect(Buffer.compare(copied as unknown as Uint8Array, large)).toBe(0);
  });

  test("who sends is charged for the size, wherever it goes", () => {
    const costs = (value: unknown): number[] =>
      WAYS.map(([, way]) => {
        const before = S.r;
        way(value);
        return before - S.r;
      });
    for (const cost of costs([1, "a"])) expect(cost).toBeLessThan(2);
    const rows = Array.from({ length: 10_000 }, (_, i) => ({ id: i, name: `row ${i}` }));
    const large: unknown[] = [new Array(100_000).fill(1_000_000), Buffer.alloc(1_000_000), rows, new Set(rows.keys())];
    for (const value of large) for (const cost of costs(value)) expect(cost).toBeGreaterThan(value instanceof Set ? 400 : 2_000);
    for (const cost of costs(sharedBytes(1_000_000))) expect(cost).toBeLessThan(2);
  });

  test("what is no term is found among millions", () => {
    const many: unknown[] = new Array(2_000_000).fill(0);
    many[1_999_999] = { bad: () => 1 };
    for (const [, way] of WAYS) expect(refusalOf(() => way({ many })).path).toBe(".many[1999999].bad");
  });
});

describe("literals", () => {
  test("are deep-frozen copies, sent as they are, and literals again on the other side", () => {
    const original = {
      routes: [{ path: "/", pid: internPid(1, 1) }],
      [Symbol.for("s")]: { deep: true },
      none: Object.assign(Object.create(null) as object, { a: [1] }),
    };
    const value = literal(original);
    expect(value).toEqual(original);
    expect(value).not.toBe(original);
    expect(isLiteral(value.routes[0])).toBe(true);
    expect(Object.isFrozen(value.routes[0])).toBe(true);
    expect(copyTerm([value, value.routes])).toEqual([value, value.routes]);
    expect((copyTerm([value]) as unknown[])[0]).toBe(value);
    for (let round = 0; round < 40; round++) {
      const [there] = across([value]) as [typeof value];
      expect(there).toEqual(original);
      expect(Object.getPrototypeOf(there.none)).toBe(null);
      for (const part of [there, there.routes, there.routes[0], there[Symbol.for("s")], there.none])
        expect(isLiteral(part)).toBe(true);
      expect(across({ part: value.routes })).toEqual({ part: original.routes });
    }
    expect(literal(value)).toBe(value);
    expect(Object.getOwnPropertyNames(value)).toEqual(["routes", "none"]);
  });

  test("hold only what freezing makes immutable", () => {
    const error = refusalOf(() => literal({ a: [new Map()] }));
    expect(error.path).toBe(".a[0]");
    expect(error.message).toContain("a map, which freezing does not make immutable");
    expect(() => literal({ a: () => 1 })).toThrow("closure");
  });

  test("may be deep", () => {
    let value: unknown = 1;
    for (let i = 0; i < 5_000; i++) value = [value];
    let there = decodeTerm(encodeTerm({ deep: literal(value) })) as unknown;
    there = (there as { deep: unknown }).deep;
    for (let i = 0; i < 5_000; i++) {
      expect(isLiteral(there)).toBe(true);
      there = (there as unknown[])[0];
    }
    expect(there).toBe(1);
  });
});

describe("what travels by name", () => {
  function handler(): void {}
  const server = definition({ calls: {}, [REVIVE]: (data: unknown) => clientOf(data) });
  const clientOf = (data: unknown): { data: unknown; ask(): void } => standIn({ data, ask() {} }, { definition: server, data });
  const exported: pid = [];
  type pid = unknown[];
  const host: TermHost = {
    functionRef: (fn) => (fn === handler ? { module: 3, index: 200 } : undefined),
    resolveFunction: (module, index) => (module === 3 && index === 200 ? handler : () => {}),
    definitionRef: (value) => (value === server ? { module: "file:///app.ts", name: "Server" } : undefined),
    resolveDefinition: (module, name) => (module === "file:///app.ts" && name === "Server" ? server : undefined),
    valueRef: () => undefined,
    resolveValue: () => undefined,
    pidExported: (pid) => exported.push(pid),
  };
  afterEach(() => setTermHost(undefined));

  test("functions and definitions are the same on the other side", () => {
    setTermHost(host);
    for (const [, way] of WAYS) {
      expect(way(handler)).toBe(handler);
      expect((way({ handler, server }) as { server: unknown }).server).toBe(server);
    }
    expect(isDefinition(server)).toBe(true);
    expect(definition(server)).toBe(server);
    for (const [, way] of WAYS) expect(() => way(definition({ not: "exported" }))).toThrow(/no loaded module exports/);
    expect(() => definition(Object.freeze({}))).toThrow(expect.objectContaining({ code: "AGNER_BAD_ARGUMENT" }));
    expect(() => definition(1)).toThrow(expect.objectContaining({ code: "AGNER_BAD_ARGUMENT" }));
  });

  test("a client is its definition and what it is made of", () => {
    setTermHost(host);
    const client = clientOf("counter");
    expect(copyTerm([client])[0]).toBe(client);
    for (const [, way] of WAYS.slice(1)) {
      const there = way({ client }) as { client: typeof client };
      expect(there.client.data).toBe("counter");
      expect(typeof there.client.ask).toBe("function");
    }
    for (const [, way] of WAYS) expect(refusalOf(() => way([clientOf(() => 1)])).path).toBe("[0](data)");
  });

  test("the host hears of every pid that is encoded, and of none that is copied", () => {
    setTermHost(host);
    exported.length = 0;
    const pid = internPid(20, 1);
    copyTerm([pid]);
    expect(exported).toEqual([]);
    across({ pid });
    expect(exported).toEqual([pid]);
  });
});

function refusalOf(action: () => unknown): BadTermError {
  try {
    action();
  } catch (e) {
    if (BadTermError.is(e)) return e;
    throw e;
  }
  throw new Error("it was accepted");
}

function inner(value: unknown): unknown {
  if (Array.isArray(value)) return value[0];
  if (value instanceof Set) return [...value][0];
  if (value instanceof Map) return value.has("k") ? value.get("k") : [...value.keys()][0];
  return (value as { part?: unknown; tail?: unknown }).part ?? (value as { tail?: unknown }).tail;
}
