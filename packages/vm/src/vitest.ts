/**
 * Tests of process code with vitest: the body of a `processTest` runs as a process of a VM that the test file shares.
 */
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { boot } from "./boot.ts";
import type { VM } from "./client.ts";
import { testExport } from "./test-registry.ts";

let booting: Promise<VM> | undefined;

/** Cores of the test VM; environment variable `AGNER_TEST_CORES`, default 2. */
const CORES = Number(process.env["AGNER_TEST_CORES"] ?? 2);

afterAll(async () => {
  await (await booting?.catch(() => undefined))?.stop();
  booting = undefined;
});

/**
 * Declares a test whose body runs as a process: it may spawn, send, receive and so on, and fails by throwing. The test file is loaded twice: by vitest, which
 * runs its ordinary tests, and as a compiled module of the VM, where the bodies come from; so its top level should only declare.
 *
 * @param ms time limit in milliseconds; default vitest's.
 * @example
 * import { expect } from "vitest";
 * import { processTest } from "@agner/vm/vitest";
 * import { receive, self, send, spawn } from "@agner/vm";
 *
 * processTest("a child answers", () => {
 *   const parent = self();
 *   spawn(() => send(parent, 42));
 *   expect(receive()).toBe(42);
 * });
 */
export function processTest(name: string, body: () => unknown, ms?: number): void {
  void body; // the VM takes it from its own copy of the module
  test(
    // oxlint-disable-next-line vitest/valid-title
    name,
    async ({ signal }) => {
      const path = expect.getState().testPath!;
      booting ??= boot({ cores: CORES, testing: true });
      const vm = await booting;
      const url = pathToFileURL(path);
      await vm.load(url);
      await vm.runTest(url, testExport(name), { signal });
    },
    ms,
  );
}
