/** `npm run simulate`: explores the protocols between threads, looks for seeded faults, or replays a schedule. See scripts/simulate.js. */
import { parseArgs } from "node:util";
import { ALL_CASES } from "./all.ts";
import { exhaust, parseSchedule, replay, scheduleName, wander, type Case, type Failure, type Tally } from "./case.ts";
import { FAULTS, findFault } from "./faults.ts";
import { newCoverage } from "./machine.ts";
import { load } from "./modules.ts";
import { failureReport, grouped, protocolOf, table, unvisited } from "./report.ts";

/** Steps of one random case before the next has its turn. */
const PORTION = 200_000;
/** Most steps of one exhaustive case. */
const MOST_STEPS = 20_000_000;
/** Steps after which a fault counts as not found. */
const MOST_STEPS_FOR_FAULT = 2_000_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: "string" },
      minutes: { type: "string", default: "1" },
      only: { type: "string", default: "" },
      faults: { type: "boolean", default: false },
      replay: { type: "string" },
    },
  });
  const cases = ALL_CASES.filter((one) => one.name.startsWith(values.only));
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const minutes = Number(values.minutes);
  if (cases.length === 0)
    throw new Error(
      `no case begins with ${JSON.stringify(values.only)}; there are ${ALL_CASES.map((one) => one.name).join(", ")}`,
    );
  if (!Number.isInteger(seed) || !(minutes > 0)) throw new Error("--seed takes a whole number, --minutes a number above 0");
  if (values.replay !== undefined) return replayOne(values.replay);
  return values.faults ? listFaults(seed) : exploreAll(cases, seed, minutes);
}

/** All small cases as a whole, as far as half of the time goes; then the large ones in turn. */
async function exploreAll(cases: readonly Case[], seed: number, minutes: number): Promise<number> {
  const modules = await load();
  const begun = performance.now();
  const elapsed = (): number => (performance.now() - begun) / 60_000;
  const tallies = new Map<string, Tally>();
  for (const one of cases) tallies.set(protocolOf(one), { schedules: 0, coverage: newCoverage() });
  const tallyOf = (one: Case): Tally => tallies.get(protocolOf(one))!;
  const finish = (failure: Failure | undefined): number => {
    say("");
    say(table(cases, tallies));
    const never = unvisited(tallies.values());
    if (cases.length === ALL_CASES.length && never.length > 0) say(`\nNever reached: ${never.join("; ")}`);
    if (failure !== undefined) say(`\n${failureReport(failure, modules)}`);
    const steps = [...tallies.values()].reduce((sum, tally) => sum + tally.coverage.steps, 0);
    say(
      `\n${failure === undefined ? "PASSED" : "FAILED"}: ${grouped(steps)} steps in ${(elapsed() * 60).toFixed(0)} s, seed ${seed}`,
    );
    return failure === undefined ? 0 : 1;
  };
  const small = cases.filter((one) => one.preemptions !== undefined);
  const large = cases.filter((one) => one.preemptions === undefined);
  say(`Seed ${seed}. Every schedule with few preemptions:`);
  small.sort((a, b) => a.preemptions! - b.preemptions!);
  for (const [i, one] of small.entries()) {
    // What is left of the half, in equal parts.
    const end = elapsed() + Math.max(0, minutes / 2 - elapsed()) / (small.length - i);
    const tally = tallyOf(one);
    const before = { schedules: tally.schedules, steps: tally.coverage.steps };
    const result = exhaust(one, modules, tally, MOST_STEPS, () => elapsed() >= end);
    if (typeof result === "object") return finish(result);
    say(
      `  ${one.name}: ${result ? "all" : "the first"} ${grouped(tally.schedules - before.schedules)} schedules with up to ${one.preemptions} preemptions, ` +
        `${grouped(tally.coverage.steps - before.steps)} steps`,
    );
  }
  if (large.length > 0) say(`Random schedules of ${large.map((one) => one.name).join(", ")}`);
  const isOver = (): boolean => elapsed() >= minutes;
  for (let from = seed; !isOver() && large.length > 0; from = (from + PORTION) | 0) {
    for (const one of large) {
      const failure = wander(one, modules, tallyOf(one), from, PORTION, isOver);
      if (failure !== undefined) return finish(failure);
    }
  }
  return finish(undefined);
}

async function listFaults(seed: number): Promise<number> {
  let missed = 0;
  let protocol = "";
  for (const fault of FAULTS) {
    const [of] = fault.cases.split("/");
    if (of !== protocol) say(`${(protocol = of!)}:`);
    const { failure, steps } = await findFault(fault, ALL_CASES, seed, MOST_STEPS_FOR_FAULT);
    if (failure === undefined) missed++;
    say(`  ${fault.name}`);
    say(
      failure === undefined
        ? `    NOT FOUND in ${grouped(steps)} steps`
        : `    found after ${grouped(steps)} steps (seed ${seed}), ${scheduleName(failure)}: ${failure.error.message}`,
    );
  }
  say(
    missed === 0
      ? `\nPASSED: all ${FAULTS.length} faults were found`
      : `\nFAILED: ${missed} of ${FAULTS.length} faults were not found`,
  );
  return missed === 0 ? 0 : 1;
}

async function replayOne(name: string): Promise<number> {
  const found = parseSchedule(name, ALL_CASES);
  if (found === undefined)
    throw new Error(`${JSON.stringify(name)} is no schedule: give what a failure printed, as ring/at random:12345`);
  const modules = await load();
  const error = replay(found.case, modules, found.schedule, newCoverage(), say);
  say(error === undefined ? "PASSED: this schedule breaks no rule" : `FAILED: ${error.message}\n${error.stack}`);
  return error === undefined ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  return 1;
});
