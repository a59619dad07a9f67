/** Crash handlers and reports of libraries: what reaches whom, and what `agner run` prints of it. */
import { afterEach, expect, test } from "vitest";
import { boot, inProcess, onCrash, reportCrash, type CrashReport, type VM } from "@agner/vm";
import { formatCrash, formatReason, formatTerm } from "@agner/vm/report";
import { folder } from "../code/testing/folder.ts";
import { agner } from "../testing/program.ts";
import type * as CrashesModule from "./fixtures/crashes.ts";

const APP = new URL("./fixtures/crashes.ts", import.meta.url);

let vm: VM | undefined;
afterEach(async () => {
  await vm?.stop();
  vm = undefined;
});

async function start(): Promise<{ app: typeof CrashesModule; next: () => Promise<CrashReport> }> {
  vm = await boot({ cores: 2 });
  const reports: CrashReport[] = [];
  let wake = (): void => {};
  vm.on("crash", (report) => {
    reports.push(report);
    wake();
  });
  const next = async (): Promise<CrashReport> => {
    while (reports.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return reports.shift()!;
  };
  return { app: await vm.load<typeof CrashesModule>(APP), next };
}

test("where no VM runs, nothing happens", () => {
  onCrash(() => true);
  onCrash(undefined);
  reportCrash({ reason: "none" });
  expect(inProcess()).toBe(false);
});

test("a handler sees every crash of its core, outside any process, and what it logs is marked", async () => {
  const { app, next } = await start();
  for (const scheduler of [0, 1]) {
    const { seen, inside, ownProcess } = await vm!.run(app.crashWithHandler, scheduler);
    expect(inside).toBe(false);
    expect(ownProcess).toBe(true);
    expect(seen).toMatchObject({ scheduler, reason: { message: `on ${scheduler}` } });
    const report = await next();
    expect(report).toMatchObject({ scheduler, logged: true });
    expect((report.reason as Error).message).toBe(`on ${scheduler}`);
    expect(report.initialCall).toMatch(/^fail \(file:.*crashes\.ts:\d+:\d+\)$/);
  }
});

test.each(["throws", "suspends", "returns something else", "spoils the reason"])(
  "a handler that %s has logged nothing",
  async (how) => {
    const { app, next } = await start();
    expect(await vm!.run(app.crashWithBadHandler, how)).toMatchObject({ message: "still told" });
    const report = await next();
    expect("logged" in report).toBe(false);
    expect((report.reason as Error).message).toBe("still told");
  },
);

test("a library reports a crash that it has logged; the exit that follows is none", async () => {
  const { app, next } = await start();
  expect(await vm!.run(app.crashInLibrary)).toEqual({ badState: 7 });
  expect(await next()).toMatchObject({ reason: { badState: 7 }, initialCall: "Counter.init", name: "counter", logged: true });
  expect(await vm!.run(app.crashInLibraryWithSocket)).toBe("done");
  expect(await next()).toMatchObject({ reason: expect.stringMatching(/^\{ socket: /) as string, logged: true });
});

test("the reports of the VM are formatted in it as outside", async () => {
  const { app } = await start();
  const report = { pid: "<0.1.0>", initialCall: "main", reason: "tired", ancestors: [], mailboxLength: 0, scheduler: 0, time: 0 };
  expect(await vm!.run(app.format, report)).toEqual([
    formatCrash(report, { color: false }),
    formatReason("tired"),
    formatTerm(["a"]),
  ]);
});

test("agner run prints no report that was logged, and main's crash is still a failure", async () => {
  const dir = folder({
    "logged.ts": [
      'import { onCrash } from "@agner/vm";',
      "onCrash((report) => {",
      "  console.log(`logged: ${String(report.reason)}`);",
      "  return true;",
      "});",
      "export function main(): never {",
      "  throw new Error('mine');",
      "}",
    ].join("\n"),
    "reported.ts": [
      'import { exit, reportCrash } from "@agner/vm";',
      "export function main(): never {",
      "  reportCrash({ reason: 'broken' });",
      "  exit('broken');",
      "}",
    ].join("\n"),
  });
  expect(await agner(["run", "logged.ts", "--cores", "1"], { cwd: dir.path("") })).toEqual({
    stdout: "logged: Error: mine\n",
    stderr: "",
    code: 1,
  });
  expect(await agner(["run", "reported.ts", "--cores", "1"], { cwd: dir.path("") })).toEqual({ stdout: "", stderr: "", code: 1 });
});

test("an exit of main: normal and shutdown are clean, another reason is a crash on the core where it was", async () => {
  const dir = folder({
    "app.ts": [
      'import { exit } from "@agner/vm";',
      "export function main(reason: string): never {",
      "  exit(JSON.parse(reason));",
      "}",
    ].join("\n"),
  });
  const exits = (reason: unknown) => agner(["run", "app.ts", "--cores", "2", JSON.stringify(reason)], { cwd: dir.path("") });
  for (const reason of ["normal", "shutdown", { shutdown: { why: 1 } }])
    expect(await exits(reason)).toEqual({ stdout: "", stderr: "", code: 0 });
  for (const reason of ["tired", { shutdown: 1, other: 2 }]) {
    const { stderr, code } = await exits(reason);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ {2}scheduler {8}[01]$/m);
  }
});
