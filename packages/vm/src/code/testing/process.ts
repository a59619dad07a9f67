/** Modules of files on this thread, as a VM loads them, and their functions run as processes. */
import { runSlice, type Runnable } from "@agner/scheduler/frames";
import { compileBuiltins, compileModule } from "../compile.ts";
import { ModuleTable } from "../module.ts";
import { threadRuntime } from "../runtime.ts";
import { CodeServer } from "../server.ts";

/** Loads the module at `entry`; `url` of the images says what of it is compiled. */
export async function loadApp(
  entry: string,
): Promise<{ exports: Record<string, unknown>; compiled: string[]; table: ModuleTable }> {
  const builtins = await compileBuiltins();
  const server = new CodeServer({ compile: compileModule, firstSite: builtins.siteCount });
  const load = async (url: string): Promise<string> => {
    const plan = await server.plan(url);
    await table.install(plan.images);
    return plan.url;
  };
  const table = new ModuleTable(
    threadRuntime(builtins, {}),
    { "@agner/vm": {} },
    { onDynamicImport: async (url) => void (await load(url)) },
  );
  const url = await load(entry);
  return { exports: table.namespace(url), compiled: server.images.map((image) => image.url), table };
}

/** What `fn` returns as a process that is preempted after every `quota` reductions; it must not wait. */
export function runProcess(fn: () => unknown, quota: number, suspended: (p: Runnable) => void = () => {}): unknown {
  const p: Runnable = { frames: null, value: undefined, threw: 0 };
  let start: (() => unknown) | null = fn;
  while (!runSlice(p, quota, start, [])) {
    start = null;
    suspended(p);
  }
  if (p.threw === 1) throw p.value;
  return p.value;
}
