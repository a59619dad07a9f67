/** One test: plain and compiled, in all forms and at all quotas. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Compiler } from "./compiled.ts";
import { makeRealm } from "./host.ts";
import type { Known } from "./known.ts";
import { metadataOf, type Metadata } from "./metadata.ts";
import { failed, isLoading, PASSED, same, shown, type Outcome } from "./outcome.ts";
import { runPlain, type Job } from "./plain.ts";
import { Sources } from "./planner.ts";
import { variantsOf, type Variant } from "./variants.ts";

export interface Difference {
  readonly variant: Variant["name"];
  readonly quota: number | null;
  readonly expected: string;
  readonly got: string;
}

export interface TestResult {
  readonly path: string;
  /** Better: plain it ends as the test does not want (Node lacks something), compiled as it wants. */
  readonly status: "same" | "better" | "skipped" | "different";
  /** Why it was skipped, or why it differs if that is known. */
  readonly why?: string | undefined;
  /** How the plain run ended if that is not what the test wants; it was compared all the same. */
  readonly plain?: string | undefined;
  /** Whether it ran as a process too, and was preempted. */
  readonly preempted?: boolean;
  readonly differences?: readonly Difference[];
}

export interface RunOptions {
  /** The folder that holds `harness` and `test`. */
  readonly root: string;
  readonly quotas: readonly number[];
  readonly known: Known;
  readonly compiler: Compiler;
}

/** `path`: relative to the folder `test`, with slashes. */
export async function runTest(path: string, options: RunOptions): Promise<TestResult> {
  const { root, known } = options;
  const file = join(root, "test", path);
  const text = readFileSync(file, "utf8");
  const metadata = metadataOf(text);
  const why = known.skipped(path, metadata);
  if (why !== undefined) return { path, status: "skipped", why };
  const harness = harnessOf(metadata).map((name) => join(root, "harness", name));
  const differences: Difference[] = [];
  let plainEnd: string | undefined;
  let preempted = false;
  let better = false;
  for (const variant of variantsOf(text, metadata)) {
    const job: Job = {
      url: pathToFileURL(file).href,
      text: variant.text,
      harness,
      async: metadata.flags.includes("async"),
    };
    const realm = makeRealm();
    const plain = ended(await runPlain(job, realm), realm.printed, job);
    const passes = asWanted(plain, metadata);
    if (variant.name === "main" || !preempted) plainEnd = passes ? undefined : shown(plain);
    if (variant.name === "main" && passes) preempted = true;
    const sources = new Sources(new Map([[job.url, variant.text]]));
    for (const quota of variant.name === "main" ? options.quotas : [null]) {
      const got = await compiled(job, sources, quota ?? 1, options.compiler);
      if (got.code === "AGNER_COMPILE") {
        const refused = known.refused(got.message);
        if (refused !== undefined && plain.phase !== "early") return { path, status: "skipped", why: refused };
      }
      if (!passes && asWanted(got, metadata)) better = true;
      else if (!same(plain, got)) differences.push({ variant: variant.name, quota, expected: shown(plain), got: shown(got) });
    }
    options.compiler.forget();
  }
  if (differences.length > 0) {
    const why = known.explained(path, metadata, differences);
    return { path, status: "different", why, plain: plainEnd, preempted, differences };
  }
  return { path, status: better ? "better" : "same", plain: plainEnd, preempted };
}

async function compiled(job: Job, sources: Sources, quota: number, compiler: Compiler): Promise<Outcome> {
  try {
    const realm = makeRealm();
    return ended(await compiler.run(job, sources, realm, quota), realm.printed, job);
  } catch (e) {
    return failed("early", e);
  }
}

/** The harness files that a test needs, in their order. */
function harnessOf({ flags, includes }: Metadata): string[] {
  if (flags.includes("raw")) return [];
  return [...new Set(["assert.js", "sta.js", ...(flags.includes("async") ? ["doneprintHandle.js"] : []), ...includes])];
}

const COMPLETE = "Test262:AsyncTestComplete";
const FAILURE = /^Test262:AsyncTestFailure:(\w+): ?([^]*)$/;

/** An asynchronous test has passed if it has said so. */
function ended(outcome: Outcome | undefined, printed: readonly string[], { async }: Job): Outcome {
  if (outcome !== undefined) return outcome;
  if (!async || printed[0] === COMPLETE) return PASSED;
  const [, name, message] = FAILURE.exec(printed[0] ?? "") ?? [undefined, "Unfinished", printed[0] ?? "did not call $DONE"];
  return { phase: "runtime", name: name!, message: message! };
}

function asWanted(outcome: Outcome, { negative }: Metadata): boolean {
  if (negative === undefined) return outcome.phase === "passed";
  if (isLoading(outcome)) return negative.type === "SyntaxError" && negative.phase !== "runtime";
  return outcome.name === negative.type && (outcome.phase === "runtime") === (negative.phase === "runtime");
}
