import { parseArgs } from "node:util";
import { PEERS } from "./systems/peers.ts";
import { WORKLOADS } from "./workloads/workloads.ts";

export interface Options {
  /** Ids of workloads, in the order of their definition. */
  readonly only: readonly string[];
  /** Ascending. */
  readonly cores: readonly number[];
  /** Ids of peer systems. */
  readonly peers: readonly string[];
  /** Leaves Agner out. */
  readonly peersOnly: boolean;
  readonly rounds: number;
  /** Where the results go. */
  readonly json: string;
  /** Where the report goes, if one is wanted. */
  readonly html: string | undefined;
  readonly help: boolean;
}

/** What was asked for cannot be done; the message says why. */
export class UsageError extends Error {}

export const HELP = `Usage: npm run bench -- [options]

Runs programs on every system and core count, in rounds, each time in a fresh process, and prints operations per second.

  --only LIST      programs, by id: ${WORKLOADS.map((each) => each.id).join(", ")} (all)
  --cores LIST     core counts, such as 1,2,4 or 1-8 (every count from 1 to the machine's)
  --peers LIST     systems to compare with: ${PEERS.map((each) => each.id).join(", ")}, or none (all that are installed)
  --peers-only     leave Agner out
  --rounds N       rounds per program (3)
  --json FILE      where to write the results (benchmarks/results.json)
  --html FILE      write a report with charts, one page that needs nothing else
  --help           this text

docs/benchmarks.md tells what is measured and how to read it.`;

/** Reads the command line. Throws a {@link UsageError}. */
export function parseOptions(
  args: readonly string[],
  defaults: { cores: number; peers: readonly string[]; json: string },
): Options {
  const values = read(args);
  const ids = WORKLOADS.map((each) => each.id);
  const only = values.only === undefined ? ids : known("program", list(values.only), ids);
  return {
    only: ids.filter((id) => only.includes(id)),
    cores: values.cores === undefined ? range(1, defaults.cores) : coreCounts(values.cores),
    peers: peers(values.peers, defaults.peers),
    peersOnly: values["peers-only"] ?? false,
    rounds: values.rounds === undefined ? 3 : count("--rounds", values.rounds),
    json: values.json ?? defaults.json,
    html: values.html,
    help: values.help ?? false,
  };
}

/** Reads the options of a comparison of two commits: those that tell what to run. Throws a {@link UsageError}. */
export function parseComparisonOptions(args: readonly string[], defaults: { cores: number; json: string }): Options {
  const other = ["peers", "peers-only", "html", "help"].find((name) => name in read(args));
  if (other !== undefined) throw new UsageError(`--${other} is no option of a comparison`);
  return parseOptions(args, { ...defaults, peers: [] });
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: "string" },
        cores: { type: "string" },
        peers: { type: "string" },
        "peers-only": { type: "boolean" },
        rounds: { type: "string" },
        json: { type: "string" },
        html: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function peers(value: string | undefined, all: readonly string[]): readonly string[] {
  if (value === undefined) return all;
  return value === "none" ? [] : known("peer", list(value), all);
}

function coreCounts(value: string): number[] {
  const counts = list(value).flatMap((item) => {
    const [from = "", to, ...rest] = item.split("-");
    if (rest.length > 0) throw new UsageError(`--cores: ${item} is neither a count nor a range`);
    return to === undefined ? [count("--cores", from)] : range(count("--cores", from), count("--cores", to));
  });
  return [...new Set(counts)].sort((a, b) => a - b);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

function count(option: string, value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new UsageError(`${option}: ${value || "nothing"} is not a positive whole number`);
  return Number(value);
}

function list(value: string): string[] {
  return value.split(",").map((item) => item.trim());
}

function known(what: string, items: readonly string[], all: readonly string[]): readonly string[] {
  for (const item of items) if (!all.includes(item)) throw new UsageError(`no ${what} "${item}"; there are: ${all.join(", ")}`);
  return items;
}
