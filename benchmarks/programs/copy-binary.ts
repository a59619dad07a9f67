import { measureCopies } from "./copies.ts";

function binary(bytes: number): Uint8Array {
  return new Uint8Array(bytes).fill(7);
}

function weigh(bytes: Uint8Array): number {
  return bytes.length + bytes[0]! + bytes[bytes.length - 1]!;
}

export function main(...args: string[]): void {
  measureCopies("copy-binary", args, binary, weigh);
}
