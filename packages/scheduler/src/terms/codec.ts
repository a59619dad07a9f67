/** Terms across cores: {@link Encoder} writes them, {@link Decoder} reads them; both keep state for one ordered pair of threads. */
import { NO_BYTES } from "./bytes.ts";
import { Decoder } from "./decoder.ts";
import { Encoder, type EncoderOptions } from "./encoder.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

export { Decoder, Encoder, type EncoderOptions };

/** The buffer of {@link encodeTerm} is kept up to this size. */
const KEEP_BYTES = 64 * 1024;
const standaloneEncoder = new Encoder({ shared: false });
const standaloneWriter = new Writer();

/** A term as bytes that any thread's {@link decodeTerm} can read. Throws {@link BadTermError}. */
export function encodeTerm(value: unknown): Uint8Array {
  standaloneWriter.position = 0;
  standaloneWriter.beginFrame();
  standaloneEncoder.encode(value, standaloneWriter);
  const encoded = Uint8Array.prototype.slice.call(standaloneWriter.bytes, 0, standaloneWriter.position);
  if (standaloneWriter.bytes.length > KEEP_BYTES) standaloneWriter.bytes = NO_BYTES;
  return encoded;
}

/** The term that {@link encodeTerm} wrote. */
export function decodeTerm(bytes: Uint8Array): unknown {
  return new Decoder().decode(new Reader().open(bytes));
}
