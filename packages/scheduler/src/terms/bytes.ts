/** A byte array with the string methods of Node's Buffer that its types leave out: they take offsets and check nothing, so they are the fastest. */
export interface Bytes extends Uint8Array<ArrayBuffer> {
  latin1Write(text: string, offset: number): number;
  ucs2Write(text: string, offset: number): number;
  utf8Write(text: string, offset: number): number;
  latin1Slice(start: number, end: number): string;
  ucs2Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
}

/** A byte array of its own, not zeroed. */
export function allocateBytes(length: number): Bytes {
  return Buffer.allocUnsafeSlow(length) as unknown as Bytes;
}

/** The same bytes with those methods. */
export function asBytes(bytes: Uint8Array): Bytes {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as unknown as Bytes;
}

export const NO_BYTES: Bytes = allocateBytes(0);
