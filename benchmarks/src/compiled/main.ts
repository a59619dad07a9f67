/** `npm run bench:compiled`: compiled code against plain V8. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import type { Measurement } from "./measure.ts";
import { COMPILED_PROGRAMS, targetOf } from "./programs.ts";

const HELP = `Usage: npm run bench:compiled -- [options]

Runs programs compiled, in slices, and as plain JavaScript, in turns in one process, and prints how many times as long the compiled ones take.

  --only LIST    programs: ${COMPILED_PROGRAMS.map((each) => each.id).join(", ")} (all)
  --quota N      reductions of a slice (4000)
  --seconds N    how long each program is run, with its warm-up (4)
  --json         prints the measurements instead of a table
  --help         this text

To measure on another Node.js: PATH_TO/node benchmarks/dist/compiled/main.js`;

class UsageError extends Error {}

function readOptions(args: string[]) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        only: { type: "string" },
        quota: { type: "string", default: "4000" },
        seconds: { type: "string", default: "4" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false, short: "h" },
      },
    }));
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const only = values.only?.split(",").filter((id) => id !== "");
  for (const id of only ?? []) {
    if (!COMPILED_PROGRAMS.some((program) => program.id === id))
      throw new UsageError(`no program ${JSON.stringify(id)}: there are ${COMPILED_PROGRAMS.map((each) => each.id).join(", ")}`);
  }
  const programs = COMPILED_PROGRAMS.filter((program) => only === undefined || only.includes(program.id));
  return { ...values, programs, quota: positive("--quota", values.quota), seconds: positive("--seconds", values.seconds) };
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new UsageError(`${option} must be a number above 0, not ${JSON.stringify(text)}`);
  return value;
}

function main(args: string[]): number {
  let options;
  try {
    options = readOptions(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\nTry: npm run bench:compiled -- --help`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const script = fileURLToPath(new URL("measure.js", import.meta.url));
  const table = new Table({
    head: ["program", "plain ms", "compiled / plain", "middle half", "target"],
    colAligns: ["left", "right", "right", "right", "right"],
    style: { compact: true, ...(process.stdout.isTTY ? {} : { head: [], border: [] }) },
  });
  const results: Measurement[] = [];
  for (const program of options.programs) {
    process.stderr.write(`${program.id}…\n`);
    const output = execFileSync(process.execPath, [script, program.id, String(options.quota), String(options.seconds)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    const result = JSON.parse(output) as Measurement;
    results.push(result);
    const range = `${result.low.toFixed(2)} to ${result.high.toFixed(2)}`;
    table.push([program.id, result.plainMs.toFixed(2), `${result.ratio.toFixed(2)}×`, range, `${targetOf(program).toFixed(2)}×`]);
  }
  if (options.json) console.log(JSON.stringify({ node: process.version, quota: options.quota, results }, null, 2));
  else console.log(`Node.js ${process.version}, slices of ${options.quota} reductions\n${table.toString()}`);
  return 0;
}

process.exitCode = main(process.argv.slice(2));
