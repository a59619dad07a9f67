/**
 * The module table of this thread.
 */
import { AgnerError } from "@agner/scheduler";
import type { ModuleTable } from "./module.ts";

let table: ModuleTable | undefined;

export function setModuleTable(next: ModuleTable): void {
  table = next;
}

export function moduleTable(): ModuleTable {
  if (table === undefined)
    throw new AgnerError("AGNER_NOT_A_PROCESS", "no modules are loaded on this thread: it is not a scheduler of a running VM");
  return table;
}
