/**
 * HOT PATH. Where bytes are written: a private buffer that grows, and a frame within it that can be taken back. A frame that becomes large
 * moves to a buffer of its own, so that it can be given away without another copy.
 * Signal headers are written with the small methods; `term` appends a value as codec.ts encodes it.
 */

import type { BadTermError } from "../errors.ts";
import { badTerm } from "./bad-term.ts";
import { allocateBytes, NO_BYTES, type Bytes } from "./bytes.ts";

/** What `term` needs of an encoder; the outbox gives the writer the one of its pair of threads. */
export interface TermEncoder {
  encode(value: unknown, writer: Writer): void;
  /** The frame in which it has written is taken back: what it told the reader there was never said. */
  frameCancelled(): void;
}

/** Binaries longer than this travel beside the stream where there is a port (docs/terms.md). */
export const ATTACH_FROM_BYTES = 64 * 1024;
/** Frames longer than this travel beside the stream where there is a port: the ring is for what is many (docs/shared-memory.md). */
export const BESIDE_FROM_BYTES = 256 * 1024;
/** Frames that need more room than this get a buffer of their own: more than the longest one that stays in the stream, with its length. */
const APART_FROM_BYTES = BESIDE_FROM_BYTES + 64;
const FIRST_BYTES = 1024;
/** From this size on a buffer grows fourfold: pages that are not written cost nothing, copies do. */
const LARGE_BYTES = 1024 * 1024;
/** Strings up to this length are written unit by unit: below it the call into native code costs more. */
const SHORT_STRING = 32;

const f64 = new Float64Array(1);
const f64bytes = new Uint8Array(f64.buffer);

/** A binary that travels beside the stream: its own bytes, or memory that is shared. */
export type Attachment = ArrayBuffer | SharedArrayBuffer;

export class Writer {
  bytes: Bytes;
  /** Where the next byte goes. */
  position = 0;
  /** Where the current frame began: what `rollback` goes back to. */
  frameStart = 0;
  /** Counts frames begun, so that an encoder knows which of its records are new in this one. */
  frame = 0;
  /** The encoder that has written in this frame. */
  learner: TermEncoder | undefined;
  /** The most that may be written, in bytes; beyond it a {@link BadTermError} is thrown. */
  limit = Infinity;
  /** Binaries of the current frame that travel beside the stream; undefined if they must stay in it. */
  attachments: Attachment[] | undefined;
  /** Where the current frame began before it became large, and moved to a buffer that is its own. */
  private left: { readonly bytes: Bytes; readonly start: number } | undefined;
  encoder: TermEncoder | undefined;
  /** Whether a term is being written at this moment: code of the application may run meanwhile, in a getter of the term. */
  busy = false;

  constructor(encoder?: TermEncoder) {
    this.bytes = NO_BYTES;
    this.encoder = encoder;
  }

  /** Begins a frame at the current position. */
  beginFrame(): void {
    this.frameStart = this.position;
    this.frame++;
    this.learner = undefined;
    if (this.attachments !== undefined && this.attachments.length > 0) this.attachments = [];
  }

  /** Takes back all that the current frame has written. */
  rollback(): void {
    this.putBack();
    this.position = this.frameStart;
    this.learner?.frameCancelled();
    if (this.attachments !== undefined && this.attachments.length > 0) this.attachments = [];
  }

  /** Makes room for `more` bytes. */
  reserve(more: number): void {
    if (this.position + more > this.bytes.length) this.grow(this.position + more);
  }

  /** What has been written before the current frame. */
  get stream(): Bytes {
    return this.left === undefined ? this.bytes : this.left.bytes;
  }

  /** Whether the current frame is in a buffer of its own. */
  get isApart(): boolean {
    return this.left !== undefined;
  }

  /** The current frame from its byte `skip` on, in a buffer that nobody else has. The frame is empty afterwards. */
  takeFrame(skip: number): Uint8Array<ArrayBuffer> {
    const own = this.left !== undefined;
    const frame = this.bytes.subarray(this.frameStart + skip, this.position);
    this.putBack();
    this.position = this.frameStart;
    return own ? frame : new Uint8Array(frame);
  }

  /** Brings the current frame back to the others. */
  rejoin(): void {
    const frame = this.takeFrame(0);
    this.raw(frame);
  }

  private grow(needed: number): void {
    const { bytes, frameStart } = this;
    if (needed > this.limit) throw tooLarge(this.limit);
    if (this.attachments !== undefined && this.left === undefined && needed - frameStart > APART_FROM_BYTES) {
      this.left = { bytes, start: frameStart };
      return this.moveTo(sizeFor(needed - frameStart, 2 * BESIDE_FROM_BYTES), frameStart);
    }
    this.moveTo(sizeFor(needed, Math.max(FIRST_BYTES, bytes.length * (bytes.length < LARGE_BYTES ? 2 : 4))), 0);
  }

  /** Goes on in another buffer, with what was written from `from` on. */
  private moveTo(length: number, from: number): void {
    const larger = allocateBytes(length);
    larger.set(this.bytes.subarray(from, this.position));
    this.bytes = larger;
    this.position -= from;
    this.frameStart -= from;
  }

  /** Goes back to the buffer that a large frame has left. */
  putBack(): void {
    if (this.left === undefined) return;
    this.bytes = this.left.bytes;
    this.frameStart = this.left.start;
    this.left = undefined;
  }

  u8(n: number): void {
    if (this.position === this.bytes.length) this.grow(this.position + 1);
    this.bytes[this.position++] = n;
  }

  /** Four bytes, big-endian. */
  u32(n: number): void {
    this.reserve(4);
    this.patch32(this.position, n);
    this.position += 4;
  }

  /** Overwrites four bytes at a place that was written before. */
  patch32(at: number, n: number): void {
    const { bytes } = this;
    bytes[at] = n >>> 24;
    bytes[at + 1] = n >>> 16;
    bytes[at + 2] = n >>> 8;
    bytes[at + 3] = n;
  }

  f64(n: number): void {
    this.reserve(8);
    f64[0] = n;
    const { bytes } = this;
    const at = this.position;
    for (let i = 0; i < 8; i++) bytes[at + i] = f64bytes[7 - i]!;
    this.position = at + 8;
  }

  /** A whole number from 0 to 2^53 - 1: seven bits a byte, the lowest first. */
  varint(n: number): void {
    this.reserve(8);
    const { bytes } = this;
    let at = this.position;
    while (n >= 0x80) {
      bytes[at++] = (n % 0x80) | 0x80;
      n = n < 0x8000_0000 ? n >>> 7 : Math.floor(n / 0x80);
    }
    bytes[at++] = n;
    this.position = at;
  }

  /** A string of any UTF-16 units: twice its length, plus 1 if it is not all one-byte units; then the units. */
  string(text: string): void {
    const { length } = text;
    if (length <= SHORT_STRING) {
      this.reserve(1 + length);
      const start = this.position;
      const { bytes } = this;
      let i = 0;
      for (; i < length; i++) {
        const unit = text.charCodeAt(i);
        if (unit > 0xff) break;
        bytes[start + 1 + i] = unit;
      }
      if (i === length) {
        bytes[start] = length * 2;
        this.position = start + 1 + length;
        return;
      }
    }
    this.longString(text);
  }

  private longString(text: string): void {
    const { length } = text;
    const wide = hasWideUnit(text);
    this.varint(length * 2 + (wide ? 1 : 0));
    if (wide) {
      this.reserve(length * 2);
      this.position += this.bytes.ucs2Write(text, this.position);
    } else {
      this.reserve(length);
      this.position += this.bytes.latin1Write(text, this.position);
    }
  }

  /** Bytes as they are; the reader must know how many. */
  raw(data: Uint8Array): void {
    this.reserve(data.length);
    this.bytes.set(data, this.position);
    this.position += data.length;
  }

  /** A term. Throws {@link BadTermError} for what is none, and takes the whole frame back. */
  term(value: unknown): void {
    this.encoder!.encode(value, this);
  }
}

function tooLarge(limit: number): BadTermError {
  return badTerm(
    "",
    `larger than ${limit.toLocaleString("en-US")} bytes, which is the most that can move to another core`,
    "keep large data where it is used",
  );
}

function sizeFor(needed: number, atLeast: number): number {
  let length = atLeast;
  while (length < needed) length *= 2;
  return length;
}

/** Whether a string has a unit above 255. */
function hasWideUnit(text: string): boolean {
  return /[^\0-\xff]/.test(text);
}
