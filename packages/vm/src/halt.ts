/**
 * The end of the VM, as a scheduler thread brings it about. The thread publishes what it has written, tells the main thread, and stands still
 * until it is terminated: nothing that it would do afterwards may be seen.
 */
import { flushAll } from "@agner/scheduler";
import { mainControl } from "./control.ts";

const FLUSH_MS = 1_000;

export function haltNow(code: number): never {
  const until = performance.now() + FLUSH_MS; // a thread that no longer reads must not keep the VM from stopping
  while (!flushAll() && performance.now() < until);
  void mainControl().halted(code);
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (;;) Atomics.wait(never, 0, 0);
}
