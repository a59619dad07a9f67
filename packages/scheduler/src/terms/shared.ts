/**
 * Memory that travels by reference. Which buffers do is told by a table and not by their class: sharing is asked for, buffer by buffer.
 */
import { AgnerError } from "../errors.ts";
import { describeValue } from "./bad-term.ts";

/** The name of a shared buffer in the whole VM: each thread has an object of its own for the same memory. */
const ids = new WeakMap<SharedArrayBuffer, string>();
let known = new Map<string, WeakRef<SharedArrayBuffer>>();
let sweepAt = 64;

/** Zeroed memory of `length` bytes which all who are sent it share. See the public `sharedBytes`. */
export function sharedBytes(length: number): SharedArrayBuffer {
  if (!Number.isSafeInteger(length) || length < 0)
    throw new AgnerError(
      "AGNER_BAD_ARGUMENT",
      `sharedBytes: the length must be a whole number of bytes, not ${describeValue(length)}`,
    );
  return remember(process.getBuiltinModule("node:crypto").randomUUID(), new SharedArrayBuffer(length));
}

/** The name of a buffer that {@link sharedBytes} made; undefined for any other. */
export function sharedId(buffer: object): string | undefined {
  return ids.get(buffer as SharedArrayBuffer);
}

/** The one object of this thread for the memory of that name; `buffer` is it if there was none. */
export function internShared(id: string, buffer: SharedArrayBuffer): SharedArrayBuffer {
  return known.get(id)?.deref() ?? remember(id, buffer);
}

function remember(id: string, buffer: SharedArrayBuffer): SharedArrayBuffer {
  ids.set(buffer, id);
  known.set(id, new WeakRef(buffer));
  if (known.size < sweepAt) return buffer;
  const kept = new Map<string, WeakRef<SharedArrayBuffer>>();
  for (const [key, ref] of known) if (ref.deref() !== undefined) kept.set(key, ref);
  known = kept;
  sweepAt = Math.max(64, kept.size * 2);
  return buffer;
}
