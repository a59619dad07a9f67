import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { AgnerError, BadTermError, NoProcError } from "../errors.ts";
import { local } from "../local.ts";
import type { Frame } from "../process/frames.ts";
import { Mailbox } from "../process/mailbox.ts";
import { internPid } from "../process/pid.ts";
import { pin, Process } from "../process/process.ts";
import { newRef, Ref, startRefs } from "../process/ref.ts";
import { setTermHost, TERM } from "../terms/host.ts";
import { isLiteral, literal } from "../terms/literal.ts";
import { Reader } from "../terms/reader.ts";
import { Writer } from "../terms/writer.ts";
import { differenceOf, graphs } from "../testing/graphs.ts";
import { addStateKind } from "./kinds.ts";
import { PinnedStateError } from "./pinned.ts";
import { explainPinned, readProcessState, readState, writeProcessState, writeState } from "./process-state.ts";
import { setVariableNames } from "./variables.ts";

function moved<T extends readonly unknown[]>(...roots: T): T {
  const writer = new Writer();
  writer.u8(1);
  writeState(writer, roots);
  const reader = new Reader().open(writer.bytes, 1, writer.position);
  const read = readState(reader);
  expect(reader.position).toBe(writer.position);
  return read as unknown as T;
}

function refusal(...roots: unknown[]): PinnedStateError {
  const writer = new Writer();
  writer.u8(1);
  try {
    writeState(writer, roots);
  } catch (e) {
    expect(PinnedStateError.is(e)).toBe(true);
    expect(writer.position).toBe(1);
    return e as PinnedStateError;
  }
  throw new Error("it was not refused");
}

afterEach(() => setTermHost(undefined));

test("any graph comes back with the same shape", () => {
  fc.assert(
    fc.property(graphs, (nodes) => {
      expect(differenceOf(nodes, moved(...nodes))).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

describe("what comes back as it was", () => {
  const list = [1];
  list.push(...Array.from({ length: 5_000 }, (_, i) => i * 1e9));
  const sparse: unknown[] = [];
  sparse[1_000_000] = "far";
  const values: Record<string, unknown> = {
    "numbers at every border": [0, -0, 191, 192, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53, 0.1, NaN, -Infinity],
    strings: ["", "a", "x".repeat(1_000), "ß", "\ud800", "漢"],
    "bigints and symbols": [0n, -1n, 2n ** 200n, Symbol.for("x"), Symbol.asyncIterator],
    "a long array": list,
    "an array with holes": [1, , 3, undefined, ,], // oxlint-disable-line no-sparse-arrays
    "a sparse array": sparse,
    "an array with properties": Object.assign([1, 2], { extra: true, [Symbol.for("s")]: 1 }),
    "the order of properties": { z: 1, a: 2, 5: "five", 1: "one" },
    "a property that is not enumerable": Object.defineProperty({}, "hidden", { value: 1 }),
    "frozen and sealed objects": [
      Object.freeze({ a: [1] }),
      Object.seal([1]),
      Object.preventExtensions({ a: 1 }),
      Object.freeze([]),
    ],
    "an invalid date": new Date(NaN),
    "boxed primitives": [Object("abc"), Object(1), Object(true), Object(1n)],
    binaries: [Buffer.from("abc"), new Float64Array([1.5, -0]), new DataView(new ArrayBuffer(8), 2, 3), new ArrayBuffer(3)],
    "built-in functions and objects": [
      Math.max,
      Array.prototype.map,
      console,
      console.log,
      JSON,
      globalThis,
      Map,
      Object.prototype,
      process,
      Buffer.from,
      parseInt,
    ],
    "an aggregate error": new AggregateError([new Error("a"), 2], "all"),
  };
  for (const [name, value] of Object.entries(values)) {
    test(name, () => expect(differenceOf([value], moved(value))).toBeUndefined());
  }
});

test("arrays without holes come back packed, however they are used", () => {
  const [box] = moved([1]);
  expect(Object.keys(box!)).toEqual(["0"]);
});

test("what two roots share they still share", () => {
  const shared = { n: 1 };
  const [a, b, c] = moved([shared], new Map([["k", shared]]), shared);
  expect(a[0]).toBe(c);
  expect(b.get("k")).toBe(c);
});

test("a circle comes back as a circle", () => {
  const circle: { self?: unknown } = {};
  circle.self = [circle];
  const [got] = moved(circle);
  expect((got.self as unknown[])[0]).toBe(got);
});

test("typed arrays that share a buffer still share it", () => {
  const bytes = new Uint8Array([1, 2, 3, 4]);
  const [a, b] = moved(bytes, new Uint16Array(bytes.buffer, 2, 1));
  a[2] = 9;
  a[3] = 0;
  expect(b[0]).toBe(9);
});

test("errors keep class, stack, cause and their own properties, and their guards know them", () => {
  const cause = new RangeError("low");
  const error = Object.assign(new BadTermError("bad", ".x", { cause }), { extra: [cause] });
  const [got, other, code] = moved(error, new NoProcError("none"), new AgnerError("AGNER_X", "x"));
  expect(got).toBeInstanceOf(BadTermError);
  expect(BadTermError.is(got) && NoProcError.is(other) && code.code === "AGNER_X").toBe(true);
  expect(got.stack).toBe(error.stack);
  expect(got.cause).toBeInstanceOf(RangeError);
  expect(got.extra[0]).toBe(got.cause);
});

test("literals stay literals", () => {
  const [got] = moved(literal({ a: [1] }));
  expect(isLiteral(got) && isLiteral(got.a) && Object.isFrozen(got.a)).toBe(true);
});

test("references and pids are this thread's own", () => {
  const ref = newRef();
  expect(moved(ref)[0]).toBe(ref);
  const writer = new Writer();
  const alias = newRef();
  Ref.setOwner(alias, internPid(5, 1), true);
  writeState(writer, [alias]);
  startRefs(0, 1); // as on another thread, which does not know it
  const [got] = readState(new Reader().open(writer.bytes)) as [Ref];
  expect([got.id, Ref.owner(got), Ref.takesOne(got)]).toEqual([alias.id, internPid(5, 1), true]);
});

test("functions, constants and clients travel by name", () => {
  const handlers = { f: () => 1 };
  const LOCAL = Symbol("local");
  const fn = (): void => {};
  const server = { [TERM]: "definition" };
  setTermHost({
    functionRef: (f) => (f === fn ? { module: 2, index: 5 } : undefined),
    resolveFunction: (module, index) => (module === 2 && index === 5 ? fn : () => {}),
    definitionRef: (value) => (value === server ? { module: "m", name: "server" } : undefined),
    resolveDefinition: () => ({ [Symbol.for("agner.revive")]: (data: unknown) => ({ of: data }) }),
    valueRef: (value) =>
      value === handlers ? { module: 7, name: 3 } : value === LOCAL ? { module: "file:///m.js", name: "LOCAL" } : undefined,
    resolveValue: (module, name) =>
      module === 7 && name === 3 ? handlers : module === "file:///m.js" && name === "LOCAL" ? LOCAL : undefined,
    pidExported: () => {},
  });
  const client = Object.defineProperty({}, TERM, { value: { definition: server, data: ["data"] } });
  const [got] = moved([fn, handlers, LOCAL, { [LOCAL]: 1 }, client, client]);
  expect(got[0]).toBe(fn);
  expect(got[1]).toBe(handlers);
  expect(got[2]).toBe(LOCAL);
  expect(got[3]).toEqual({ [LOCAL]: 1 });
  expect(got[4]).toEqual({ of: ["data"] });
  expect(got[5]).toBe(got[4]);
});

test("an object of the VM's own is filled when all that it leads to is complete", () => {
  class Cursor {
    at: unknown[] = [];
  }
  addStateKind<Cursor>({
    name: "test.cursor",
    prototype: Cursor.prototype,
    takeApart: (cursor) => cursor.at,
    make: () => new Cursor(),
    fill: (cursor, [list, seen]) => (cursor.at = [list, (list as unknown[]).length, seen]),
  });
  const cursor = new Cursor();
  cursor.at = [[1, 2, 3], cursor];
  const [got] = moved(cursor);
  expect(got.at).toEqual([[1, 2, 3], 3, got]);
});

describe("what is refused, with its place", () => {
  class Account {
    balance = 1;
  }
  const cases: readonly (readonly [value: unknown, path: string, what: RegExp])[] = [
    [{ conn: { socket: new (class Socket {})() } }, ".conn.socket", /an instance of class Socket/],
    [[0, { "no name": Promise.resolve() }], '[1]["no name"]', /a promise/],
    [new Map([["key", new WeakMap()]]), '(Map value of "key")', /a WeakMap/],
    [new Set([new WeakRef({})]), "(Set member)", /a WeakRef/],
    [{ get x() { return 1; } }, ".x", /an accessor/], // prettier-ignore
    [Object.defineProperty([], 0, { get: () => 1 }), "[0]", /an accessor/],
    [{ f: () => 1 }, ".f", /the function f/],
    [new Account(), "", /an instance of class Account/],
    [Object.create(new Account()), "(prototype)", /an instance of class Account/],
    [[Symbol("local")], "[0]", /the symbol Symbol\(local\)/],
    [(function* () {})(), "", /a generator/],
    [new Map().entries(), "", /./],
    [new Proxy({}, {}), "", /./],
    [new SharedArrayBuffer(1), "", /a SharedArrayBuffer/],
    [new (class extends Array {})(), "", /./],
    [new (class extends Error {})("x"), "", /./],
    [new Error("outer", { cause: Promise.resolve() }), ".cause", /a promise/],
    [Object.create(Map.prototype), "", /./],
  ];
  for (const [value, path, what] of cases) {
    test(`${what.source} at ${path === "" ? "the root" : path}`, () => {
      const e = refusal("fine", value);
      expect(e.root).toBe(1);
      expect(e.path).toBe(path);
      expect(e.what).toMatch(what);
    });
  }
});

describe("a process", () => {
  function suspended(frames: Frame | null): Process {
    const p = new Process(internPid(1, 1), null, null, null);
    p.frames = frames;
    return p;
  }

  function movedProcess(p: Process): ReturnType<typeof readProcessState> {
    const writer = new Writer();
    writeProcessState(writer, p);
    return readProcessState(new Reader().open(writer.bytes, 0, writer.position));
  }

  test("is one graph: what a frame, a message and the dictionary share they still share", () => {
    const shared = { n: 1 };
    const p = suspended([[null, 9, shared, 3], 7, 0, [shared]]);
    p.value = shared;
    p.threw = 1;
    p.mailbox = new Mailbox();
    p.mailbox.push({ shared });
    p.mailbox.push("second");
    pin(p, "");
    p.rare!.dictionary = new Map<unknown, unknown>([["k", shared]]);
    const { frames, value, threw, messages, dictionary } = movedProcess(p);
    expect(frames).toEqual([[null, 9, shared, 3], 7, 0, [shared]]);
    expect(threw).toBe(1);
    expect(value).toBe(frames![0]![2]);
    expect((frames![3] as unknown[])[0]).toBe(value);
    expect(messages).toEqual([{ shared }, "second"]);
    expect((messages[0] as { shared: unknown }).shared).toBe(value);
    expect(dictionary!.get("k")).toBe(value);
  });

  test("may be as deep as it likes, in frames and in data", () => {
    let frames: Frame | null = null;
    let list: unknown = null;
    for (let i = 0; i < 100_000; i++) {
      frames = [frames, i, i];
      list = { next: list };
    }
    frames![2] = list;
    const got = movedProcess(suspended(frames)).frames;
    let depth = 0;
    for (let frame = got; frame !== null; frame = frame[0]) depth++;
    let length = 0;
    for (let node = got![2] as { next: unknown } | null; node !== null; node = node.next as typeof node) length++;
    expect([depth, length]).toEqual([100_000, 100_000]);
  });

  test("that cannot move says what holds it, and where", () => {
    setVariableNames({
      site: (site) => `serve (server.ts:${site}:3)`,
      slot: (_site, slot) => (slot === 1 ? "socket" : undefined),
      capture: () => undefined,
    });
    try {
      const p = suspended([null, 12, 0, { deep: Promise.resolve() }]);
      expect(explainPinned(p)).toBe("the variable `socket` in serve (server.ts:12:3) (at .deep) holds a promise");
      p.frames![3] = 0;
      p.frames![2] = Promise.resolve();
      expect(explainPinned(p)).toBe("a value that is in use in serve (server.ts:12:3) holds a promise");
      p.frames![2] = 0;
      p.mailbox = new Mailbox();
      p.mailbox.push(1);
      p.mailbox.push([Promise.resolve()]);
      expect(explainPinned(p)).toBe("message 2 of its mailbox (at [0]) holds a promise");
      p.mailbox = null;
      p.value = Promise.resolve();
      expect(explainPinned(p)).toBe("the value that it is to go on with holds a promise");
      p.value = 0;
      expect(explainPinned(p)).toBeUndefined();
      p.rare = null;
      pin(p, "for good");
      expect(explainPinned(p)).toBe("for good");
      p.rare!.pinned = undefined;
      p.rare!.dictionary = new Map([["socket", Promise.resolve()]]);
      expect(explainPinned(p)).toBe('its dictionary under "socket" holds a promise');
    } finally {
      setVariableNames(undefined);
    }
  });

  test("is not searched for ever", () => {
    const p = suspended([null, 1, Array.from({ length: 200_000 }, () => ({})), Promise.resolve()]);
    expect(explainPinned(p)).toMatch(/a promise/); // in a frame
    (p.frames![2] as unknown[]).push(Promise.resolve());
    p.frames![3] = 0;
    expect(explainPinned(p)).toBeUndefined();
  });

  test("asked why it is pinned, tells nobody of its pids", () => {
    const exported: unknown[] = [];
    setTermHost({
      functionRef: () => undefined,
      resolveFunction: () => () => {},
      definitionRef: () => undefined,
      resolveDefinition: () => ({}),
      valueRef: () => undefined,
      resolveValue: () => undefined,
      pidExported: (pid) => exported.push(pid),
    });
    const p = suspended([null, 1, internPid(4, 1)]);
    explainPinned(p);
    expect(exported).toEqual([]);
    writeProcessState(new Writer(), p);
    expect(exported).toHaveLength(1);
    expect(local.current).toBeNull();
  });
});
