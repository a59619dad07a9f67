/** What keeps a process on its core, said to people. */
import { types } from "node:util";
import { AgnerError } from "../errors.ts";
import { describeValue } from "../terms/bad-term.ts";

/** `AGNER_PINNED_STATE`: something that a process holds cannot leave its core. */
export class PinnedStateError extends AgnerError {
  /** The number of the root that leads to it. */
  declare readonly root: number;
  /** The way from the root to it. */
  declare readonly path: string;
  /** What it is, with its article. */
  declare readonly what: string;

  constructor(root: number, path: string, what: string, place = `value ${root}`) {
    super("AGNER_PINNED_STATE", `${place}${path === "" ? "" : ` (at ${path})`} holds ${what}`, { details: { root, path, what } });
  }
  static override is(e: unknown): e is PinnedStateError {
    return e instanceof Error && (e as { code?: unknown }).code === "AGNER_PINNED_STATE";
  }
}
Object.defineProperty(PinnedStateError.prototype, "name", { value: "PinnedStateError", writable: true, configurable: true });

/** In a few words, what a value is that cannot move. */
export function whatCannotMove(value: unknown): string {
  if (types.isProxy(value)) return "a Proxy";
  if (typeof value !== "object" || value === null) return describeValue(value);
  const tag = Object.prototype.toString.call(value).slice("[object ".length, -1);
  return tag.endsWith(" Iterator") ? `${/^[AEIOU]/.test(tag) ? "an" : "a"} ${tag}` : describeValue(value);
}
