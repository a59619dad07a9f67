/**
 * Sorting with a function that says the order. The steps are those of V8's own sort, comparison by comparison: a comparator that logs, that
 * receives, or that contradicts itself sees and gives the same as plain.
 *
 * Source of the method: T. Peters, timsort (2002): runs that are there already are found, short ones filled up by insertion, and merged
 * while their lengths on the stack fall off like Fibonacci numbers.
 */
import { deleteIndex, setIndex, toLength, toObject } from "../runtime/array-operations.ts";

/* eslint-disable @typescript-eslint/no-explicit-any */
type Compare = (a: any, b: any) => unknown;

interface State {
  readonly items: unknown[];
  readonly compare: Compare;
  /** Begin and length of the runs that are not yet merged. */
  readonly begins: number[];
  readonly lengths: number[];
  /** How many wins in a row make a merge gallop. */
  gallop: number;
}

const GALLOP = 7;

function order(compare: Compare, a: unknown, b: unknown): number {
  const v = +(compare(a, b) as number);
  return v !== v ? 0 : v;
}

/** Without a function that says another order, the order of their texts. */
export function byText(a: unknown, b: unknown): number {
  const x = `${a as string}`;
  const y = `${b as string}`;
  if (x === y) return 0;
  return x < y ? -1 : 1;
}

function copy(from: unknown[], start: number, to: unknown[], at: number, count: number): void {
  if (from === to && start < at) for (let i = count - 1; i >= 0; i--) to[at + i] = from[start + i];
  else for (let i = 0; i < count; i++) to[at + i] = from[start + i];
}

/** The length of the run that begins at `low`; a falling one is turned round. */
function run({ items, compare }: State, low: number, high: number): number {
  if (low + 1 === high) return 1;
  let last = items[low + 1];
  const falls = order(compare, last, items[low]) < 0;
  let end = low + 2;
  for (; end < high; end++) {
    const item = items[end];
    if (order(compare, item, last) < 0 !== falls) break;
    last = item;
  }
  if (falls) {
    for (let i = low, j = end - 1; i < j; i++, j--) {
      const t = items[i];
      items[i] = items[j];
      items[j] = t;
    }
  }
  return end - low;
}

/** Up to `start` it is sorted already. */
function insert({ items, compare }: State, low: number, start: number, high: number): void {
  for (let at = start === low ? start + 1 : start; at < high; at++) {
    const item = items[at];
    let left = low;
    let right = at;
    while (left < right) {
      const middle = left + ((right - left) >> 1);
      if (order(compare, item, items[middle]) < 0) right = middle;
      else left = middle + 1;
    }
    copy(items, left, items, left + 1, at - left);
    items[left] = item;
  }
}

/** How many of the `length` sorted items from `base` on stand before `key`, looked for from `hint` in growing steps; equal ones do if `after`. */
function position(
  compare: Compare,
  after: boolean,
  items: unknown[],
  key: unknown,
  base: number,
  length: number,
  hint: number,
): number {
  let last = 0;
  let next = 1;
  const at = base + hint;
  if (after ? order(compare, key, items[at]) >= 0 : order(compare, items[at], key) < 0) {
    const most = length - hint;
    while (next < most) {
      if (after ? order(compare, key, items[at + next]) < 0 : order(compare, items[at + next], key) >= 0) break;
      last = next;
      next = next * 2 + 1;
    }
    if (next > most) next = most;
    last += hint;
    next += hint;
  } else {
    const most = hint + 1;
    while (next < most) {
      if (after ? order(compare, key, items[at - next]) >= 0 : order(compare, items[at - next], key) < 0) break;
      last = next;
      next = next * 2 + 1;
    }
    if (next > most) next = most;
    const t = last;
    last = hint - next;
    next = hint - t;
  }
  last++;
  while (last < next) {
    const middle = last + ((next - last) >> 1);
    const before = after ? order(compare, key, items[base + middle]) >= 0 : order(compare, items[base + middle], key) < 0;
    if (before) last = middle + 1;
    else next = middle;
  }
  return next;
}

/** Merges two neighbours of which the first is the shorter, from the left. */
function mergeLow(s: State, a: number, aLength: number, b: number, bLength: number): void {
  const { items, compare } = s;
  const kept = items.slice(a, a + aLength);
  let at = 0;
  let to = a;
  items[to++] = items[b++];
  if (--bLength > 0 && aLength > 1) {
    let gallop = s.gallop;
    merging: for (;;) {
      let aWins = 0;
      let bWins = 0;
      for (;;) {
        if (order(compare, items[b], kept[at]) < 0) {
          items[to++] = items[b++];
          bWins++;
          aWins = 0;
          if (--bLength === 0) break merging;
          if (bWins >= gallop) break;
        } else {
          items[to++] = kept[at++];
          aWins++;
          bWins = 0;
          if (--aLength === 1) break merging;
          if (aWins >= gallop) break;
        }
      }
      gallop++;
      do {
        gallop = s.gallop = Math.max(1, gallop - 1);
        aWins = position(compare, true, kept, items[b], at, aLength, 0);
        if (aWins > 0) {
          copy(kept, at, items, to, aWins);
          to += aWins;
          at += aWins;
          aLength -= aWins;
          if (aLength <= 1) break merging;
        }
        items[to++] = items[b++];
        if (--bLength === 0) break merging;
        bWins = position(compare, false, items, kept[at], b, bLength, 0);
        if (bWins > 0) {
          copy(items, b, items, to, bWins);
          to += bWins;
          b += bWins;
          bLength -= bWins;
          if (bLength === 0) break merging;
        }
        items[to++] = kept[at++];
        if (--aLength === 1) break merging;
      } while (aWins >= GALLOP || bWins >= GALLOP);
      s.gallop = ++gallop;
    }
  }
  // Of one of the two nothing is left, or of the first its last item, which is the greatest. (With a comparator that contradicts itself, neither.)
  copy(items, b, items, to, bLength);
  copy(kept, at, items, to + bLength, aLength);
}

/** Merges two neighbours of which the second is the shorter, from the right. */
function mergeHigh(s: State, a: number, aLength: number, b: number, bLength: number): void {
  const { items, compare } = s;
  const kept = items.slice(b, b + bLength);
  let at = bLength - 1;
  let to = b + bLength - 1;
  let from = a + aLength - 1;
  items[to--] = items[from--];
  if (--aLength > 0 && bLength > 1) {
    let gallop = s.gallop;
    merging: for (;;) {
      let aWins = 0;
      let bWins = 0;
      for (;;) {
        if (order(compare, kept[at], items[from]) < 0) {
          items[to--] = items[from--];
          aWins++;
          bWins = 0;
          if (--aLength === 0) break merging;
          if (aWins >= gallop) break;
        } else {
          items[to--] = kept[at--];
          bWins++;
          aWins = 0;
          if (--bLength === 1) break merging;
          if (bWins >= gallop) break;
        }
      }
      gallop++;
      do {
        gallop = s.gallop = Math.max(1, gallop - 1);
        aWins = aLength - position(compare, true, items, kept[at], a, aLength, aLength - 1);
        if (aWins > 0) {
          to -= aWins;
          from -= aWins;
          copy(items, from + 1, items, to + 1, aWins);
          aLength -= aWins;
          if (aLength === 0) break merging;
        }
        items[to--] = kept[at--];
        if (--bLength === 1) break merging;
        bWins = bLength - position(compare, false, kept, items[from], 0, bLength, bLength - 1);
        if (bWins > 0) {
          to -= bWins;
          at -= bWins;
          copy(kept, at + 1, items, to + 1, bWins);
          bLength -= bWins;
          if (bLength <= 1) break merging;
        }
        items[to--] = items[from--];
        if (--aLength === 0) break merging;
      } while (aWins >= GALLOP || bWins >= GALLOP);
      s.gallop = ++gallop;
    }
  }
  copy(items, from - aLength + 1, items, to - aLength + 1, aLength);
  copy(kept, at - bLength + 1, items, to - aLength - bLength + 1, bLength);
}

/** Merges run `i` of the stack with the one above it. */
function mergeAt(s: State, i: number): void {
  const { items, compare, begins, lengths } = s;
  let a = begins[i]!;
  let aLength = lengths[i]!;
  const b = begins[i + 1]!;
  let bLength = lengths[i + 1]!;
  lengths[i] = aLength + bLength;
  begins.splice(i + 1, 1);
  lengths.splice(i + 1, 1);
  const skipped = position(compare, true, items, items[b], a, aLength, 0);
  a += skipped;
  aLength -= skipped;
  if (aLength === 0) return;
  bLength = position(compare, false, items, items[a + aLength - 1], b, bLength, bLength - 1);
  if (bLength === 0) return;
  if (aLength <= bLength) mergeLow(s, a, aLength, b, bLength);
  else mergeHigh(s, a, aLength, b, bLength);
}

/** Whether the lengths fall off as they should at run `i`. */
function fallsOff(lengths: number[], i: number): boolean {
  return i < 2 || lengths[i - 2]! > lengths[i - 1]! + lengths[i]!;
}

/** Sorts `items` where they stand. */
export function sortItems(items: unknown[], compare: Compare): void {
  const n = items.length;
  if (n < 2) return;
  const s: State = { items, compare, begins: [], lengths: [], gallop: GALLOP };
  const { begins, lengths } = s;
  let least = n;
  let odd = 0;
  while (least >= 64) {
    odd |= least & 1;
    least >>= 1;
  }
  least += odd;
  for (let low = 0; low < n;) {
    let length = run(s, low, n);
    if (length < least) {
      const filled = Math.min(least, n - low);
      insert(s, low, low + length, low + filled);
      length = filled;
    }
    begins.push(low);
    lengths.push(length);
    while (lengths.length > 1) {
      let i = lengths.length - 2;
      if (!fallsOff(lengths, i + 1) || !fallsOff(lengths, i)) {
        if (lengths[i - 1]! < lengths[i + 1]!) i--;
        mergeAt(s, i);
      } else if (lengths[i]! <= lengths[i + 1]!) mergeAt(s, i);
      else break;
    }
    low += length;
  }
  while (lengths.length > 1) {
    let i = lengths.length - 2;
    if (i > 0 && lengths[i - 1]! < lengths[i + 1]!) i--;
    mergeAt(s, i);
  }
}

export function sort(this: any, compare?: Compare): unknown {
  const o = toObject(this);
  const n = toLength(o);
  const items: unknown[] = [];
  let absent = 0;
  let holes = 0;
  for (let k = 0; k < n; k++) {
    if (k in o) {
      const v = o[k];
      if (v === undefined) absent++;
      else items.push(v);
    } else holes++;
  }
  sortItems(items, compare ?? byText);
  let k = 0;
  for (; k < items.length; k++) setIndex(o, k, items[k]);
  for (let i = 0; i < absent; i++) setIndex(o, k++, undefined);
  for (let i = 0; i < holes; i++) deleteIndex(o, k++);
  return o;
}

export function toSorted(this: any, compare?: Compare): unknown {
  const o = toObject(this);
  const n = toLength(o);
  const items: unknown[] = [];
  for (let k = 0; k < n; k++) {
    const v = o[k];
    if (v !== undefined) items.push(v);
  }
  sortItems(items, compare ?? byText);
  for (let k = items.length; k < n; k++) items.push(undefined);
  return items;
}
