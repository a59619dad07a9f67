/**
 * What a start has worked out, in one file for the next start of the same program: it is valid while the files that it came from are unchanged
 * (`witnesses.ts`), and is written anew when they are not.
 */
import { readdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import { bodyOf, namesOf, readShared, writeWhole } from "./whole-file.ts";
import { Sightings, unchanged, type Witnesses } from "./witnesses.ts";

/** Names of its files, for whoever clears the folder. */
export const KEPT = namesOf("kept");

/** To be raised when what is kept looks otherwise: files of other versions are then not found. */
const FORMAT = "3";

interface Kept {
  readonly witnesses: Witnesses;
  readonly value: unknown;
}

/** Remembers values from start to start, in a folder; without one it remembers nothing. */
export class Keeper {
  readonly #folder: string | undefined;

  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** The value of that name, if it was kept and still holds. */
  read(...name: readonly string[]): unknown {
    if (this.#folder === undefined) return undefined;
    try {
      const body = bodyOf(readShared(this.#path(this.#folder, name)));
      if (body === undefined) return undefined;
      const { witnesses, value } = deserialize(body) as Kept;
      return unchanged(witnesses) ? value : undefined;
    } catch {
      return undefined; // not there
    }
  }

  /** Looks at the compiler before it is used. */
  look(): Sightings {
    const seen = new Sightings();
    if (this.#folder !== undefined) for (const file of compilerFiles()) seen.add(file);
    return seen;
  }

  /** Keeps what `make` returns if the files that it was made from are as they were seen. */
  async write(name: readonly string[], seen: Sightings, make: () => unknown): Promise<void> {
    if (this.#folder === undefined) return;
    const witnesses = seen.witnesses();
    if (witnesses === undefined) return;
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    } catch {
      return; // a folder that cannot be used
    }
    await writeWhole(this.#path(this.#folder, name), serialize({ witnesses, value: make() } satisfies Kept));
  }

  /** Node's version decides how values are written, and what V8 does with compiled code. */
  #path(folder: string, name: readonly string[]): string {
    const parts = [FORMAT, process.version, process.arch, compilerFolder(), ...name];
    return join(folder, `${createHash("sha256").update(JSON.stringify(parts)).digest("hex")}.kept`);
  }
}

/** Where the compiler is installed. */
export function compilerFolder(): string {
  return fileURLToPath(new URL(".", import.meta.resolve("@agner/compiler")));
}

/** The compiler's own code, which in a workspace changes without a new version. */
export function compilerFiles(): string[] {
  const folder = compilerFolder();
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".js"))
    .sort()
    .map((name) => join(folder, name));
}
