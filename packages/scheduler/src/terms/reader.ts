/** HOT PATH. Reads what a {@link Writer} wrote: the small methods for signal headers, `term` for values. */
import { asBytes, NO_BYTES, type Bytes } from "./bytes.ts";
import type { Attachment } from "./writer.ts";

/** What `term` needs of a decoder; the inbox gives the reader the one of its pair of threads. */
export interface TermDecoder {
  decode(reader: Reader): unknown;
}

/** Strings up to this length are read unit by unit. */
export const SHORT_STRING = 12;

/** Of a frame that has none. */
export const NO_ATTACHMENTS: readonly Attachment[] = [];

const f64 = new Float64Array(1);
const f64bytes = new Uint8Array(f64.buffer);

export class Reader {
  bytes: Bytes = NO_BYTES;
  position = 0;
  /** Where the frame ends. */
  end = 0;
  /** Binaries of this frame that came beside the stream. */
  attachments: readonly Attachment[] = NO_ATTACHMENTS;
  decoder: TermDecoder | undefined;

  constructor(decoder?: TermDecoder) {
    this.decoder = decoder;
  }

  /** Reads from these bytes. */
  open(bytes: Uint8Array, start = 0, end: number = bytes.length): this {
    this.bytes = asBytes(bytes);
    this.position = start;
    this.end = end;
    return this;
  }

  u8(): number {
    return this.bytes[this.position++]!;
  }

  u32(): number {
    const { bytes } = this;
    const at = this.position;
    this.position = at + 4;
    return bytes[at]! * 0x100_0000 + ((bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!);
  }

  f64(): number {
    const { bytes } = this;
    const at = this.position;
    for (let i = 0; i < 8; i++) f64bytes[7 - i] = bytes[at + i]!;
    this.position = at + 8;
    return f64[0]!;
  }

  varint(): number {
    let byte = this.bytes[this.position++]!;
    let n = byte & 0x7f;
    for (let scale = 0x80; byte >= 0x80; scale *= 0x80) {
      byte = this.bytes[this.position++]!;
      n += (byte & 0x7f) * scale;
    }
    return n;
  }

  string(): string {
    const header = this.varint();
    const length = Math.floor(header / 2);
    const start = this.position;
    if (header % 2 === 1) {
      this.position = start + length * 2;
      return this.bytes.ucs2Slice(start, this.position);
    }
    this.position = start + length;
    if (length > SHORT_STRING) return this.bytes.latin1Slice(start, this.position);
    return shortString(this.bytes, start, length);
  }

  /** A view of the next bytes, good until the next frame. */
  raw(length: number): Uint8Array<ArrayBuffer> {
    const start = this.position;
    this.position = start + length;
    return this.bytes.subarray(start, this.position);
  }

  term(): unknown {
    return this.decoder!.decode(this);
  }
}

/**
 * A string of one-byte units without a call into native code: `fromCharCode` of separate arguments is compiled inline. From 13 units on V8
 * would make a rope of the pieces, and a native slice is as fast.
 */
export function shortString(bytes: Uint8Array, start: number, length: number): string {
  const { fromCharCode } = String;
  const end = start + length;
  let text = "";
  let i = start;
  for (; i + 4 <= end; i += 4) text += fromCharCode(bytes[i]!, bytes[i + 1]!, bytes[i + 2]!, bytes[i + 3]!);
  switch (end - i) {
    case 1:
      return text + fromCharCode(bytes[i]!);
    case 2:
      return text + fromCharCode(bytes[i]!, bytes[i + 1]!);
    case 3:
      return text + fromCharCode(bytes[i]!, bytes[i + 1]!, bytes[i + 2]!);
    default:
      return text;
  }
}
