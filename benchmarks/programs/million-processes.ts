import { dismiss, startIdle } from "./idle.ts";
import { measure } from "./measure.ts";

export function main(...args: string[]): void {
  measure("million-processes", args, ([processes = 0, window = 1]) => ({
    ops: processes,
    checksum: dismiss(startIdle(processes, window)),
  }));
}
