/** How a run of the simulation is told. */
import type { Case, Failure, Tally } from "./case.ts";
import { replay, scheduleName } from "./case.ts";
import { CASE_SITES, newCoverage, STATE_BITS } from "./machine.ts";
import type { Modules } from "./modules.ts";
import { siteList } from "./modules.ts";

/** Operations that are shown of a failure; `--replay` shows all. */
const LAST_OPERATIONS = 30;

/** The protocol of a case. */
export function protocolOf(one: Case): string {
  return one.name.slice(0, one.name.indexOf("/"));
}

/** About how many different states were seen, from the bits of their hashes ("linear counting"). */
export function statesOf({ coverage }: Tally): number {
  let zeros = 0;
  for (const word of coverage.states) {
    let ones = word - ((word >>> 1) & 0x5555_5555);
    ones = (ones & 0x3333_3333) + ((ones >>> 2) & 0x3333_3333);
    zeros += 32 - (Math.imul((ones + (ones >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24);
  }
  return Math.round(-STATE_BITS * Math.log(Math.max(1, zeros) / STATE_BITS));
}

/** One line a protocol, and one for all. */
export function table(cases: readonly Case[], tallies: ReadonlyMap<string, Tally>): string {
  const rows = [["protocol", "cases", "schedules", "steps", "states"]];
  const total = [0, 0, 0, 0];
  for (const [protocol, tally] of tallies) {
    const count = cases.filter((one) => protocolOf(one) === protocol).length;
    const numbers = [count, tally.schedules, tally.coverage.steps, statesOf(tally)];
    numbers.forEach((n, i) => (total[i]! += n));
    rows.push([protocol, ...numbers.map(grouped)]);
  }
  rows.push(["all", ...total.map(grouped)]);
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[i]!))).join("  "))
    .join("\n");
}

/** The atomic operations of the modules that no schedule has come to. */
export function unvisited(tallies: Iterable<Tally>): string[] {
  const visits = [...tallies].map((tally) => tally.coverage.sites);
  const found: string[] = [];
  siteList().forEach((site, i) => {
    if (i >= CASE_SITES.length && site.steps && visits.every((sites) => sites[i] === 0))
      found.push(`${site.operation} in ${site.where}`);
  });
  return found;
}

/** What failed, its last operations, and how to see them all. */
export function failureReport(failure: Failure, modules: Modules): string {
  const lines: string[] = [];
  const error = replay(failure.case, modules, failure.schedule, newCoverage(), (line) => lines.push(line));
  const name = scheduleName(failure);
  return [
    `FAILED ${failure.case.name}: ${failure.error.message}`,
    ...(error?.message === failure.error.message ? [] : [`(replayed, it is another failure: ${error?.message ?? "none"})`]),
    `The last of its ${lines.length} operations:`,
    ...lines.slice(-LAST_OPERATIONS),
    `Replay all of it: npm run simulate -- --replay "${name}"`,
  ].join("\n");
}

export function grouped(n: number): string {
  return n.toLocaleString("en-US");
}
