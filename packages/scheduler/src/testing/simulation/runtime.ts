/** HOT PATH. What rewritten code calls ($ in rewrite.ts): it says what it is about to do, and tells of its plain accesses. */
import { all, changed, chooser, codes, current, DEATH, fail, perform, setCurrent } from "./machine.ts";
import { MAX_THREADS, shadowOf, type Track } from "./shadow.ts";
import { NOTIFY, type Shared, type Steps } from "./threads.ts";

/** The runtime of rewritten code. */
export const runtime = {
  t: undefined as unknown,

  /** Says what the thread is about to do; the machine performs it when it is its turn. */
  ask(site: number, words: Shared, index: number, a = 0, b = 0): undefined {
    const thread = current!;
    const code = codes[site]!;
    thread.code = code;
    thread.site = site;
    thread.words = words;
    thread.index = index;
    thread.a = code === NOTIFY && arguments.length < 4 ? Infinity : a;
    thread.b = b;
  },

  now(site: number, words: Shared, index: number, a = 0, b = 0): unknown {
    return perform(current, codes[site]!, words, index, a, b);
  },

  isSteps(value: unknown): boolean {
    return typeof value === "object" && value !== null && Object.getPrototypeOf(Object.getPrototypeOf(value)) === STEPS;
  },

  /** Runs steps in one piece. */
  finish(value: unknown): unknown {
    if (!runtime.isSteps(value)) return value;
    const steps = value as Steps;
    const thread = current ?? all[MAX_THREADS - 1]!;
    const before = current;
    setCurrent(thread);
    const { code, site, words, index, a, b } = thread;
    try {
      for (let result: unknown; ;) {
        const next = steps.next(result);
        if (next.done === true) return next.value;
        result = perform(before, thread.code, thread.words, thread.index, thread.a, thread.b);
      }
    } finally {
      setCurrent(before);
      Object.assign(thread, { code, site, words, index, a, b });
    }
  },

  view<T extends Int32Array | Uint8Array | Uint16Array | Float64Array>(array: T): T {
    if (array.buffer instanceof SharedArrayBuffer) {
      const track: Track = {
        shadow: shadowOf(array.buffer),
        base: array.byteOffset,
        shift: Math.log2(array.BYTES_PER_ELEMENT),
      };
      (array as { track?: Track }).track = track;
    }
    return array;
  },

  get(object: Record<number, unknown> & { track?: Track }, index: number): unknown {
    const value = object[index];
    const { track } = object;
    if (track === undefined || current === undefined) return value;
    const at = track.base + (index << track.shift);
    const { shadow } = track;
    if (shadow.lax[at] === 2 && shadow.isStaleFor(at, current.id, current.clock))
      return chooser.choose(2) === 0 ? value : shadow.valueBefore(at);
    fail(shadow.read(at, current.id, current.clock));
    return value;
  },

  set(object: Record<number, unknown> & { track?: Track }, index: number, value: unknown): unknown {
    const { track } = object;
    if (track !== undefined && current !== undefined) {
      if (--current.life < 0) throw DEATH;
      const at = track.base + (index << track.shift);
      fail(track.shadow.write(at, current.id, current.clock, object[index] as number));
      changed();
    }
    object[index] = value;
    return value;
  },

  /** `a[i] += b`, and `a[i]++`. */
  change(object: Record<number, number>, index: number, operator: string, by: number, postfix: boolean): number {
    const old = runtime.get(object, index) as number;
    runtime.set(
      object,
      index,
      operator === "+" ? old + by : operator === "-" ? old - by : operator === "|" ? old | by : old & by,
    );
    return postfix ? old : object[index]!;
  },

  bulk(object: object, name: string, ...args: unknown[]): unknown {
    const { track } = object as { track?: Track };
    if (track !== undefined && current !== undefined) {
      const array = object as Uint8Array;
      if (name === "set") touch(track, (args[1] as number | undefined) ?? 0, (args[0] as Uint8Array).length, true, array);
      else if (name === "slice" || name === "subarray") {
        const start = (args[0] as number | undefined) ?? 0;
        touch(track, start, ((args[1] as number | undefined) ?? array.length) - start, false, array);
      } else if (name === "fill") {
        const start = (args[1] as number | undefined) ?? 0;
        touch(track, start, ((args[2] as number | undefined) ?? array.length) - start, true, array);
      } else throw new Error(`the simulation does not know what ${name} does to shared memory`);
    }
    return (object as Record<string, (...args: unknown[]) => unknown>)[name]!(...args);
  },
};

// oxlint-disable-next-line require-yield -- its kind is what matters
function* none(): Steps<void> {}

/** What all generators are made from. */
const STEPS = Object.getPrototypeOf(Object.getPrototypeOf(none())) as object;

function touch(track: Track, from: number, length: number, writes: boolean, array: Uint8Array): void {
  const { id, clock } = current!;
  const { shadow } = track;
  for (let i = Math.max(0, from); i < Math.min(from + length, array.length); i++) {
    const at = track.base + (i << track.shift);
    fail(writes ? shadow.write(at, id, clock, array[i]!) : shadow.read(at, id, clock));
  }
  if (writes) changed();
}
