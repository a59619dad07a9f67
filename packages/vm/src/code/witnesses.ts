/**
 * Which files something was made from, and what the file system said of them then: it can be used again for as long as that is the same. Looking takes a few
 * microseconds a file; nothing is read.
 */
import { statSync } from "node:fs";

/** By path; `null` for a file that was not there. */
export type Witnesses = ReadonlyMap<string, Signature | null>;

/** Inode, length, and the moments of the last changes of the content and of anything: the last one no program can set. */
type Signature = readonly [ino: number, size: number, mtimeMs: number, ctimeMs: number];

/** A file that was changed so shortly before may change again within the same tick of the file system's clock. A guess, for the coarsest clocks. */
const YOUNG_MS = 2_000;

/**
 * What the file system says of files that have been read since `since` (in ms since 1970); undefined if one of them is so young that a later change might
 * not be noticed.
 */
export function witness(paths: Iterable<string>, since: number): Witnesses | undefined {
  const found = new Map<string, Signature | null>();
  for (const path of paths) {
    const signature = look(path);
    if (signature !== null && Math.max(signature[2], signature[3]) > since - YOUNG_MS) return undefined;
    found.set(path, signature);
  }
  return found;
}

/** Whether all of them are as they were. */
export function unchanged(witnesses: Witnesses): boolean {
  for (const [path, before] of witnesses) {
    const now = look(path);
    if (now === null || before === null ? now !== before : now.some((fact, i) => fact !== before[i])) return false;
  }
  return true;
}

function look(path: string): Signature | null {
  const facts = statSync(path, { throwIfNoEntry: false });
  return facts === undefined ? null : [facts.ino, facts.size, facts.mtimeMs, facts.ctimeMs];
}
