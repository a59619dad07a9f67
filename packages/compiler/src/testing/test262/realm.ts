/**
 * Evaluated inside the realm of each compiled run: the runtime, its built-ins and a module table, all made of that realm's own objects, so that
 * what a test does to `Array.prototype` it does to them, and what they throw is what it knows as a TypeError.
 */
import { AgnerError } from "@agner/scheduler/errors";
import { runSlice, type Runnable } from "@agner/scheduler/frames";
import { ModuleTable } from "../../../../vm/src/code/module.ts";
import { createRuntime, installBuiltins, type BuiltinModules } from "../../runtime.ts";
import type { ModuleImage } from "../../../../vm/src/code/image.ts";

/** What the outside gives, and is given. */
export interface Boundary {
  readonly builtins: BuiltinModules;
  plan(url: string): ModuleImage[] | { readonly code: string; readonly message: string };
  enter?: Inside;
}

export interface Inside {
  install(images: readonly ModuleImage[]): Promise<void>;
  namespace(url: string): Record<string, unknown>;
  /** Runs `fn` as a process to its end, in slices of `quota` reductions. */
  run(fn: () => unknown, quota: number, limit: number): void;
}

declare const $boundary: Boundary;

const runtime = createRuntime();
installBuiltins(runtime, $boundary.builtins, 0);
const table = new ModuleTable(
  runtime,
  {},
  {
    onDynamicImport: async (url) => {
      const planned = $boundary.plan(url);
      if ("code" in planned) throw new AgnerError(planned.code as "AGNER_COMPILE", planned.message);
      await table.install(planned);
    },
  },
);

$boundary.enter = {
  install: (images) => table.install(images),
  namespace: (url) => table.namespace(url),
  run(fn, quota, limit) {
    const p: Runnable = { frames: null, value: undefined, threw: 0 };
    let start: (() => unknown) | null = fn;
    for (let slices = 0; !runSlice(p, quota, start, []); slices++) {
      start = null;
      if (slices > limit) throw new Error(`no end after ${limit} slices`);
    }
    if (p.threw === 1) throw p.value;
  },
};
