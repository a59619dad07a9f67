/**
 * How a function is found again on another thread: by the module that exports it.
 */
import type { DirtyTarget } from "../control.ts";
import { moduleTable } from "../code/thread-table.ts";

/** Undefined for a function that no module exports. */
export function locate(fn: Function): DirtyTarget | undefined {
  return moduleTable().exportOf(fn);
}
