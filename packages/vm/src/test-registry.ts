/**
 * Test bodies on a scheduler thread: what a test file, loaded as an app module, declares with `processTest`.
 */
import { AgnerError } from "@agner/scheduler";

const bodies = new Map<string, Function>();

/** Under which name of a module the export resolver finds a test body. */
const PREFIX = "test: ";

/** The name by which the main thread asks for the body of a test. */
export function testExport(name: string): string {
  return PREFIX + name;
}

/** The body that is meant by an export name, if it is one of a test. */
export function findTest(name: string): Function | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  const body = bodies.get(name.slice(PREFIX.length));
  if (body === undefined)
    throw new AgnerError(
      "AGNER_NO_EXPORT",
      `the test file declares no processTest(${JSON.stringify(name.slice(PREFIX.length))}, …) at its top level or in a describe`,
    );
  return body;
}

/** What `@agner/vm/vitest` is inside the VM. */
export const processTestNamespace = {
  processTest: (name: string, body: Function): void => void bodies.set(name, body),
};

/** What `vitest` is inside the VM: expectations work; suites are walked for their process tests; ordinary tests and hooks belong to the main thread. */
export async function vitestNamespace(): Promise<object> {
  const vitest = await import("vitest");
  const nothing = (): void => {};
  const skipped = Object.assign(() => skipped, {
    skip: nothing,
    only: nothing,
    each: () => nothing,
    skipIf: () => nothing,
    runIf: () => nothing,
    todo: nothing,
  });
  const describe = (_name: string, body: () => void): void => body();
  return {
    ...vitest,
    describe: Object.assign(describe, { skip: nothing, only: describe, skipIf: (skip: boolean) => (skip ? nothing : describe) }),
    it: skipped,
    test: skipped,
    beforeAll: nothing,
    afterAll: nothing,
    beforeEach: nothing,
    afterEach: nothing,
  };
}
