/** The client's end of a WebSocket for texts: Node 20 has none of its own. */
import { once } from "node:events";
import { request } from "node:http";
import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";

export interface WebSocketClient {
  send(text: string): void;
  close(): void;
}

const TEXT = 1;
const FINAL = 0x80;
const MASKED = 0x80;

/** Connects to a `ws:` URL; `receive` is given each text that comes. */
export async function connect(url: string, receive: (text: string) => void): Promise<WebSocketClient> {
  const headers = {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    "Sec-WebSocket-Version": "13",
  };
  const asked = request(url.replace(/^ws:/, "http:"), { headers }).end();
  const [, socket, head] = (await once(asked, "upgrade")) as [unknown, Socket, Buffer];
  let rest = head;
  const take = (): void => {
    for (let message = decode(rest); message !== undefined; message = decode(rest)) {
      rest = rest.subarray(message.length);
      if (message.text !== undefined) receive(message.text);
    }
  };
  socket.on("data", (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    take();
  });
  socket.on("error", () => {}); // the program has ended
  take();
  return { send: (text) => void socket.write(encode(text)), close: () => void socket.destroy() };
}

/** A text in one frame, masked as a client's must be. */
function encode(text: string): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.alloc(body.length < 126 ? 2 : body.length < 65_536 ? 4 : 10);
  header[0] = FINAL | TEXT;
  if (header.length === 2) header[1] = MASKED | body.length;
  else if (header.length === 4) {
    header[1] = MASKED | 126;
    header.writeUInt16BE(body.length, 2);
  } else {
    header[1] = MASKED | 127;
    header.writeBigUInt64BE(BigInt(body.length), 2);
  }
  const mask = randomBytes(4);
  return Buffer.concat([header, mask, body.map((byte, i) => byte ^ mask[i & 3]!)]);
}

/** The first whole frame; the inspector sends each text in one. */
function decode(bytes: Buffer): { readonly length: number; readonly text: string | undefined } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 0x7f;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < start) return undefined;
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + length) return undefined;
  const isText = (bytes[0]! & 0x0f) === TEXT;
  return { length: start + length, text: isText ? bytes.toString("utf8", start, start + length) : undefined };
}
