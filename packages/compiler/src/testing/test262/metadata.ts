/** The comment at the head of a test: what it needs and what it must end with. */
import { load } from "js-yaml";

export interface Metadata {
  readonly includes: readonly string[];
  readonly flags: readonly string[];
  readonly features: readonly string[];
  readonly negative: { readonly phase: string; readonly type: string } | undefined;
}

const FRONT_MATTER = /\/\*---([^]*?)---\*\//;

/** @throws Error if the text has no front matter, or if that is not YAML */
export function metadataOf(text: string): Metadata {
  const found = FRONT_MATTER.exec(text);
  if (found === null) throw new Error("the test has no front matter");
  const fields = (load(found[1]!.replace(/\r\n?/g, "\n")) ?? {}) as Partial<Metadata>;
  return {
    includes: fields.includes ?? [],
    flags: fields.flags ?? [],
    features: fields.features ?? [],
    negative: fields.negative ?? undefined,
  };
}
