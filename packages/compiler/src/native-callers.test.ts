import { SourceMap } from "node:module";
import { describe, expect, test } from "vitest";
import { runSlice, S, SUSPENDED, type Runnable } from "@agner/scheduler/frames";
import { setScripts } from "@agner/scheduler";
import { mailbox, load, run } from "./testing/machine.ts";
import { NATIVE_CALLERS } from "./testing/native-callers.ts";

const source = `import { receive } from "@agner/vm";
import { call } from "native:caller";
function count(n) { let s = 0; for (let i = 0; i < n; i++) s += step(i); return s; }
function step(i) { return i < 0 ? count(1) : i; }
export function work() { let got = 0; call(() => { got = count(600); return got; }); return got; }
export function park() {
  let caught;
  try {
    call(
      () => receive(),
    );
  } catch (e) { caught = e; }
  return [caught, receive(), count(30), receive()];
}
export function fail() { try { call(() => { count(5); throw new RangeError("own"); }); } catch (e) { return [e.message, receive(), count(30)]; } }
`;
const messages = [10, 20, 30];
const outside = { u: 0, t: null, nat: 1, g: 0 };

for (const [name, { call, named }] of Object.entries(NATIVE_CALLERS)) {
  describe(name, () => {
    const loaded = load(source, { filename: "app.ts" }, { "native:caller": { call } });
    const fn = (name: string) => loaded.exports[name] as () => unknown;
    const map = new SourceMap(loaded.result.map as never);

    test("calls back unpreempted, and what that cost is charged when it has returned", () => {
      for (const quota of [1, 7, 50, 400]) {
        expect(run(fn("work"), [], quota).value).toBe(179_700);
        const p: Runnable = { frames: null, value: undefined, threw: 0 };
        let most = 0;
        for (let start: (() => unknown) | null = fn("work"); !runSlice(p, quota, start, []); start = null)
          most = Math.max(most, -S.r);
        expect(most).toBeGreaterThanOrEqual(600 - quota);
      }
      expect(S).toMatchObject(outside);
    });
    test("receive is refused by its name and place, and the process goes on", () => {
      setScripts(
        (script) => script === "compiled.js",
        (_script, line, column) => {
          const at = map.findEntry(line - 1, column - 1) as { originalLine: number };
          return `app.ts:${at.originalLine + 1}`;
        },
      );
      for (const quota of [1, 3, 4000]) {
        const [error, ...rest] = run(fn("park"), [], quota, messages, true).value as [Record<string, string>, ...number[]];
        expect(rest).toEqual([10, 435, 20]);
        expect(error["code"]).toBe("AGNER_NATIVE_FRAME");
        expect(error["native"]).toMatch(named);
        expect(error["place"]).toBe("app.ts:10");
        expect(error["message"]).toContain(`called at app.ts:10 below ${error["native"]}`);
      }
      expect(S).toMatchObject(outside);
    });
    test("an error goes through as it is", () => {
      for (const quota of [1, 3, 4000]) expect(run(fn("fail"), [], quota, messages, true).value).toEqual(["own", 10, 435]);
      expect(S).toMatchObject(outside);
      expect(SUSPENDED).toEqual(Object.create(null));
      expect(mailbox.waiting).toBe(false);
    });
  });
}

/** What syntax and built-ins call of objects: `f` is a function that the text calls in some way. */
const BY_SYNTAX: readonly (readonly [text: string, named: RegExp])[] = [
  ["({ get v() { return f(); } }).v", /^the accessor v$/],
  ["({ set v(x) { f(); } }).v = 1", /^the accessor v$/],
  ["new (class { get v() { return f(); } })().v", /^the accessor v$/],
  ["Object.defineProperty({}, 'x', { get: () => f() }).x", /^get, called by/],
  ["({ valueOf() { return f(); } }) + 1", /^valueOf, called by/],
  ["`${{ toString: () => f() }}`", /^toString, called by/],
  ["+{ [Symbol.toPrimitive]: () => f() }", /called by/],
  ["1 instanceof class { static [Symbol.hasInstance]() { return f(); } }", /^\[Symbol\.hasInstance\], called by/],
  ["new Proxy({}, { get: () => f() }).x", /^get, called by/],
  ["'x' in new Proxy({}, { has: () => f() })", /^has, called by/],
  ["delete new Proxy({}, { deleteProperty: () => f() || true }).x", /^deleteProperty, called by/],
  ["new (new Proxy(class {}, { construct: () => ({ v: f() }) }))()", /construct/],
  ["new Proxy(() => {}, { apply: () => f() })()", /apply/],
  ["(() => { for (const k in new Proxy({}, { ownKeys: () => { f(); return []; } })) k; })()", /^ownKeys, called by/],
  ["(() => { const { x } = { get x() { return f(); } }; return x; })()", /^the accessor x$/],
  ["({ ...{ get a() { return f(); } } })", /^the accessor a$/],
  ["new AggregateError({ [Symbol.iterator]: () => ({ next: () => ({ done: true, value: f() }) }) })", /./],
  ["Math.max({ valueOf: () => f() })", /Math.*max/],
  ["[3, { toString: () => f() }].join()", /join/],
  ["[1, { toString: () => String(f()) }].sort()", /sort/],
  ["String([{ toString: () => f() }])", /join/],
  ["JSON.parse({ toString() { f(); return '1'; } })", /JSON.*parse/],
  ["structuredClone({ get x() { return f(); } })", /^the accessor x$/],
  ["Object.assign({}, { get a() { return f(); } })", /^the accessor a$/],
  ["new Date({ valueOf: () => f() }).getTime()", /./],
  ["/x/.test({ toString: () => String(f()) })", /./],
  ["'b'.replace({ toString: () => String(f()) }, 'c')", /./],
  ["[1].concat({ [Symbol.isConcatSpreadable]: true, get length() { f(); return 0; } })", /^the accessor length$/],
  ["Reflect.get({ get x() { return f(); } }, 'x')", /^the accessor x$/],
  ["String.raw({ raw: { length: 1, get 0() { return f(); } } })", /^the accessor 0$/],
  ["new Set([1]).has({ toString: f }) || Object.fromEntries([[{ toString: () => String(f()) }, 1]])", /./],
];

describe("what syntax and built-ins call", () => {
  for (const [text, named] of BY_SYNTAX) {
    test(text, () => {
      const { exports, result } = load(
        `import { receive } from "@agner/vm"; function count(n) { let s = 0; for (let i = 0; i < n; i++) s += step(i); return s; } function step(i) { return i < 0 ? count(1) : i; }
export function work() { const f = () => { done += count(9); return done; }; let done = 0; ${text}; return done; }
export function park() { const f = () => receive(); const r = []; try { r.push(typeof (${text})); } catch (e) { r.push(e); } return [...r, receive(), count(30)]; }`,
        { filename: "app.ts" },
      );
      const map = new SourceMap(result.map as never);
      setScripts(
        (script) => script === "compiled.js",
        (_script, line, column) => `app.ts:${(map.findEntry(line - 1, column - 1) as { originalLine: number }).originalLine + 1}`,
      );
      for (const quota of [1, 2, 3, 7, 4000]) {
        expect(run(exports["work"] as never, [], quota).value).toBe(36);
        const [error, ...rest] = run(exports["park"] as never, [], quota, messages, true).value as [
          Record<string, string>,
          ...number[],
        ];
        expect(rest).toEqual([10, 435]);
        expect(error["code"]).toBe("AGNER_NATIVE_FRAME");
        expect(error["native"]).toMatch(named);
        expect(error["place"]).toBe("app.ts:3");
      }
      expect(S).toMatchObject(outside);
    });
  }
});

test("callbacks of the event loop run outside of processes", async () => {
  const loaded = load(
    `function count(n) { let s = 0; for (let i = 0; i < n; i++) s += step(i); return s; } function step(i) { return i < 0 ? count(1) : i; }
     export function later(done) { queueMicrotask(() => done("microtask", count(3000))); process.nextTick(() => done("tick", count(3000))); setTimeout(() => done("timer", count(3000)), 0); setImmediate(() => done("immediate", count(3000))); Promise.resolve(1).then(() => done("then", count(3000))); Array.fromAsync?.([1], () => count(3000)).then((x) => done("fromAsync", x[0])); return count(50); }`,
  );
  const got = new Map<string, unknown>();
  const wanted = "fromAsync" in Array ? 6 : 5;
  await new Promise<void>((end) => {
    const done = (name: string, value: unknown) => {
      got.set(name, [value, S.nat]);
      if (got.size === wanted) end();
    };
    expect(run(loaded.exports["later"] as never, [done], 7).value).toBe(1225);
  });
  // One for the event loop, one for `done`, which is not compiled.
  expect([...got.values()]).toEqual(Array.from({ length: wanted }, () => [4_498_500, 2]));
});
