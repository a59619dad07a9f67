/** Files of the cache: whole, or as if they were not there. What lies in them is run, and V8 does not look whether its own code is what it wrote. */
import { createHash, randomUUID } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";

const SEAL_LENGTH = 32;

function seal(body: Uint8Array): Buffer {
  return createHash("sha256").update(body).digest();
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
