/**
 * The large parts of modules: texts, and what is looked at when something has to be named. They cross from thread to thread, and come from the cache, as bytes in
 * shared memory, and each thread takes out what it needs when it needs it.
 */
import { deserialize, serialize } from "node:v8";
import type { BuiltFrom, FunctionDescription, ModuleImage, SiteTable } from "./image.ts";

/** What is large in a {@link ModuleImage}. */
export interface Parts {
  readonly code: string;
  readonly map: string;
  readonly builtFrom: BuiltFrom | undefined;
  readonly functions: readonly FunctionDescription[];
  readonly sites: SiteTable;
  readonly codeCache: Uint8Array | undefined;
}

/** A text as bytes: most have no character beyond Latin-1. */
interface Text {
  readonly bytes: Uint8Array;
  readonly wide: boolean;
}

export interface PackedParts {
  readonly code: Text;
  readonly map: Text;
  readonly builtFrom: Uint8Array | undefined;
  readonly functions: Uint8Array;
  readonly sites: Uint8Array;
  readonly codeCache: Uint8Array | undefined;
}

/** A {@link ModuleImage} to be posted to any number of threads. */
export interface PackedImage {
  readonly image: Omit<ModuleImage, keyof Parts>;
  readonly parts: PackedParts;
}

const packedOf = new WeakMap<Parts, PackedParts>();
/** Of what an image was made. */
const madeOf = new WeakMap<ModuleImage, { readonly image: PackedImage["image"]; readonly parts: Parts }>();

/** A module image that takes its parts out when they are asked for. */
export function imageOf(image: Omit<ModuleImage, keyof Parts>, parts: Parts): ModuleImage {
  const made: ModuleImage = {
    ...image,
    get code() {
      return parts.code;
    },
    get map() {
      return parts.map;
    },
    get builtFrom() {
      return parts.builtFrom;
    },
    get functions() {
      return parts.functions;
    },
    get sites() {
      return parts.sites;
    },
    get codeCache() {
      return parts.codeCache;
    },
  };
  madeOf.set(made, { image, parts });
  return made;
}

/** What threads are sent; {@link unpackImages} makes images of it there. All of them see the same bytes. */
export function packImages(images: readonly ModuleImage[]): PackedImage[] {
  const made = images.map((image) => madeOf.get(image)!);
  const packed = share(made.map(({ parts }) => packParts(parts)));
  return made.map(({ image, parts }, i) => {
    packedOf.set(parts, packed[i]!);
    return { image, parts: packed[i]! };
  });
}

/** Images of what a thread was sent. Texts that lie side by side become one, of which each module's is a part: V8 then has them outside of its heap. */
export function unpackImages(packed: readonly PackedImage[]): ModuleImage[] {
  const codeOf = codesOf(packed.map(({ parts }) => parts.code));
  return packed.map(({ image, parts }) => imageOf(image, unpackParts(parts, codeOf)));
}

export function packParts(parts: Parts): PackedParts {
  const known = packedOf.get(parts);
  if (known !== undefined) return known;
  const { code, map, builtFrom, functions, sites, codeCache } = parts;
  const packed: PackedParts = {
    code: packText(code),
    map: packText(map),
    builtFrom: builtFrom === undefined ? undefined : serialize(builtFrom),
    functions: serialize(functions),
    sites: serialize(sites),
    codeCache,
  };
  packedOf.set(parts, packed);
  return packed;
}

export function unpackParts(packed: PackedParts, codeOf: (code: Text) => string = unpackText): Parts {
  const taken: { -readonly [K in keyof Parts]?: Parts[K] } = {};
  const parts: Parts = {
    get code() {
      return codeOf(packed.code); // asked for once
    },
    get map() {
      return (taken.map ??= unpackText(packed.map));
    },
    get builtFrom() {
      return packed.builtFrom === undefined ? undefined : (taken.builtFrom ??= deserialize(packed.builtFrom) as BuiltFrom);
    },
    get functions() {
      return (taken.functions ??= deserialize(packed.functions) as Parts["functions"]);
    },
    get sites() {
      return (taken.sites ??= deserialize(packed.sites) as SiteTable);
    },
    codeCache: packed.codeCache,
  };
  packedOf.set(parts, packed);
  return parts;
}

/** Parts to be kept: the codes of all lie side by side. */
export interface GatheredParts {
  readonly codes: Uint8Array;
  readonly rest: readonly (Omit<PackedParts, "code"> & { readonly code: { readonly length: number; readonly wide: boolean } })[];
}

export function gather(all: readonly PackedParts[]): GatheredParts {
  return {
    codes: Buffer.concat(all.map(({ code }) => code.bytes)),
    rest: all.map(({ code: { bytes, wide }, ...rest }) => ({ ...rest, code: { length: bytes.byteLength, wide } })),
  };
}

/** What was gathered, where it lies. */
export function scatter({ codes, rest }: GatheredParts): PackedParts[] {
  let end = 0;
  return rest.map(({ code: { length, wide }, ...others }) => ({
    ...others,
    code: { bytes: codes.subarray(end, (end += length)), wide },
  }));
}

/** The same with all bytes in shared memory, where they are not there already. */
function share(all: readonly PackedParts[]): PackedParts[] {
  const isShared = (bytes: Uint8Array): boolean => bytes.buffer instanceof SharedArrayBuffer;
  const missing = all.flatMap(bytesOf).filter((bytes) => !isShared(bytes));
  const memory = new SharedArrayBuffer(missing.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let end = 0;
  const moved = <B extends Uint8Array | undefined>(bytes: B): B => {
    if (bytes === undefined || isShared(bytes)) return bytes;
    const place = new Uint8Array(memory, end, bytes.byteLength);
    place.set(bytes);
    end += bytes.byteLength;
    return place as Uint8Array as B;
  };
  const codes = all.map(({ code }) => ({ ...code, bytes: moved(code.bytes) })); // side by side
  return all.map(({ map, builtFrom, functions, sites, codeCache }, i) => ({
    code: codes[i]!,
    map: { ...map, bytes: moved(map.bytes) },
    builtFrom: moved(builtFrom),
    functions: moved(functions),
    sites: moved(sites),
    codeCache: moved(codeCache),
  }));
}

function bytesOf({ code, map, builtFrom, functions, sites, codeCache }: PackedParts): Uint8Array[] {
  return [code.bytes, map.bytes, builtFrom, functions, sites, codeCache].filter((bytes) => bytes !== undefined);
}

function packText(text: string): Text {
  const wide = /[^\0-\xff]/.test(text);
  return { bytes: Buffer.from(text, wide ? "utf16le" : "latin1"), wide };
}

function codesOf(codes: readonly Text[]): (code: Text) => string {
  const first = codes[0]?.bytes;
  let end = first?.byteOffset;
  for (const { bytes } of codes) {
    if (bytes.buffer !== first!.buffer || bytes.byteOffset !== end) return unpackText;
    end += bytes.byteLength;
  }
  let all: string | undefined;
  return (code) => {
    if (code.wide) return unpackText(code);
    all ??= unpackText({ bytes: new Uint8Array(first!.buffer, first!.byteOffset, end! - first!.byteOffset), wide: false });
    const at = code.bytes.byteOffset - first!.byteOffset;
    return all.slice(at, at + code.bytes.byteLength);
  };
}

function unpackText({ bytes, wide }: Text): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(wide ? "utf16le" : "latin1");
}
