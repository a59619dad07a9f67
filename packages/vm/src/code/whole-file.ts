/** Files of the cache: whole, or as if they were not there. What lies in them is run, and V8 does not look whether its own code is what it wrote. */
import { randomUUID } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { crc32 } from "node:zlib";

const SEAL_LENGTH = 16;

/** Length and checksum: against accidents. Whoever may write the folder needs no accident. */
function seal(body: Uint8Array): Buffer {
  const made = Buffer.alloc(SEAL_LENGTH);
  made.writeDoubleLE(body.byteLength);
  made.writeUInt32LE(crc32(body), 8);
  return made;
}

/** Matches the names of parts that {@link writeWhole} may have left beside a file whose name ends in `.ending`, and of such files. */
export function namesOf(ending: string): RegExp {
  return new RegExp(`^[0-9a-f]{64}\\.${ending}(?:\\.[0-9a-f-]{36}\\.part)?$`);
}

/** Written beside under a name of its own and renamed, so that nobody reads half of it, or halves of two. A file that cannot be written is left out. */
export async function writeWhole(path: string, body: Uint8Array): Promise<void> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(part, Buffer.concat([seal(body), body]), { mode: 0o600, flag: "wx" });
    await rename(part, path);
  } catch {
    await rm(part, { force: true }).catch(() => {});
  }
}

/** What was written; undefined if `bytes` are not that any more. */
export function bodyOf(bytes: Buffer): Buffer | undefined {
  const body = bytes.subarray(SEAL_LENGTH);
  return bytes.length >= SEAL_LENGTH && seal(body).equals(bytes.subarray(0, SEAL_LENGTH)) ? body : undefined;
}

/** A file's bytes, in memory that other threads can be given. */
export function readShared(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.from(new SharedArrayBuffer(fstatSync(file).size));
    for (let at = 0, read = 1; at < bytes.length && read > 0; at += read)
      read = readSync(file, bytes, at, bytes.length - at, null);
    return bytes;
  } finally {
    closeSync(file);
  }
}
