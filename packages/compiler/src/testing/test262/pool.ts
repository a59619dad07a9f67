/** Spreads the tests over processes. One that does not answer is ended, and its test counts as different. */
import { fork, type ChildProcess } from "node:child_process";
import type { ChildOptions } from "./child.ts";
import type { TestResult } from "./run-test.ts";

export interface PoolOptions extends ChildOptions {
  readonly child: string;
  readonly jobs: number;
  /** Milliseconds that a test may take, all its runs together. */
  readonly patience: number;
}

/** Realms are not given back at once: a process is replaced after so many tests. */
const TESTS_PER_PROCESS = 300;

export async function runAll(paths: readonly string[], options: PoolOptions, told: (result: TestResult) => void): Promise<void> {
  let next = 0;
  const take = () => paths[next++];
  await Promise.all(Array.from({ length: options.jobs }, () => worker(take, options, told)));
}

async function worker(take: () => string | undefined, options: PoolOptions, told: (result: TestResult) => void): Promise<void> {
  for (let path = take(); path !== undefined;) {
    const child = start(options);
    if ((await answer(child, options.patience)) === undefined) throw new Error("a process of the runner did not start");
    for (let count = 0; path !== undefined && count < TESTS_PER_PROCESS; count++) {
      child.send(path);
      const result = (await answer(child, options.patience)) as TestResult | undefined;
      told(result ?? unanswered(path));
      path = take();
      if (result === undefined) break;
    }
    child.kill("SIGKILL");
  }
}

function start({ child, root, quotas, known, realm }: PoolOptions): ChildProcess {
  const given: ChildOptions = { root, quotas, known, realm };
  return fork(child, [JSON.stringify(given)], {
    execArgv: ["--experimental-vm-modules", "--no-warnings", "--max-semi-space-size=64"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

/** The next message, or undefined if the process ends or does not answer in time. */
function answer(child: ChildProcess, patience: number): Promise<unknown> {
  return new Promise((resolve) => {
    const finish = (message?: unknown) => {
      clearTimeout(timer);
      child.off("message", finish);
      child.off("exit", gone);
      resolve(message);
    };
    const gone = () => finish();
    const timer = setTimeout(gone, patience);
    child.on("message", finish);
    child.on("exit", gone);
  });
}

function unanswered(path: string): TestResult {
  const difference = {
    variant: "top",
    quota: null,
    expected: "an end",
    got: "the process ended, or did not answer in time",
  } as const;
  return { path, status: "different", differences: [difference] };
}
