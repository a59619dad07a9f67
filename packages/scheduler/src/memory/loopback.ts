/**
 * Signals of a thread to itself, for a process that is to live here and has not arrived yet: one frame at a time, read as soon as it is written.
 */
import { Decoder, Encoder } from "../terms/codec.ts";
import { Reader } from "../terms/reader.ts";
import { Writer } from "../terms/writer.ts";
import { sentByGetter } from "./channel.ts";

export class Loopback {
  private readonly writer = new Writer(new Encoder());
  private readonly reader = new Reader(new Decoder());
  private inFrame = false;

  /** Begins a frame. One that was begun and not ended is taken back. Throws as `Outbox.begin` does. */
  begin(): Writer {
    const { writer } = this;
    if (writer.busy) throw sentByGetter();
    if (this.inFrame) writer.rollback();
    this.inFrame = true;
    writer.position = 0;
    writer.beginFrame();
    return writer;
  }

  /** Ends the frame; it is for reading until the next one begins. */
  end(): Reader {
    this.inFrame = false;
    return this.reader.open(this.writer.bytes, 0, this.writer.position);
  }
}
