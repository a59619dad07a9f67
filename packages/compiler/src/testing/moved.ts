/** Processes as they go on on another core: what they hold is written and read again at every suspension. */
import { INFO, type Runnable } from "@agner/scheduler/frames";
import { Constants } from "@agner/scheduler/state";
import {
  PinnedStateError,
  Reader,
  readProcessState,
  setTermHost,
  setVariableNames,
  Writer,
  writeProcessState,
} from "@agner/scheduler";
import type { CompileResult } from "../compile.ts";
import type { ModuleRecord } from "../runtime.ts";

interface Module {
  readonly record: ModuleRecord;
  readonly result: CompileResult;
  readonly base: number;
}

let modules: Module[] = [];

/** From now on functions and sites of these modules have names. */
export function nameModules(next: Module[]): void {
  modules = next;
  const constants = new Constants();
  for (const [id, { record }] of modules.entries()) if (record.constants !== undefined) constants.add(id, record.constants);
  setTermHost({
    functionRef: (fn) => {
      const info = Object.hasOwn(fn, INFO) ? (fn as { [INFO]?: { module: object; index: number } })[INFO]! : undefined;
      const module = modules.findIndex(({ record }) => record === info?.module);
      return module < 0 ? undefined : { module, index: info!.index };
    },
    resolveFunction: (module, index) => modules[module]!.record.functions![index]!,
    definitionRef: () => undefined,
    resolveDefinition: () => undefined,
    valueRef: (value) => constants.refOf(value),
    resolveValue: (module, name) => constants.resolve(module as number, name),
    pidExported: () => {},
  });
  setVariableNames({
    site: (site) => {
      const found = moduleOf(site);
      const [fn, line] = found?.result.sites[site - found.base] ?? [-1, 0];
      return found === undefined ? undefined : `${found.result.functions[fn]?.name}:${line}`;
    },
    slot: (site, slot) => {
      const found = functionOf(site);
      return found === undefined
        ? undefined
        : ((found.isEntry ? found.fn.entry : undefined) ?? found.fn.slots)[slot] || undefined;
    },
    capture: (site, index) => functionOf(site)?.fn.captures[index]?.name,
  });
}

function functionOf(site: number) {
  const module = moduleOf(site);
  if (module === undefined) return undefined;
  const { result, base } = module;
  const [index] = result.sites[site - base]!;
  const fn = result.functions[index]!;
  return { fn, isEntry: fn.site === site - base };
}

function moduleOf(site: number): Module | undefined {
  return modules.find(({ base, result }) => site >= base && site < base + result.siteCount);
}

/** Puts what is read of `p` in the place of what was written. If something cannot move, all stays, and the result says what. */
export function move(p: Runnable): string | undefined {
  const writer = new Writer();
  try {
    writeProcessState(writer, { ...p, mailbox: null, rare: null });
  } catch (e) {
    if (!PinnedStateError.is(e)) throw e;
    return e.what;
  }
  const { frames, value, threw } = readProcessState(new Reader().open(writer.bytes, 0, writer.position));
  Object.assign(p, { frames, value, threw });
  return undefined;
}
