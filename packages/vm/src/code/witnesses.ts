/**
 * Which files something was made from, and what the file system said of them then: it can be used again for as long as that is the same. Looking takes a few
 * microseconds a file; nothing is read.
 */
import { statSync } from "node:fs";
import { basename } from "node:path";

/** By path; `null` for a file that was not there. */
export type Witnesses = ReadonlyMap<string, Signature | null>;

/** Inode, length, and the moments of the last changes of the content and of anything: the last one no program can set. */
type Signature = readonly [ino: number, size: number, mtimeMs: number, ctimeMs: number];

/** A file that was changed so shortly before may change again within the same tick of the file system's clock. A guess, for the coarsest clocks. */
const YOUNG_MS = 2_000;

/**
 * What package.json files were when this process first asked: Node and its like remember for its life what they have read there, so that what is resolved later may go by what the file
 * system does not hold any more.
 */
const firstSeen = new Map<string, Signature | null>();

/** Looks at files before they are read, so that what was read is what was looked at. */
export class Sightings {
  readonly #since = Date.now();
  readonly #seen = new Map<string, Signature | null>();

  /** Before something is read from there, or right after somebody else has looked there; once for each path. */
  add(path: string): void {
    if (this.#seen.has(path)) return;
    const signature = look(path);
    this.#seen.set(path, signature);
    remember(path, signature);
  }

  /**
   * What the file system has said of them; undefined if it says something else by now, if one of them was so young that a later change might not be noticed, or if
   * it was another when this process first read it.
   */
  witnesses(): Witnesses | undefined {
    for (const [path, signature] of this.#seen) {
      if (signature !== null && Math.max(signature[2], signature[3]) > this.#since - YOUNG_MS) return undefined;
      if (!isSame(look(path), signature)) return undefined;
      if (!isSame(firstSeen.has(path) ? firstSeen.get(path)! : signature, signature)) return undefined;
    }
    return this.#seen;
  }
}

function remember(path: string, signature: Signature | null): void {
  if (basename(path) === "package.json" && !firstSeen.has(path)) firstSeen.set(path, signature);
}

/** Whether all of them are as they were. */
export function unchanged(witnesses: Witnesses): boolean {
  for (const [path, before] of witnesses) {
    const now = look(path);
    if (!isSame(now, before)) return false;
    remember(path, now);
  }
  return true;
}

function isSame(a: Signature | null, b: Signature | null): boolean {
  return a === null || b === null ? a === b : a.every((fact, i) => fact === b[i]);
}

function look(path: string): Signature | null {
  try {
    const facts = statSync(path, { throwIfNoEntry: false });
    return facts === undefined ? null : [facts.ino, facts.size, facts.mtimeMs, facts.ctimeMs];
  } catch {
    return null; // as below a file that would have to be a folder
  }
}
