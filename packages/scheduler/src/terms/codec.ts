/** Terms across cores: {@link Encoder} writes them, {@link Decoder} reads them; both keep state for one ordered pair of threads. */
import { NO_BYTES } from "./bytes.ts";
import { Decoder } from "./decoder.ts";
import { Encoder, type EncoderOptions } from "./encoder.ts";
import { Reader } from "./reader.ts";
import { Writer, type Attachment } from "./writer.ts";

export { Decoder, Encoder, type EncoderOptions };

/** A term that any thread's {@link decodeTerm} can read; structured clone carries it. */
export interface EncodedTerm {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Large binaries, and shared memory. */
  readonly beside: readonly Attachment[];
}

/** A buffer up to this size is kept for the next term. */
const KEEP_BYTES = 64 * 1024;
const standaloneEncoder = new Encoder({ shared: false });
const standaloneWriter = new Writer();

/** Encodes a term for whoever will read it. Throws {@link BadTermError}. */
export function encodeTerm(value: unknown): EncodedTerm {
  const beside: Attachment[] = [];
  return { bytes: encode(value, beside), beside };
}

/** The same where only bytes can travel. Shared memory is refused. */
export function encodeTermInline(value: unknown): Uint8Array<ArrayBuffer> {
  return encode(value, undefined);
}

function encode(value: unknown, beside: Attachment[] | undefined): Uint8Array<ArrayBuffer> {
  standaloneWriter.position = 0;
  standaloneWriter.attachments = beside;
  standaloneWriter.beginFrame();
  standaloneEncoder.encode(value, standaloneWriter);
  const bytes = standaloneWriter.takeFrame(0);
  if (standaloneWriter.bytes.length > KEEP_BYTES) standaloneWriter.bytes = NO_BYTES;
  return bytes;
}

/** The term that {@link encodeTerm} wrote. It is read once: what is large of it becomes part of the result. */
export function decodeTerm({ bytes, beside }: EncodedTerm): unknown {
  const reader = new Reader().open(bytes);
  reader.attachments = beside;
  return new Decoder().decode(reader);
}

/** The term that {@link encodeTermInline} wrote. */
export function decodeTermInline(bytes: Uint8Array): unknown {
  return new Decoder().decode(new Reader().open(bytes));
}

/** What of an encoded term to transfer, so that it is not copied once more. */
export function transfersOf({ bytes, beside }: EncodedTerm): ArrayBuffer[] {
  return [bytes.buffer, ...beside.filter((item) => item instanceof ArrayBuffer)];
}
