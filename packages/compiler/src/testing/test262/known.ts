/** The committed list of what is not run, and of differences that stay, each with its reason. */
import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import type { Metadata } from "./metadata.ts";
import type { Difference } from "./run-test.ts";

interface Entry {
  readonly why: string;
  /** What all its differences have in common: parts of the result that was expected, and of the one that came. */
  readonly expected?: string;
  readonly got?: string;
  /** A path below `test`; `*` stands for any characters but slashes, `**` for any. */
  readonly path?: string;
  readonly flag?: string;
  readonly feature?: string;
}

interface KnownFile {
  readonly skipped: readonly (Entry & { readonly paths?: readonly string[] })[];
  /** What the compiler refuses: part of the sentence it says. */
  readonly refused: readonly { readonly says: string; readonly why: string }[];
  readonly differences: readonly (Entry & { readonly paths?: readonly string[] })[];
  /** Harness files that are not compiled. */
  readonly plainHarness: readonly string[];
}

export class Known {
  readonly plainHarness: readonly string[];
  readonly #skipped: Matcher;
  readonly #differences: Matcher;
  readonly #refused: KnownFile["refused"];

  constructor(text: string) {
    const file = load(text) as KnownFile;
    this.plainHarness = file.plainHarness ?? [];
    this.#skipped = matcher(file.skipped ?? []);
    this.#differences = matcher(file.differences ?? []);
    this.#refused = file.refused ?? [];
  }

  static read(path: string): Known {
    return new Known(readFileSync(path, "utf8"));
  }

  /** Why the test is not run. */
  skipped(path: string, metadata: Metadata): string | undefined {
    return this.#skipped(path, metadata);
  }

  /** Why a test may differ. */
  explained(path: string, metadata: Metadata, differences: readonly Difference[]): string | undefined {
    return this.#differences(path, metadata, differences);
  }

  /** Why a module is refused with that message. */
  refused(message: string): string | undefined {
    return this.#refused.find(({ says }) => message.includes(says))?.why;
  }
}

type Matcher = (path: string, metadata: Metadata, differences?: readonly Difference[]) => string | undefined;

function matcher(entries: KnownFile["skipped"]): Matcher {
  const tests = entries.map(({ why, path, paths, flag, feature, expected, got }) => {
    const patterns = [...(path === undefined ? [] : [path]), ...(paths ?? [])].map(pattern);
    if (patterns.length === 0 && flag === undefined && feature === undefined && got === undefined)
      throw new Error(`an entry names no tests: ${why}`);
    return (p: string, m: Metadata, differences: readonly Difference[]) =>
      (patterns.length === 0 || patterns.some((each) => each.test(p))) &&
      (flag === undefined || m.flags.includes(flag)) &&
      (feature === undefined || m.features.includes(feature)) &&
      differences.every((d) => d.expected.includes(expected ?? "") && d.got.includes(got ?? ""))
        ? why
        : undefined;
  });
  return (path, metadata, differences = []) => {
    for (const test of tests) {
      const why = test(path, metadata, differences);
      if (why !== undefined) return why;
    }
    return undefined;
  };
}

function pattern(glob: string): RegExp {
  const source = glob.replace(/\*\*|\*|[^*]+/g, (part) =>
    part === "**" ? ".*" : part === "*" ? "[^/]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"),
  );
  return new RegExp(`^${source}$`);
}
