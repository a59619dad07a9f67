import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "./systems/system.ts";
import { costOf, type Workload } from "./workloads/workload.ts";

/** What one fresh process measured. */
export interface Sample {
  /** Operations per second; for costs, the cost itself. */
  readonly value: number;
  readonly ops: number;
  readonly checksum: number;
  /** Further figures that a program prints, by name. */
  readonly detail?: Readonly<Record<string, number>>;
}

/** Long enough for the largest workload on a slow machine, short enough that a program which hangs is noticed. */
const LIMIT_MS = 900_000;

const running = new Set<ChildProcess>();
/** Where the programs have their temporary files: those that are killed leave theirs behind. */
let scratch: string | undefined;

/** Kills the programs that run, and removes what any of them left behind. */
export function endSamples(): void {
  for (const child of running) child.kill("SIGKILL");
  if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  scratch = undefined;
}

/**
 * Runs a program to its end. Rejects when it fails, runs longer than a quarter of an hour, or prints no result, with what it wrote to standard error.
 */
export function takeSample(workload: Workload, command: Command): Promise<Sample> {
  scratch ??= mkdtempSync(join(tmpdir(), "agner-bench-"));
  const TMPDIR = scratch;
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, command.args, {
      env: { ...process.env, TMPDIR, ...command.env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: LIMIT_MS,
      killSignal: "SIGKILL",
    });
    running.add(child);
    let output = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    child.on("error", (error) => {
      running.delete(child);
      reject(error);
    });
    child.on("close", (code, signal) => {
      running.delete(child);
      try {
        if (code !== 0) throw new Error(signal ? `ended by ${signal}` : `exit code ${code}`);
        resolve(readSample(workload, output));
      } catch (error) {
        const told = [(error as Error).message, errors.trim()].filter((text) => text !== "").join("\n");
        reject(new Error(`${workload.id}: ${told}\n  ${[command.file, ...command.args].join(" ")}`));
      }
    });
  });
}

/** Reads the line of JSON that a program prints. Throws an Error that says what is wrong with it. */
export function readSample(workload: Workload, output: string): Sample {
  const line = output.split("\n").find((text) => text.startsWith("{"));
  if (line === undefined) throw new Error("the program printed no result");
  const result = JSON.parse(line) as Record<string, unknown>;
  const { program, ops, ns, checksum, detail } = result;
  if (program !== workload.program) throw new Error(`a result of another program: ${line}`);
  if (!isCount(ops) || !isCount(ns) || !isCount(checksum) || ns === 0) throw new Error(`not a result: ${line}`);
  const cost = costOf(workload.unit);
  if (cost !== undefined && typeof result[cost] !== "number") throw new Error(`a result without ${cost}: ${line}`);
  const value = cost === undefined ? ops / (ns / 1e9) : (result[cost] as number);
  return { value, ops, checksum, ...(detail ? { detail: detail as Record<string, number> } : {}) };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
