/** A little virtual machine for tests: evaluates compiled modules and runs processes that only receive. */
import vm from "node:vm";
import { S, runSlice, suspend, type Runnable } from "@agner/scheduler/frames";
import { compile, type CompileOptions, type CompileResult } from "../compile.ts";
import { compileBuiltins } from "../compile-builtins.ts";
import { nativeFrameError } from "@agner/scheduler";
import { createRuntime, installBuiltins, type ModuleRecord } from "../runtime.ts";

export const runtime = createRuntime();
const builtins = compileBuiltins();
installBuiltins(runtime, builtins, 1);

let base = 1 + builtins.siteCount;

export interface Mailbox {
  messages: readonly unknown[];
  index: number;
  /** Park at every receive, though a message is there. */
  block: boolean;
  waiting: boolean;
}
export const mailbox: Mailbox = { messages: [], index: 0, block: false, waiting: false };

/** `receive` of the tests' "@agner/vm". */
export function receive(): unknown {
  if (!mailbox.block && mailbox.index < mailbox.messages.length) return mailbox.messages[mailbox.index++];
  if (S.nat !== 0) throw nativeFrameError("receive");
  mailbox.waiting = true;
  return suspend();
}

export interface Loaded {
  exports: Record<string, unknown>;
  result: CompileResult;
  record: ModuleRecord;
  base: number;
}

/** Links a compiled module without running it. */
export function link(
  result: CompileResult,
  imports: Record<string, Record<string, unknown>> = {},
  rt: unknown = runtime,
): Loaded & { run(): unknown } {
  const make = new vm.Script(result.code, { filename: "compiled.js" }).runInThisContext() as (
    rt: unknown,
    base: number,
    m: ModuleRecord,
  ) => Iterator<unknown>;
  const record: ModuleRecord = {
    imports: result.imports.map((i) => ({
      x: i.specifier === "@agner/vm" ? { receive, ...imports[i.specifier] } : (imports[i.specifier] ?? {}),
    })),
    exports: {},
    meta: { url: "file:///test.ts" },
    import: (specifier) => Promise.resolve(imports[String(specifier)]),
  };
  const mine = base;
  base += result.siteCount;
  const it = make(rt, mine, record);
  it.next();
  return { exports: record.exports as Record<string, unknown>, result, record, base: mine, run: () => it.next() };
}

export function load(
  source: string,
  options: Partial<CompileOptions> = {},
  imports: Record<string, Record<string, unknown>> = {},
): Loaded {
  const loaded = link(compile(source, { filename: "test.ts", ...options }), imports);
  loaded.run();
  return loaded;
}

export interface Outcome {
  value: unknown;
  threw: boolean;
  slices: number;
}

/** Runs `fn` as a process to its end. */
export function run(
  fn: (...args: never[]) => unknown,
  args: readonly unknown[],
  quota: number,
  messages: readonly unknown[] = [],
  block = false,
  limit = 1e6,
  suspended: (p: Runnable) => void = () => {},
): Outcome {
  mailbox.messages = messages;
  mailbox.index = 0;
  mailbox.block = block;
  mailbox.waiting = false;
  const p: Runnable = { frames: null, value: undefined, threw: 0 };
  let start: typeof fn | null = fn;
  let slices = 0;
  while (!runSlice(p, quota, start, args)) {
    start = null;
    suspended(p);
    if (++slices > limit) throw new Error(`no end after ${limit} slices`);
    if (mailbox.waiting) {
      mailbox.waiting = false;
      if (mailbox.index >= messages.length) throw new Error("waits for a message that never comes");
      p.value = messages[mailbox.index++];
      p.threw = 0;
    }
  }
  return { value: p.value, threw: p.threw === 1, slices };
}
