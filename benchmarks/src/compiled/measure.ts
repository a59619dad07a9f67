/** `node measure.js ID QUOTA SECONDS`: how much longer a program takes compiled, as JSON. One program a process, since V8 remembers what it has seen. */
import { loadProgram } from "./load.ts";
import { median } from "../statistics.ts";

export interface Measurement {
  readonly id: string;
  /** Milliseconds of the plain program, median. */
  readonly plainMs: number;
  /** Compiled over plain: the median of the ratios of neighbouring runs, and their quartiles. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

const WARM_UP_SHARE = 0.4;

async function measure(id: string, quota: number, seconds: number): Promise<Measurement> {
  const { plain, compiled } = await loadProgram(id);
  const expected = plain();
  const check = (value: number): void => {
    if (value !== expected) throw new Error(`${id}: plain gives ${expected}, compiled ${value}`);
  };
  const timed = (run: () => number): number => {
    const begin = performance.now();
    check(run());
    return performance.now() - begin;
  };
  const begin = performance.now();
  const elapsed = (): number => (performance.now() - begin) / 1_000;
  while (elapsed() < seconds * WARM_UP_SHARE) {
    check(plain());
    check(compiled(quota));
  }
  const times: number[] = [];
  const ratios: number[] = [];
  while (elapsed() < seconds || ratios.length < 5) {
    const time = timed(plain);
    times.push(time);
    ratios.push(timed(() => compiled(quota)) / time);
  }
  const sorted = ratios.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))]!;
  return { id, plainMs: median(times), ratio: median(ratios), low: at(0.25), high: at(0.75) };
}

const [id, quota, seconds] = process.argv.slice(2);
console.log(JSON.stringify(await measure(id!, Number(quota), Number(seconds))));
