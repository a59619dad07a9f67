/**
 * Signals of a thread to itself, for a process that is to live here and has not arrived yet: one frame at a time, read as soon as it is written.
 */
import { Decoder, Encoder } from "../terms/codec.ts";
import { Reader } from "../terms/reader.ts";
import { Writer } from "../terms/writer.ts";
import { sentByGetter } from "./channel.ts";

export class Loopback {
  private readonly writer: Writer;
  private readonly reader = new Reader(new Decoder());
  private inFrame = false;

  constructor() {
    this.writer = new Writer(new Encoder());
    this.writer.attachments = [];
  }

  /** Begins a frame. One that was begun and not ended is taken back. Throws as `Outbox.begin` does. */
  begin(): Writer {
    const { writer } = this;
    if (writer.busy) throw sentByGetter();
    if (this.inFrame) writer.rollback();
    writer.putBack();
    this.inFrame = true;
    writer.position = 0;
    writer.beginFrame();
    return writer;
  }

  /** Ends the frame; it is for reading until the next one begins. */
  end(): Reader {
    const { reader, writer } = this;
    this.inFrame = false;
    reader.attachments = writer.attachments!;
    return reader.open(writer.bytes, writer.frameStart, writer.position);
  }
}
