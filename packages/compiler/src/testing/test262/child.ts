/** A process that runs the tests it is told, one after the other: `child.mjs OPTIONS` with JSON. */
import { Compiler } from "./compiled.ts";
import { Known } from "./known.ts";
import { runTest, type TestResult } from "./run-test.ts";

export interface ChildOptions {
  readonly root: string;
  readonly quotas: readonly number[];
  readonly known: string;
  readonly realm: string;
}

const { root, quotas, known: knownFile, realm } = JSON.parse(process.argv[2]!) as ChildOptions;
const known = Known.read(knownFile);
const compiler = new Compiler(realm, known.plainHarness);

// What a test leaves behind is no failure of another.
process.on("unhandledRejection", () => {});
process.on("uncaughtException", () => {});

process.on("message", (path: string) => void run(path));
process.send!("ready");

async function run(path: string): Promise<void> {
  let result: TestResult;
  try {
    result = await runTest(path, { root, quotas, known, compiler });
  } catch (e) {
    result = { path, status: "different", differences: [broken(e)] };
  }
  process.send!(result);
}

function broken(e: unknown): NonNullable<TestResult["differences"]>[number] {
  return {
    variant: "top",
    quota: null,
    expected: "a test that can be run",
    got: e instanceof Error ? (e.stack ?? e.message) : String(e),
  };
}
