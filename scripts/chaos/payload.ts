/** What letters carry: all of it follows from a few numbers, so that the receiver can tell whether it is whole. */
import { below, chance, type Random } from "./random.ts";

/** `value` is what `kind`, `n` and `size` say. */
export interface Payload {
  readonly kind: "number" | "tree" | "text" | "numbers" | "bytes";
  readonly n: number;
  readonly size: number;
  readonly value: unknown;
}

/** Binaries of this size take another way between cores than their frame. */
const TRANSFERRED = 70_000;

/** Of a binary one byte in so many is looked at. */
const SAMPLED = 101;

/** Mostly small; of a large one at most `largest` bytes go through a ring. */
export function makePayload(random: Random, largest: number): Payload {
  const n = below(random, 1_000_000);
  if (chance(random, 60)) return payloadOf("number", n, 0);
  if (chance(random, 85)) return payloadOf("tree", n, below(random, 5));
  const size = 1 + below(random, largest);
  if (chance(random, 30)) return payloadOf("text", n, size);
  if (chance(random, 50)) return payloadOf("numbers", n, Math.ceil(size / 8));
  return payloadOf("bytes", n, chance(random, 30) ? TRANSFERRED : size);
}

function payloadOf(kind: Payload["kind"], n: number, size: number): Payload {
  return { kind, n, size, value: valueOf(kind, n, size) };
}

function valueOf(kind: Payload["kind"], n: number, size: number): unknown {
  switch (kind) {
    case "number":
      return n;
    case "tree":
      return size === 0 ? { n } : { n, left: [n, `${n}`], right: valueOf("tree", n + 1, size - 1) };
    case "text":
      return `${n}-`.repeat(Math.ceil(size / 8));
    case "numbers":
      return Array.from({ length: size }, (_, i) => n + i);
    case "bytes":
      return new Uint8Array(size).fill(n & 0xff);
  }
}

/** Whether nothing of it was lost or changed on its way. */
export function isWhole({ kind, n, size, value }: Payload): boolean {
  if (kind === "bytes") {
    const bytes = value as Uint8Array;
    if (!(bytes instanceof Uint8Array) || bytes.length !== size) return false;
    for (let i = 0; i < size; i += SAMPLED) if (bytes[i] !== (n & 0xff)) return false;
    return bytes[size - 1] === (n & 0xff);
  }
  return JSON.stringify(value) === JSON.stringify(valueOf(kind, n, size));
}

/** Whether it is one of the large ones. */
export function isLarge({ size }: Payload): boolean {
  return size > 1_000;
}
