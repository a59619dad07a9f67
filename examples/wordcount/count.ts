/**
 * Counting words: plain functions that know nothing of processes.
 */

/** What was counted in some files. */
export interface Tally {
  files: number;
  bytes: number;
  words: number;
  counts: Map<string, number>;
  skipped: { path: string; why: string }[];
}

export function emptyTally(): Tally {
  return { files: 0, bytes: 0, words: 0, counts: new Map(), skipped: [] };
}

/** A word: letters, and marks or digits after them; an apostrophe may stand inside. */
const WORD = /\p{L}[\p{L}\p{M}\p{N}]*(?:['’]\p{L}+)*/gu;

/** Adds the words of `text`, in lower case, to `tally`. */
export function addWords(tally: Tally, text: string): void {
  const words = text.toLowerCase().match(WORD);
  if (words === null) return;
  tally.words += words.length;
  for (const word of words) tally.counts.set(word, (tally.counts.get(word) ?? 0) + 1);
}

/** Adds everything in `other` to `tally`. */
export function merge(tally: Tally, other: Tally): void {
  tally.files += other.files;
  tally.bytes += other.bytes;
  tally.words += other.words;
  for (const [word, count] of other.counts) tally.counts.set(word, (tally.counts.get(word) ?? 0) + count);
  tally.skipped.push(...other.skipped);
}

/** Adds a file's words, given its bytes; a file with a zero byte in its first 8 KB is taken for binary and skipped. */
export function addFile(tally: Tally, path: string, bytes: Buffer): void {
  if (bytes.subarray(0, 8_192).includes(0)) {
    tally.skipped.push({ path, why: "it is binary" });
    return;
  }
  tally.files++;
  tally.bytes += bytes.length;
  addWords(tally, bytes.toString("utf8"));
}

/** The `n` most frequent words; equal ones in the order of the alphabet. */
export function top(tally: Tally, n: number): [word: string, count: number][] {
  return [...tally.counts].sort(([a, m], [b, n_]) => n_ - m || (a < b ? -1 : 1)).slice(0, n);
}
