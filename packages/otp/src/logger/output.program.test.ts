/** What reaches standard error of a program that `agner run` runs. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { agner, node, type Outcome } from "../../../vm/src/testing/program.ts";

const APP = fileURLToPath(new URL("testing/app.ts", import.meta.url));

function run(way: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return agner(["run", APP, way, "--cores", "2", "--quiet"], { env });
}

/** Runs a program that does not lie in this package, whose own calls reports leave out; but in the workspace, so that the package is found. */
function runOutside(source: string): Promise<Outcome> {
  const cache = fileURLToPath(new URL("../../../../.cache", import.meta.url));
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "logger-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "app.ts"), `import { receive, spawnMonitor } from "@agner/vm";\n${source}`);
  return agner(["run", "app.ts", "--cores", "2", "--quiet"], { cwd: folder, env: { AGNER_LOG: "text" } });
}

function events({ stderr }: Outcome): Record<string, unknown>[] {
  return stderr
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("a program", () => {
  test("JSON lines where standard error is no terminal; text, colours and nothing where the environment says so", async () => {
    const error = { level: "error", message: "an error", fields: { code: 7 }, scheduler: expect.any(Number) as number };
    expect(events(await run("levels"))).toMatchObject([error]);
    const text = await run("levels", { AGNER_LOG: "text" });
    expect(text.stderr).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z error <0\.\d+\.\d+> an error \{ code: 7 \}\n$/);
    const colored = await run("levels", { AGNER_LOG: "text", FORCE_COLOR: "1" });
    expect(colored.stderr).toContain("\x1b[31merror\x1b[39m");
    expect(await run("levels", { AGNER_LOG: "none" })).toEqual({ stdout: "", stderr: "", code: 0 });
  });

  test("AGNER_LOG_LEVEL is the level at the start", async () => {
    expect(events(await run("levels", { AGNER_LOG_LEVEL: "info" })).map(({ level }) => level)).toEqual(["error", "info"]);
    expect(events(await run("levels", { AGNER_LOG_LEVEL: "none" }))).toEqual([]);
  });

  test("crashes of plain processes are logged once, with the stack of the source; an exit is none", async () => {
    const outcome = await run("crash");
    expect(events(outcome)).toMatchObject([{ type: "crash", reason: "TypeError: spilled", domain: ["vm", "crash"] }]);
    expect((events(outcome)[0]!["stack"] as string[])[0]).toMatch(/^at fail \(file:.*app\.ts:\d+:\d+\)$/);
    const text = await runOutside(
      `import { logger } from "@agner/otp";
void logger;
function fail(): void { throw new TypeError("spilled"); }
export function main(): void { const [, ref] = spawnMonitor(fail); receive((m: any) => m.ref === ref); }`,
    );
    expect(text.stderr).toMatch(/^Process <0\.\d+\.\d+> crashed: TypeError: spilled\n {4}at fail /);
    expect(text.stderr.match(/crashed/g)!.length).toBe(1);
  });

  test("the crash of main is logged before the VM halts", async () => {
    const outcome = await run("main");
    expect(outcome.code).toBe(1);
    expect(events(outcome)).toMatchObject([{ type: "crash", reason: "TypeError: spilled" }]);
  });

  test("the size of a storm is told though nothing follows it", async () => {
    const logged = events(await run("storm"));
    expect(logged.map(({ message }) => message)).toEqual([
      "storm",
      "storm",
      "storm",
      "Too many events, more than 3 within 1 s on this core: the rest is counted, not written",
      "7 events were not written: 7 notice; there were more than 3 within 1 s on this core",
    ]);
    expect(logged[4]).toMatchObject({ type: "overload", dropped: { notice: 7 } });
  });

  test("a handler of each core's own, added at the top level of a module, serves pino", async () => {
    const { stdout, stderr } = await run("pino");
    expect(stderr).toBe("");
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(lines).toMatchObject([0, 1].map((core) => ({ level: 40, msg: "careful", core, scheduler: core })));
  });

  test("where no VM runs it logs as well", async () => {
    const script = `import { logger } from ${JSON.stringify(new URL("../../dist/logger/index.js", import.meta.url).href)};
      logger.addHandler("mine", ({ message, scheduler, pid }) => console.log(message, scheduler, pid));
      logger.notice("plain");
      logger.configureDefaultHandler({ burst: 1 });
      for (let i = 0; i < 3; i++) logger.warning("storm");`;
    const outcome = await node(["--input-type=module", "-e", script], { env: { AGNER_LOG: "json" } });
    expect(outcome.stdout.split("\n")[0]).toBe("plain -1 undefined");
    const logged = events(outcome);
    expect(logged[0]).toMatchObject({ message: "plain", scheduler: -1 });
    // The program does not wait for the end of the window, but does not end without a word either.
    expect(logged.at(-1)).toMatchObject({ type: "overload", dropped: { warning: 2 } });
  });
});
