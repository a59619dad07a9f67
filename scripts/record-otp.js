#!/usr/bin/env node
/**
 * Records what Erlang/OTP itself does with supervision trees under injected crashes, and with random state machines, for the conformance
 * tests to compare with.
 *
 * The scenarios are data: packages/otp/src/conformance/recorded/scenarios.json. They are handed to the Erlang program beside them as a
 * file of terms, in which a string is an atom and an object a map. It runs them one after another and prints what happened as JSON,
 * which is joined with the scenarios and written to supervision.json. The state machines are a program alone.
 */
import "./node-version.js";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binOf, capture, isProgram, ROOT, script, StepError } from "./command.js";

const FOLDER = join(ROOT, "packages/otp/src/conformance/recorded");

const HELP = `
Usage: node scripts/record-otp.js [--check]

Runs the scenarios of packages/otp/src/conformance/recorded/scenarios.json on Erlang/OTP and writes supervision.json beside them; then
random state machines, and writes state-machines.json.
erl and erlc must be in the PATH.

  --check   write nothing, and fail unless the recordings are as those files have them
`;

/** Runs the scenarios. Returns the content of supervision.json. */
export function record() {
  const scenarios = expand(JSON.parse(readFileSync(join(FOLDER, "scenarios.json"), "utf8")));
  return withRecorder((folder) => {
    const input = join(folder, "scenarios.term");
    writeFileSync(input, `[${scenarios.map(({ name, tree, steps }) => erlangTerm({ name, tree, steps })).join(",\n")}].\n`);
    const output = capture("Recording", "erl", ["-noinput", "-pa", folder, "-run", "recording", "main", input]);
    const { scenarios: recorded, ...versions } = JSON.parse(output);
    return {
      ...versions,
      scenarios: scenarios.map(({ name, description, tree, steps }, index) => ({
        name,
        description,
        tree,
        steps: steps.map((inject, step) => ({ inject, ...recorded[index].steps[step] })),
      })),
    };
  });
}

/** Runs the random state machines. Returns the content of state-machines.json. */
export function recordStateMachines() {
  return withRecorder((folder) =>
    JSON.parse(capture("Recording state machines", "erl", ["-noinput", "-pa", folder, "-run", "random_statem", "main"])),
  );
}

/**
 * Compiles the Erlang programs into a folder that is there while `run` runs.
 * @template T
 * @param {(folder: string) => T} run
 */
function withRecorder(run) {
  const folder = mkdtempSync(join(tmpdir(), "agner-record-"));
  try {
    const modules = readdirSync(join(FOLDER, "erlang")).filter((file) => file.endsWith(".erl"));
    const hint = "Erlang/OTP has to be installed, with erl and erlc in the PATH. On Debian: apt-get install erlang-base";
    capture("Looking for erl", "erl", ["-version"], { hint });
    capture("Compiling the recorder", "erlc", ["-Werror", "-o", folder, ...modules], { cwd: join(FOLDER, "erlang") });
    return run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @typedef {{ id: string, children?: Declaration[], [fact: string]: unknown }} Declaration */
/** @typedef {{ name: string, description: string, overrides?: Record<string, object>, steps: object[] }} Scenario */

/**
 * Gives every scenario its own tree: the common one with what the scenario overrides, by id.
 * @param {{ tree: Declaration, scenarios: Scenario[] }} file
 */
function expand({ tree, scenarios }) {
  return scenarios.map(({ overrides = {}, ...scenario }) => {
    const unknown = new Set(Object.keys(overrides));
    /** @type {(declaration: Declaration) => Declaration} */
    const node = (declaration) => {
      unknown.delete(declaration.id);
      const own = { ...declaration, ...overrides[declaration.id] };
      return own.children ? { ...own, children: own.children.map(node) } : own;
    };
    const own = node(tree);
    if (unknown.size > 0)
      throw new StepError(`Scenario ${scenario.name} overrides what is not in the tree: ${[...unknown].join(", ")}`);
    return { ...scenario, tree: own };
  });
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function erlangTerm(value) {
  if (typeof value === "string") return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(erlangTerm).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    return `#{${Object.entries(value)
      .map(([key, member]) => `${erlangTerm(key)} => ${erlangTerm(member)}`)
      .join(",")}}`;
  }
  return String(value);
}

if (isProgram(import.meta.url)) {
  script(HELP, (args) => {
    const check = args[0] === "--check";
    if (args.length > (check ? 1 : 0)) throw new StepError(`Unknown arguments: ${args.join(" ")}\n${HELP}`);
    const recordings = { "supervision.json": record(), "state-machines.json": recordStateMachines() };
    for (const [name, content] of Object.entries(recordings)) {
      const file = join(FOLDER, name);
      const recording = JSON.stringify(content);
      if (!check) {
        writeFileSync(file, recording);
        capture("Formatting", process.execPath, [binOf("oxfmt"), file]);
      } else if (JSON.stringify(JSON.parse(readFileSync(file, "utf8"))) !== recording) {
        throw new StepError(`Erlang/OTP did something else than ${name} says. Record again and look at the difference.`);
      }
    }
  });
}
