import { receive, schedulers, self, send, spawnOpt, type Pid } from "@agner/vm";
import { dismiss, startIdle } from "./idle.ts";

function reportHeap(parent: Pid): void {
  const { heapUsed, external } = process.memoryUsage();
  send(parent, [heapUsed, external]);
}

interface Memory {
  /** Resident memory of the whole operating-system process: every scheduler's heap, shared memory, stacks, garbage not yet collected. */
  rss: number;
  /** Summed over schedulers: each thread can see its own JavaScript heap only. */
  heapUsed: number;
  external: number;
}

function memory(): Memory {
  const parent = self();
  const sum: Memory = { rss: 0, heapUsed: 0, external: 0 };
  for (let scheduler = 0; scheduler < schedulers(); scheduler++) {
    spawnOpt({ scheduler }, reportHeap, parent);
    const [heapUsed, external] = receive<[number, number]>();
    sum.heapUsed += heapUsed;
    sum.external += external;
  }
  sum.rss = process.memoryUsage().rss;
  return sum;
}

export function main(...args: string[]): void {
  const [, , count = 0, window = 1] = args.map(Number);
  // Whatever is compiled or allocated at first use is not the processes'.
  dismiss(startIdle(window, window));
  const before = memory();
  const start = performance.now();
  const pids = startIdle(count, window);
  const ns = Math.round((performance.now() - start) * 1e6);
  const after = memory();
  const checksum = dismiss(pids);
  const each = (key: keyof Memory): number => Math.round((after[key] - before[key]) / count);
  const detail = { rss: each("rss"), heapUsed: each("heapUsed"), external: each("external") };
  console.log(JSON.stringify({ program: "idle-process-bytes", ops: count, ns, checksum, bytes: detail.rss, detail }));
}
