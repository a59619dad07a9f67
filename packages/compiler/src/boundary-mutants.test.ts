/**
 * Every piece of the boundary's detection is taken away once, in a copy of the compiler, its runtime and the driver that is bundled for it, and the
 * crossings of `testing/crossings.ts` have to show it.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compileBuiltins } from "./compile-builtins.ts";
import { compile, type CompileOptions, type CompileResult } from "./compile.ts";
import type { crossings as Crossings } from "./testing/crossings.ts";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const SCHEDULER: Record<string, string> = {
  "@agner/scheduler": "../../scheduler/src/index.ts",
  "@agner/scheduler/frames": "../../scheduler/src/process/frames.ts",
  "@agner/scheduler/state": "../../scheduler/src/state/index.ts",
  "@agner/scheduler/errors": "../../scheduler/src/errors.ts",
};

/** The compiler is not part of the copies: what it gives is the same for all of them. */
const compiled = new Map<string, CompileResult>();
const builtins = compileBuiltins();
Object.assign(globalThis, {
  agnerTestCompiler: {
    compile: (source: string, options: CompileOptions) => {
      const key = JSON.stringify([source, options]);
      if (!compiled.has(key)) compiled.set(key, compile(source, options));
      return compiled.get(key);
    },
    compileBuiltins: () => builtins,
  },
});

let folder = "";
let bundle = "";
let baseline: Record<string, string> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(at("../node_modules"), ".mutants-"));
  const result = await build({
    entryPoints: [at("./testing/crossings.ts")],
    bundle: true,
    logLevel: "error",
    write: false,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["esbuild"],
    plugins: [
      {
        name: "sources",
        setup(b) {
          b.onLoad({ filter: /compiler.src.compile(?:-builtins)?\.ts$/ }, () => ({
            contents: "export const { compile, compileBuiltins } = globalThis.agnerTestCompiler;",
          }));
          b.onResolve({ filter: /^@agner\/scheduler/ }, ({ path }) => ({ path: at(SCHEDULER[path]!) }));
        },
      },
    ],
  });
  bundle = result.outputFiles[0]!.text;
  baseline = await shown(bundle);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
async function shown(text: string, guards = {}): Promise<Record<string, string>> {
  const file = join(folder, `${++count}.mjs`);
  writeFileSync(file, text);
  const { crossings } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { crossings: typeof Crossings };
  return crossings(guards);
}

const differing = (other: Record<string, string>): string[] =>
  Object.keys(baseline).filter((name) => baseline[name] !== other[name]);

test("with all of it nothing goes wrong silently", () => {
  for (const [name, outcome] of Object.entries(baseline)) {
    expect([name, outcome]).not.toEqual([name, expect.stringMatching(/harness|\[0,|,1\]\]/)]);
    const [small] = JSON.parse(outcome) as unknown[];
    if (/swallow|chokes|two frames|kept/.test(name))
      expect([name, small]).toEqual([name, expect.stringMatching(/^AGNER_NATIVE_FRAME|^finally/)]);
    else expect([name, String(small)]).not.toEqual([name, expect.stringMatching(/AGNER|Error/)]);
  }
  expect(JSON.parse(baseline["a Proxy of a function"]!)[0]).toEqual([1040, [1002, 1003], 1]);
  expect(baseline["a driver's result"]).toContain("AGNER_NATIVE_FRAME");
  expect(baseline["a driver's error"]).toContain("AGNER_NATIVE_FRAME");
  expect(JSON.parse(baseline["a driver's charge"]!)).toEqual([false, [600], 0, true]);
});

test.each(["marker", "wrappers"])("without the %s of the compiled code", async (guard) => {
  expect(differing(await shown(bundle, { [guard]: false }))).not.toEqual([]);
});

/** What is taken away, where it stands first after `after`, and what is put there instead. */
const MUTANTS: Readonly<Record<string, readonly [after: string, taken: string, put: string]>> = {
  "the check of an entry that the stack does not unwind": [
    "function saveHead(",
    "if (S.u !== 0) throw crossedNativeFrame();",
    "",
  ],
  "the check of a call that the stack does unwind": ["function saveCall(", "if (S.u === 0) throw crossedNativeFrame();", ""],
  "the check of a receive that the stack does not unwind": [
    "function suspend()",
    "if (S.u !== 0) throw crossedNativeFrame();",
    "",
  ],
  "the check of a native call that the stack does not unwind": [
    "function preempt(",
    "if (S.u !== 0) throw crossedNativeFrame();",
    "",
  ],
  "the check of a handler": ["function caught(", "return S.u === 0 ? error : crossedNativeFrame(error)", "return error"],
  "the driver's check of results": ["function suspended(", "threw !== 0 || value !== SUSPENDED", "threw !== 0"],
  "the driver's check of errors": [
    "function suspended(",
    "crossedNativeFrame(threw === 0 ? void 0 : value)",
    "threw === 0 ? crossedNativeFrame() : value",
  ],
  "the calling off of an unwinding": ["function crossedNativeFrame(", "S.u = 0;", ""],
  "the postponing": ["function saveHead(", "if (S.nat !== 0)", "if (false)"],
  "the charge": ["function chargeDebt(", "S.r -= S.debt - debt", "S.r -= 0"],
  "the bridge's counting": ["b = function", "S.nat = n + 1", "S.nat = n"],
  "the bridge's counting back": ["b = function", "S.nat = n;", ""],
  "the bridge": ["function versionOf(", "bridge(fn", "((f) => f)(fn"],
  "whose version it is": ["function versionOf(", "(version === fn || version[OF] === fn)", "true"],
  "the counting around constructors": ["function construct(", "S.nat = n + 1", "S.nat = n"],
  "the counting around what syntax calls": ["function atomicEntry(", "S.nat = n + 1", "S.nat = n"],
  "the counting back after what syntax calls": ["function atomicEntry(", "S.nat = n;", ""],
  "the guarding of described accessors": [
    "function guarded(",
    "const copy = described",
    "return descriptor; const copy = described",
  ],
  "the guarding of traps": ["function proxy(", "return new Proxy(", "return new Proxy(target, handler); new Proxy("],
  "the equivalents": ["function equivalent(", "asIs(this, args)", "true"],
  "whether a callback may suspend": ["isPlain = (fn) =>", "fn[PLAIN] === true", "true"],
  "the equivalents of constructors": ["function construct(", "builder !== void 0", "false"],
  "the version of bound and applied functions": ["function markFunctionMethods(", "versionOf(this", "((f) => f)(this"],
};

test.each(Object.entries(MUTANTS))("without %s", async (_name, [after, taken, put]) => {
  const from = bundle.indexOf(after);
  expect(from).toBeGreaterThan(0);
  const place = bundle.indexOf(taken, from);
  expect(place - from).toBeGreaterThan(0);
  expect(place - from).toBeLessThan(1_500);
  const mutant = bundle.slice(0, place) + put + bundle.slice(place + taken.length);
  expect(differing(await shown(mutant))).not.toEqual([]);
});
