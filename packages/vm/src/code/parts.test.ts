import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { expect, test } from "vitest";
import {
  gather,
  imageOf,
  packImages,
  packParts,
  scatter,
  unpackImages,
  unpackParts,
  type PackedImage,
  type Parts,
} from "./parts.ts";

const LIGHT = {
  id: 0,
  url: "file:///a.ts",
  version: 1,
  script: "a",
  siteBase: 3,
  siteCount: 1,
  imports: [],
  exports: ["f"],
  reexports: [],
};
const IMAGE = { ...LIGHT, topLevelAwait: false, named: [] };

function parts(text: string): Parts {
  return {
    code: text,
    map: `{"of":${JSON.stringify(text)}}`,
    builtFrom: { map: "{}", url: "file:///b" },
    functions: [{ index: 0, name: text, line: 1, column: 1 }],
    sites: [[0, 1, 2]],
    codeCache: new Uint8Array([1, 2, 3]),
  };
}

/** As another thread gets it. */
function posted<T>(value: T): T {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(value);
  const { message } = receiveMessageOnPort(port2) as { message: T };
  port1.close();
  return message;
}

test.each(["plain", "Läßt £ und ÿ", "wide: € 日本 😀", ""])("what is packed is what another thread takes out: %j", (text) => {
  const image = imageOf(IMAGE, parts(text));
  const before = imageOf(IMAGE, parts("before"));
  const unpacked = unpackImages(posted(packImages([before, image, imageOf(IMAGE, parts("behind"))])));
  expect(unpacked.map((one) => ({ ...one }))).toEqual(["before", text, "behind"].map((one) => ({ ...IMAGE, ...parts(one) })));
});

test("threads share the bytes, and packing again copies nothing", () => {
  const image = imageOf(IMAGE, parts("text"));
  const memoryOf = ([packed]: readonly PackedImage[]): unknown => packed!.parts.code.bytes.buffer;
  const first = packImages([image]);
  expect(memoryOf(first)).toBeInstanceOf(SharedArrayBuffer);
  expect(memoryOf(packImages([image]))).toBe(memoryOf(first));
  const again = unpackImages(first);
  expect(memoryOf(packImages(again))).toBe(memoryOf(first));
});

test("what was unpacked is packed as it was", () => {
  const packed = packParts(parts("text"));
  expect(packParts(unpackParts(packed))).toBe(packed);
});

test("codes that lie side by side, or do not, come out as they went in", () => {
  const texts = ["one", "", "wide: €", "three"];
  const gathered = posted(gather(texts.map((text) => packParts(parts(text)))));
  expect(scatter(gathered).map((one) => ({ ...unpackParts(one) }))).toEqual(texts.map(parts));
  const images = packImages(texts.map((text) => imageOf(IMAGE, parts(text))));
  const apart = [...images.toReversed(), ...packImages([imageOf(IMAGE, parts("elsewhere"))])];
  expect(unpackImages(apart).map(({ code }) => code)).toEqual([...texts.toReversed(), "elsewhere"]);
  expect(unpackImages([])).toEqual([]);
});
