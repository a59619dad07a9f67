#!/usr/bin/env node
/** Times copying, encoding and decoding of typical messages, beside msgpackr and structuredClone. Build first: npm run build. */
import v8 from "node:v8";
import { Packr } from "msgpackr";
import { Decoder, Encoder } from "../dist/terms/codec.js";
import { copyTerm } from "../dist/terms/copy.js";
import { Reader } from "../dist/terms/reader.js";
import { Writer } from "../dist/terms/writer.js";
import { internPid } from "../dist/process/pid.js";

const pid = internPid(7, 1);
/** @type {Record<string, (i: number) => unknown>} */
const messages = {
  "[pid, i]": (i) => [pid, i],
  "{tag, n, by}": (i) => ({ tag: "inc", n: i, by: 5 }),
  "[12, {tag, n, from}]": (i) => [12, { tag: "inc", n: i, from: 5 }],
  "order (3 objects deep)": (i) => ({
    type: "order",
    id: "a8f5f167f44f4964e6c998dee827110c",
    items: [
      { sku: "x1", qty: 3, price: 12.5 },
      { sku: "x2", qty: 1, price: 99.95 },
    ],
    user: { name: "Joe Armstrong", email: "joe@example.org" },
    ts: 1_700_000_000 + i,
  }),
  "Map of 2": (i) =>
    new Map([
      ["a", i],
      ["b", 2],
    ]),
  "string of 200": (i) => "x".repeat(200) + i,
  "100 integers": (i) => Array.from({ length: 100 }, (_, k) => k * i),
};

let sink;
/** Median of nine rounds, in nanoseconds. */
function time(count, run) {
  const rounds = Array.from({ length: 9 }, () => {
    const start = performance.now();
    for (let i = 0; i < count; i++) run(i);
    return ((performance.now() - start) * 1e6) / count;
  });
  return Math.round(rounds.sort((a, b) => a - b)[4]);
}

const rows = [];
// Twice: the second time the code has seen all kinds of messages, as in a real program.
for (const last of [false, true]) {
  for (const [message, make] of Object.entries(messages)) {
    const set = Array.from({ length: 1_000 }, (_, i) => make(i));
    const encoder = new Encoder();
    const writer = new Writer();
    const frames = [0];
    const encode = time(50_000, (i) => {
      if ((i & 63) === 0) writer.position = 0;
      writer.beginFrame();
      encoder.encode(set[i % 1_000], writer);
    });
    writer.position = 0;
    const fresh = new Encoder();
    for (let i = 0; i < 64; i++) {
      writer.beginFrame();
      fresh.encode(set[i], writer);
      frames.push(writer.position);
    }
    // The first frame teaches the records; the others are timed.
    const decoder = new Decoder();
    const reader = new Reader().open(writer.bytes);
    decoder.decode(reader);
    const decode = time(50_000, (i) => {
      if (i % 63 === 0) reader.position = frames[1];
      sink = decoder.decode(reader);
    });
    const copy = time(50_000, (i) => {
      sink = copyTerm(set[i % 1_000]);
    });
    if (!last) continue;
    const packr = new Packr({ structures: [] });
    const plain = message === "[pid, i]" ? set.map((_, i) => [{ slot: 7, serial: 1 }, i]) : set;
    const packed = packr.pack(plain[5]);
    rows.push({
      message,
      copy,
      encode,
      decode,
      bytes: frames[64] - frames[63],
      pack: time(20_000, (i) => packr.pack(plain[i % 1_000])),
      unpack: time(20_000, () => packr.unpack(packed)),
      clone: time(5_000, (i) => structuredClone(plain[i % 1_000])),
      v8: time(5_000, (i) => v8.deserialize(v8.serialize(plain[i % 1_000]))),
    });
  }
}
console.log(`nanoseconds, Node ${process.version}; pack and unpack are msgpackr with records`);
console.table(rows);
if (sink === Symbol.iterator) console.log(sink);
