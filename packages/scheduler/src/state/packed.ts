/** Values as a graph that is a term: what a spawned or a packed function has captured. */
import { types } from "node:util";
import type { BadTermError } from "../errors.ts";
import { badTerm } from "../terms/bad-term.ts";
import { kindOf } from "../terms/kinds.ts";
import { isLiteral } from "../terms/literal.ts";
import { Reader } from "../terms/reader.ts";
import { Writer } from "../terms/writer.ts";
import { PinnedStateError, whatCannotMove } from "./pinned.ts";
import type { StateWriterOptions } from "./writer.ts";
import { readState, writeState } from "./process-state.ts";

/** Bytes, and what cannot be in them. A term, if that is terms. */
export interface PackedState {
  readonly bytes: Uint8Array;
  readonly beside: readonly unknown[];
}

/** Packs values for other cores; memory that is shared goes beside the bytes. Throws {@link BadTermError}. */
export function packState(roots: readonly unknown[]): PackedState {
  try {
    return pack(roots, { beside: isShared });
  } catch (e) {
    if (!PinnedStateError.is(e)) throw e;
    const error: BadTermError = badTerm(
      e.path,
      e.what,
      "data and other closures can be captured, or pass what is needed as arguments",
    );
    error.cause = e;
    throw error;
  }
}

export function unpackState({ bytes, beside }: PackedState): unknown[] {
  return readState(new Reader().open(bytes), beside);
}

/**
 * Copies values for another process of this core. What cannot be copied is shared; `onShared` is told what it is. Literals, which cannot change, are
 * shared, too.
 */
export function copyState(roots: readonly unknown[], onShared: (what: string) => void): unknown[] {
  const beside = (value: object | symbol): boolean => isShared(value) || isLiteral(value);
  const refused = (value: object | symbol): void => onShared(whatCannotMove(value));
  return unpackState(pack(roots, { beside, refused, local: true }));
}

function pack(roots: readonly unknown[], options: StateWriterOptions): PackedState {
  const writer = new Writer();
  const beside = writeState(writer, roots, options);
  return { bytes: writer.bytes.slice(0, writer.position), beside };
}

function isShared(value: object | symbol): boolean {
  return typeof value === "object" && !types.isProxy(value) && kindOf(value) === "shared";
}
