#!/usr/bin/env node
import "./node-version.js";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bootstrap } from "./bootstrap.js";
import { ROOT, script, StepError } from "./command.js";

const HELP = `
Usage: npm run chaos [-- OPTIONS]

Processes spawn, link, monitor, message, set timers, take names, end and are killed at random, on rings so small that they are always full. Each
keeps books of every signal, and compares: none is lost, doubled or out of order, every monitor fires once, no process is left, and the memory
returns to what it was. The exit code is 0 only if all of that holds.

  --minutes N    how long (default 1; fractions are allowed)
  --seed S       what the processes decide (default: drawn, and shown); when they do it differs from run to run
  --cores N      scheduler threads (default: all processors)
  --quota N      reductions of a slice (default 4000)
  --move         every process that may changes its core before each of its slices
  --lose         cores are lost, too, every half a second; what lived there ends, all else is accounted for as ever
  --large        rings and tables of the ordinary size
  --help         this text
`;

const LOSE_EVERY_MS = 500;

script(HELP, async (args) => {
  const { minutes, seed, cores, quota, move, lose, large } = options(args);
  bootstrap();
  const { chaos } = await import("./chaos/run.js");
  process.stdout.write(`seed ${seed}\n`);
  const { counts, lost, statistics, failures, heaps } = await chaos({
    seed,
    ms: minutes * 60_000,
    ...(cores === undefined ? {} : { cores }),
    ...(quota === undefined ? {} : { quota }),
    ...(large ? { memory: {} } : {}),
    ...(move ? { move: "always" } : {}),
    ...(lose ? { loseEveryMs: LOSE_EVERY_MS } : {}),
    progress: ({ stage, seconds, alive, counts: { messages = 0, kills = 0, downs = 0 } }) =>
      line(
        `${stage}, ${seconds.toFixed(0)} s: ${alive} processes, ${messages} messages, ${kills} kills, ${downs} monitors fired`,
      ),
  });
  line("");
  const migrations = statistics.reduce((sum, { migrations }) => sum + migrations, 0);
  const steals = statistics.reduce((sum, { steals }) => sum + steals, 0);
  const rows = Object.entries({ ...counts, steals, migrations, coresLost: lost }).map(([name, count]) => [
    words(name),
    count.toLocaleString("en"),
  ]);
  for (const [core, bytes] of heaps.after.entries())
    rows.push([`heap of core ${core}`, `${megabytes(bytes)} (after the warm-up ${megabytes(heaps.before[core] ?? 0)})`]);
  const width = Math.max(...rows.map(([name = ""]) => name.length));
  for (const [name = "", value] of rows) process.stdout.write(`${name.padEnd(width)}  ${value}\n`);
  if (failures.length === 0) {
    process.stdout.write("\nAll signals are accounted for.\n");
    return 0;
  }
  const text = failures.map(describe).join("\n\n");
  const file = join(ROOT, ".cache/chaos", `${seed}.log`);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `seed ${seed}\narguments ${args.join(" ")}\n\n${text}\n`);
  process.stdout.write(
    `\n${describe(/** @type {Failure} */ (failures[0]))}\n\nFAILED: ${failures.length} with seed ${seed}; all of it is in ${file}\n`,
  );
  return 1;
});

/** @typedef {import("./chaos/run.js").Failure} Failure */

/** @param {string[]} args */
function options(args) {
  const config = {
    minutes: { type: "string" },
    seed: { type: "string" },
    cores: { type: "string" },
    quota: { type: "string" },
    move: { type: "boolean" },
    lose: { type: "boolean" },
    large: { type: "boolean" },
  };
  /** @type {Record<string, unknown>} */
  let values;
  try {
    ({ values } = parseArgs({ args, options: /** @type {any} */ (config) }));
  } catch (error) {
    throw new StepError(`${/** @type {Error} */ (error).message}\n${HELP}`);
  }
  /** @type {(name: string, least: number, fallback: any) => any} */
  const number = (name, least, fallback) => {
    const text = /** @type {string | undefined} */ (values[name]);
    if (text === undefined) return fallback;
    if (!(Number(text) >= least)) throw new StepError(`--${name} must be a number of at least ${least}, not ${text}`);
    return Number(text);
  };
  return {
    /** @type {number} */ minutes: number("minutes", 0, 1),
    /** @type {number} */ seed: number("seed", 0, Math.floor(Math.random() * 2 ** 31)),
    /** @type {number | undefined} */ cores: number("cores", 1, undefined),
    /** @type {number | undefined} */ quota: number("quota", 1, undefined),
    move: values["move"] === true,
    lose: values["lose"] === true,
    large: values.large === true,
  };
}

/**
 * Shows a line in the place of the last one.
 * @param {string} text
 */
function line(text) {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${text}`);
}

/** @param {Failure} failure */
function describe({ text, process: subject, other, history, theirs }) {
  const lines = [text];
  if (subject !== undefined) lines.push(`process ${subject.id} ${String(subject.pid)}`);
  if (other !== undefined) lines.push(`other   ${other.id} ${String(other.pid)}`);
  if (history.length > 0) lines.push("what the process has of the pair, oldest first:", ...history.map((entry) => `  ${entry}`));
  if (theirs !== undefined) lines.push("what the other has sent to it, oldest first:", ...theirs.map((entry) => `  ${entry}`));
  return lines.join("\n");
}

/** @param {string} name */
function words(name) {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
