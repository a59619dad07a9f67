/** Runs a program plain, and compiled at many quotas with messages at hand and not: the results must be the same. */
import vm from "node:vm";
import { compile, type CompileOptions, type CompileResult } from "../compile.ts";
import type { Runnable } from "@agner/scheduler/frames";
import { addIntrinsics } from "@agner/scheduler/state";
import { link, run } from "./machine.ts";
import { move, nameModules } from "./moved.ts";

export const QUOTAS = [1, 2, 3, 7, 50, 4000];

/** Messages are pseudo-random small numbers, the same every time. */
export function messages(count = 20_000): number[] {
  const out: number[] = [];
  let z = 777;
  for (let i = 0; i < count; i++) {
    z = (z * 1103515245 + 12345) & 0x7fffffff;
    out.push((z >> 8) % 97);
  }
  return out;
}
const MESSAGES = messages();

export interface Result {
  value?: unknown;
  error?: string;
  log: unknown[];
}

/** What a program shows of itself: result or error, and what it logged. */
export function show(result: Result): string {
  return JSON.stringify(result, (_key, value: unknown) => {
    if (value === undefined) return "undefined!";
    if (typeof value === "number" && (Number.isNaN(value) || Object.is(value, -0) || !Number.isFinite(value)))
      return `number ${Object.is(value, -0) ? "-0" : value}`;
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "symbol") return value.toString();
    if (typeof value === "function") return `function ${value.name}/${value.length}`;
    if (value instanceof Map) return { map: [...value] };
    if (value instanceof Set) return { set: [...value] };
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    return value;
  });
}

export class OutOfFuel extends Error {}

/**
 * `source` is the JavaScript text of a module body with a function `main`; it may call `receive()` and `log(…)`.
 * Plain evaluation takes the messages one after the other.
 */
export function plain(source: string, fuel = 5_000): Result {
  const log: unknown[] = [];
  let next = 0;
  const make = new vm.Script(`(function (receive, log) { "use strict";\n${source}\nreturn main; })`).runInThisContext() as (
    r: unknown,
    l: unknown,
  ) => () => unknown;
  const main = make(
    () => {
      if (next > fuel) throw new OutOfFuel();
      return MESSAGES[next++];
    },
    (...args: unknown[]) => {
      log.push(args.length === 1 ? args[0] : args);
    },
  );
  try {
    return { value: main(), log };
  } catch (e) {
    if (e instanceof OutOfFuel) throw e;
    return { error: String(e), log };
  }
}

/** JavaScript as it stands, or as the TypeScript that it is as well. */
export function compileProgram(
  source: string,
  filename: "program.js" | "program.ts" = "program.js",
  options: Pick<CompileOptions, "long"> = {},
): CompileResult {
  return compile(`import { receive } from "@agner/vm"; import { log } from "native:log";\n${source}\nexport { main as $main };`, {
    ...options,
    filename,
  });
}

/** From then on a process moves more and more seldom: some keep ten thousand objects. */
const MOVES = 200;

/** `pinned`: the process moves at its first suspensions, and what it cannot take along is added there. */
export function compiled(program: CompileResult, quota: number, block: boolean, pinned?: Set<string>): Result {
  const log: unknown[] = [];
  const record = (...args: unknown[]) => {
    log.push(args.length === 1 ? args[0] : args);
  };
  const linked = link(program, { "native:log": { log: record } });
  linked.run();
  nameModules([linked]);
  addIntrinsics("test", { record });
  let suspensions = 0;
  const suspended = (p: Runnable): void => {
    if (pinned === undefined || (++suspensions > MOVES && (suspensions & (suspensions - 1)) !== 0)) return;
    const refusal = move(p);
    if (refusal !== undefined) pinned.add(refusal);
  };
  const outcome = run(linked.exports["$main"] as () => unknown, [], quota, MESSAGES, block, 1e6, suspended);
  return outcome.threw ? { error: String(outcome.value), log } : { value: outcome.value, log };
}

/** The first difference, or undefined. */
export function difference(
  source: string,
  quotas: readonly number[] = QUOTAS,
  pinned?: Set<string>,
  filename?: "program.ts",
  options?: Pick<CompileOptions, "long">,
): string | undefined {
  const expected = show(plain(source));
  const program = compileProgram(source, filename, options);
  for (const quota of quotas) {
    for (const block of [false, true]) {
      let got: string;
      try {
        got = show(compiled(program, quota, block, pinned));
      } catch (e) {
        got = `harness: ${e instanceof Error ? (e.stack ?? e.message) : String(e)}`;
      }
      if (got !== expected) return `quota ${quota}, ${block ? "blocking" : "ready"}:\nexpected ${expected}\ngot      ${got}`;
    }
  }
  return undefined;
}
