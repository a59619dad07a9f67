/** Processes as they go on on another core: what they hold is written and read again at every suspension. */
import { INFO, type Runnable } from "@agner/scheduler/frames";
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
  setTermHost({
    functionRef: (fn) => {
      const info = Object.hasOwn(fn, INFO) ? (fn as { [INFO]?: { module: object; index: number } })[INFO]! : undefined;
      const module = modules.findIndex(({ record }) => record === info?.module);
      return module < 0 ? undefined : { module, index: info!.index };
    },
    resolveFunction: (module, index) => modules[module]!.record.functions![index]!,
    definitionRef: () => undefined,
    resolveDefinition: () => undefined,
    valueRef: () => undefined,
    resolveValue: () => undefined,
    pidExported: () => {},
  });
  setVariableNames({
    site: (site) => {
      const found = moduleOf(site);
      const [fn, line] = found?.result.sites[site - found.base] ?? [-1, 0];
      return found === undefined ? undefined : `${found.result.functions[fn]?.name}:${line}`;
    },
    slot: () => undefined,
    capture: () => undefined,
  });
}

function moduleOf(site: number): Module | undefined {
  return modules.find(({ base, result }) => site >= base && site < base + result.siteCount);
}

/** Puts what is read of `p` in the place of what was written. If something cannot move, it stays, and the result says what. */
export function move(p: Runnable): string | undefined {
  const writer = new Writer();
  try {
    writeProcessState(writer, { ...p, mailbox: null, rare: null });
  } catch (e) {
    if (!PinnedStateError.is(e)) throw e;
    return e.message;
  }
  const { frames, value, threw } = readProcessState(new Reader().open(writer.bytes, 0, writer.position));
  Object.assign(p, { frames, value, threw });
  return undefined;
}
