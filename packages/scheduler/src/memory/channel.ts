/**
 * HOT PATH. Signals between two threads: frames over the byte ring of the pair, and binaries beside it over the pair's MessagePort.
 *
 * A frame is a word (its length, and two bits for what travels beside it), then the body. The outbox writes frames into a private buffer
 * (the spill) and moves as much as fits into the ring when it is flushed; so a full ring never blocks anyone, and a frame may be larger than
 * the ring. The inbox puts them together again in a private buffer. Nothing is allocated before the first frame: most pairs of a large VM are
 * silent.
 *
 * What is large, binaries or a whole body, is posted when its frame ends and fetched when that is read. Both are in order, so the n-th frame
 * with such a bit belongs to the n-th post. A large body leaves only its word in the ring, which never clogs, and is transferred: it is
 * copied nowhere between the encoder and the decoder.
 */
import { receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import { AgnerError } from "../errors.ts";
import { allocateBytes, NO_BYTES, type Bytes } from "../terms/bytes.ts";
import { Decoder, Encoder } from "../terms/codec.ts";
import { NO_ATTACHMENTS, Reader } from "../terms/reader.ts";
import { BESIDE_FROM_BYTES, Writer, type Attachment } from "../terms/writer.ts";
import type { SharedMemory } from "./layout.ts";
import { RingConsumer, RingProducer } from "./ring.ts";

/** In the length word: binaries of the frame are in the next post. */
const HAS_ATTACHMENTS = 0x8000_0000;
/** In the length word: the body is in the next post, and its length in this frame is 0. */
const HAS_BODY = 0x4000_0000;
const LENGTH_MASK = HAS_BODY - 1;

/** What is posted for a frame. */
interface Post {
  readonly attachments: readonly Attachment[];
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}
/** A private buffer larger than this is given back after a burst. */
const KEEP_BYTES = 64 * 1024;
/** A spill larger than this was a burst, and is given back as soon as it is empty: there may be no other fill for long. */
const BURST_BYTES = 1024 * 1024;
const FIRST_BYTES = 4 * 1024;

/** The sending end of the channel `from` → `to`; lives on thread `from`. */
export class Outbox {
  private readonly memory: SharedMemory;
  private readonly from: number;
  private readonly to: number;
  private readonly port: MessagePort | undefined;
  private readonly writer: Writer;
  private ring: RingProducer | undefined;
  /** What of the spill is in the ring already. */
  private moved = 0;
  /** Where the last finished frame ends. */
  private finished = 0;
  /** Largest fill of the spill since it was last measured, and how often it has been empty since. */
  private peak = 0;
  private flushes = 0;
  private inFrame = false;

  /** `port`: this thread's end of the pair's MessagePort; without one, large binaries go through the stream. */
  constructor(memory: SharedMemory, from: number, to: number, port?: MessagePort, options: { encoder?: Encoder } = {}) {
    this.memory = memory;
    this.from = from;
    this.to = to;
    this.port = port;
    this.writer = new Writer(options.encoder ?? new Encoder());
    if (port !== undefined) this.writer.attachments = [];
  }

  /**
   * Begins a frame. A frame that was begun and not ended is taken back. Throws {@link AgnerError} (`AGNER_BAD_ARGUMENT`) if it is called by a
   * getter of the very term that is being written.
   */
  begin(): Writer {
    const { writer } = this;
    if (writer.busy) throw sentByGetter();
    if (this.inFrame) writer.rollback();
    if (this.moved === this.finished) this.empty();
    else if (this.moved > KEEP_BYTES && this.moved * 2 > this.finished) this.compact();
    this.inFrame = true;
    writer.beginFrame();
    writer.reserve(4);
    writer.position += 4;
    return writer;
  }

  /** Ends the frame: it will be sent. */
  end(): void {
    const { writer } = this;
    const length = writer.position - writer.frameStart - 4;
    const { attachments } = writer;
    if (writer.isApart && length <= BESIDE_FROM_BYTES) writer.rejoin(); // more room was made than was needed
    if (attachments !== undefined && (attachments.length > 0 || length > BESIDE_FROM_BYTES)) this.post(length, attachments);
    else writer.patch32(writer.frameStart, length);
    this.inFrame = false;
    this.finished = writer.position;
  }

  /** Cold: posts the binaries of a frame, and its body if that is large. */
  private post(length: number, attachments: readonly Attachment[]): void {
    const { writer } = this;
    const transfers = attachments.filter((item) => item instanceof ArrayBuffer);
    let word = attachments.length > 0 ? HAS_ATTACHMENTS : 0;
    let body: Post["body"];
    if (length > BESIDE_FROM_BYTES) {
      body = writer.takeFrame(4);
      transfers.push(body.buffer);
      word += HAS_BODY;
      writer.reserve(4);
      writer.position += 4;
    } else word += length;
    this.port!.postMessage({ attachments, body } satisfies Post, transfers);
    writer.patch32(writer.frameStart, word);
  }

  /** Takes the frame back that was begun. `Writer.term` has done so already if it threw. */
  abort(): void {
    if (this.inFrame) this.writer.rollback();
    this.inFrame = false;
  }

  /** Moves what fits into the ring and makes it visible; the caller then rings the doorbell. Returns true if nothing is left. */
  flush(): boolean {
    if (this.moved === this.finished) return true;
    this.ring ??= new RingProducer(this.memory, this.from, this.to);
    const { ring } = this;
    const count = ring.write(this.writer.stream, this.moved, this.finished);
    if (count > 0) {
      this.moved += count;
      ring.publish();
    }
    if (this.moved < this.finished) return false;
    if (!this.inFrame) this.empty();
    return true;
  }

  /** Bytes of finished frames that are not in the ring yet. */
  get pendingBytes(): number {
    return this.finished - this.moved;
  }

  /** The position of the stream after all finished frames, modulo 2^32. */
  position(): number {
    return ((this.ring?.position() ?? this.startPosition()) + this.pendingBytes) | 0;
  }

  /** Whether everything up to a position stands in the ring, or was read from there. */
  isPublished(position: number): boolean {
    return ((this.position() - this.pendingBytes - position) | 0) >= 0;
  }

  /** Whether the receiver has acted on everything up to a position. */
  drained(position: number): boolean {
    this.ring ??= new RingProducer(this.memory, this.from, this.to);
    return this.ring.drained(position);
  }

  private startPosition(): number {
    this.ring = new RingProducer(this.memory, this.from, this.to);
    return this.ring.position();
  }

  /** Cold: the ring has been full for long; what has left the spill makes room in it. */
  private compact(): void {
    this.writer.bytes.copyWithin(0, this.moved, this.finished);
    this.finished -= this.moved;
    this.writer.position = this.finished;
    this.moved = 0;
  }

  /** Nothing is in the spill: begin again at its start, and give memory back if the last 64 fills were small. */
  private empty(): void {
    const { writer } = this;
    if (this.finished > this.peak) this.peak = this.finished;
    this.moved = 0;
    this.finished = 0;
    writer.position = 0;
    if (writer.bytes.length > BURST_BYTES) writer.bytes = NO_BYTES;
    if (writer.bytes.length <= KEEP_BYTES || ++this.flushes < 64) return;
    if (this.peak * 4 < writer.bytes.length) writer.bytes = NO_BYTES;
    this.flushes = 0;
    this.peak = 0;
  }
}

/** The error for a signal that is sent while another is being encoded. */
export function sentByGetter(): AgnerError {
  return new AgnerError(
    "AGNER_BAD_ARGUMENT",
    "a getter of a message sent another message while the first was being encoded; read the property before you send it",
  );
}

/** The receiving end of the channel `from` → `to`; lives on thread `to`. */
export class Inbox {
  private readonly ring: RingConsumer;
  private readonly port: MessagePort | undefined;
  private readonly reader: Reader;
  private buffer: Bytes = NO_BYTES;
  /** The bytes read from the ring and not yet handed out. */
  private start = 0;
  private end = 0;
  private acknowledged: number;
  /** Whether the reader holds something that was posted. */
  private posted = false;
  /** Whether frames with a large body may be handed out: reading one takes long. Those behind it wait with it. */
  takesLarge = true;
  private peak = 0;
  private drains = 0;

  constructor(memory: SharedMemory, from: number, to: number, port?: MessagePort, options: { decoder?: Decoder } = {}) {
    this.ring = new RingConsumer(memory, from, to);
    this.port = port;
    this.reader = new Reader(options.decoder ?? new Decoder());
    this.acknowledged = this.ring.consumed();
  }

  /** Fetches up to `max` bytes from the ring and returns how many. Frames handed out before are over. */
  poll(max: number = Number.MAX_SAFE_INTEGER): number {
    if (!this.takesLarge && this.end - this.start > 2 * BESIDE_FROM_BYTES) return 0; // there is enough behind one that waits
    const count = Math.min(this.ring.available(), max);
    if (count === 0) return 0;
    this.reserve(count);
    const got = this.ring.read(this.buffer, this.end, count);
    this.end += got;
    return got;
  }

  /** Whether there is anything to fetch from the ring, or fetched and not yet handed out. */
  hasWork(): boolean {
    return this.end > this.start || this.ring.hasBytes();
  }

  /**
   * The next whole frame, for reading until the next call of `next` or `poll`; undefined if there is none, or if a binary of it has not come
   * yet. Asking for the next frame says that the one before has been acted on.
   */
  next(): Reader | undefined {
    const have = this.end - this.start;
    if (have < 4) return this.drained();
    const { reader } = this;
    const word = this.word(this.start);
    if (word >= HAS_BODY) return this.nextPosted(word, have);
    if (have < 4 + word) return this.drained();
    reader.bytes = this.buffer;
    reader.position = this.start + 4;
    this.start += 4 + word;
    reader.end = this.start;
    return reader;
  }

  /** Cold: the next frame has a post. */
  private nextPosted(word: number, have: number): Reader | undefined {
    const { reader, port } = this;
    const length = word & LENGTH_MASK;
    const hasBody = (word & HAS_BODY) !== 0;
    if (have < 4 + length || (hasBody && !this.takesLarge)) return this.drained();
    const received = port === undefined ? undefined : receiveMessageOnPort(port);
    if (received === undefined) return this.drained();
    const { attachments, body } = received.message as Post;
    const start = this.start + 4;
    this.start = start + length;
    if (body !== undefined) reader.open(body);
    else {
      reader.bytes = this.buffer;
      reader.position = start;
      reader.end = this.start;
    }
    reader.attachments = attachments;
    this.posted = true;
    return reader;
  }

  /** Cold: the frames handed out so far are done with; tell the sender, and give memory back after a burst. */
  private drained(): undefined {
    if (this.posted) {
      this.reader.bytes = NO_BYTES;
      this.reader.attachments = NO_ATTACHMENTS;
      this.posted = false;
    }
    const position = (this.ring.consumed() - (this.end - this.start)) | 0;
    if (position !== this.acknowledged) {
      this.acknowledged = position;
      this.ring.acknowledge(position);
    }
    if (this.start !== this.end) return undefined;
    if (this.end > this.peak) this.peak = this.end;
    this.start = 0;
    this.end = 0;
    if (this.buffer.length <= KEEP_BYTES || ++this.drains < 64) return undefined;
    if (this.peak * 4 < this.buffer.length) this.buffer = NO_BYTES;
    this.drains = 0;
    this.peak = 0;
    return undefined;
  }

  private word(at: number): number {
    const { buffer } = this;
    return buffer[at]! * 0x100_0000 + ((buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!);
  }

  /** Room for `more` bytes behind `end`: moves what is left to the front, or grows. */
  private reserve(more: number): void {
    const have = this.end - this.start;
    if (this.end + more <= this.buffer.length) return;
    let target = this.buffer;
    if (have + more > this.buffer.length || have * 2 > this.buffer.length) {
      let length = Math.max(FIRST_BYTES, this.buffer.length);
      while (length < have + more) length *= 2;
      target = allocateBytes(length);
    }
    target.set(this.buffer.subarray(this.start, this.end));
    this.buffer = target;
    this.start = 0;
    this.end = have;
  }
}
