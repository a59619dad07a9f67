/** What is sent to be copied, and what a copy weighs. */
import { measured, MODULUS } from "./measure.js";

/** @import { Program } from "./measure.js" */

/** @typedef {number | { left: Tree, right: Tree }} Tree */

/**
 * A tree of these leaves.
 * @param {number} first
 * @param {number} last
 * @returns {Tree}
 */
function between(first, last) {
  if (first === last) return first;
  const middle = (first + last) >> 1;
  return { left: between(first, middle), right: between(middle + 1, last) };
}

/** @type {Record<string, (bytes: number) => number[] | Tree | Uint8Array>} */
const MAKE = {
  "copy-flat": (bytes) => Array.from({ length: Math.max(1, bytes >> 3) }, (_, i) => i + 1),
  "copy-nested": (bytes) => between(1, Math.max(2, bytes >> 3)),
  "copy-binary": (bytes) => new Uint8Array(bytes).fill(7),
};

/**
 * The first number; the length, the first and the last byte; or the outermost leaves.
 * @param {number[] | Tree | Uint8Array} term
 */
export function weigh(term) {
  if (Array.isArray(term)) return term[0] ?? 0;
  if (term instanceof Uint8Array) return term.length + (term[0] ?? 0) + (term.at(-1) ?? 0);
  let left = term;
  while (typeof left === "object") left = left.left;
  let right = term;
  while (typeof right === "object") right = right.right;
  return left + right;
}

/**
 * All that is in it, added up.
 * @param {number[] | Tree | Uint8Array} term
 * @returns {number}
 */
export function total(term) {
  if (typeof term === "number") return term;
  if (!Array.isArray(term) && !(term instanceof Uint8Array)) return total(term.left) + total(term.right);
  let sum = 0;
  for (const each of term) sum += each;
  return sum;
}

/**
 * The programs that send one term again and again, each time when the last copy was weighed; before, whether all of a copy arrives.
 * @param {(term: any) => Promise<number>} weighThere
 * @param {(term: any) => Promise<number>} totalThere
 * @returns {Record<string, Program>}
 */
export function copies(weighThere, totalThere) {
  const programs = Object.entries(MAKE).map(([name, make]) => {
    const program = measured(async (bytes = 0, messages = 0) => {
      const term = make(bytes);
      let sum = 0;
      for (let i = 0; i < messages; i++) {
        const weight = await weighThere(term);
        sum += weight;
      }
      return { ops: messages, checksum: sum % MODULUS };
    });
    /** @type {Program} */
    const checked = async (args) => {
      const term = make(args.sizes[0] ?? 0);
      const arrived = await totalThere(term);
      if (arrived !== total(term)) throw new Error(`${arrived} arrived of ${total(term)}`);
      return program(args);
    };
    return [name, checked];
  });
  return Object.fromEntries(programs);
}
