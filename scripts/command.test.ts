import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { capture, foreground, ROOT, StepError } from "./command.js";

describe("capture", () => {
  test("returns what the program wrote to standard output", () => {
    expect(capture("Greeting", process.execPath, ["-e", 'console.log("hello")'])).toBe("hello\n");
  });
  test("a failure tells the step, the exit code, all output and the hint", () => {
    const fail = () =>
      capture("Greeting", process.execPath, ["-e", 'console.log("out"); console.error("err"); process.exit(3)'], {
        hint: "Wave.",
      });
    expect(fail).toThrow(StepError);
    expect(fail).toThrow(/^Greeting failed \(exit code 3\)\.\nout\n\nerr\n\nWave\.$/);
  });
  test("a program that does not exist is a failed step too", () => {
    expect(() => capture("Greeting", "agner-no-such-program", [])).toThrow(StepError);
  });
});

describe("foreground", () => {
  test("returns the exit code", async () => {
    expect(await foreground(["-e", "process.exit(7)"])).toBe(7);
  });
  test("returns 128 + n for signal n, as a shell does", async () => {
    expect(await foreground(["-e", 'process.kill(process.pid, "SIGKILL")'])).toBe(137);
  });
  test.each(["SIGTERM", "SIGHUP"])("hands %s on to the program, which decides how to end", (signal) => {
    const program = `process.once("${signal}", () => process.exit(5)); setInterval(() => {}, 60_000); process.kill(process.ppid, "${signal}")`;
    const url = pathToFileURL(join(ROOT, "scripts/command.js")).href;
    const starter = `import { foreground } from "${url}"; process.exitCode = await foreground(["-e", ${JSON.stringify(program)}]);`;
    const { status } = spawnSync(process.execPath, ["--input-type=module", "-e", starter], {
      timeout: 30_000,
      killSignal: "SIGKILL",
    });
    expect(status).toBe(5);
  });
});

describe("isProgram", () => {
  const folder = mkdtempSync(join(tmpdir(), "agner-command-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const command = pathToFileURL(join(ROOT, "scripts/command.js")).href;
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(
    join(folder, "one.js"),
    `import { isProgram } from "${command}";\nconsole.log("one", isProgram(import.meta.url));\n`,
  );
  writeFileSync(join(folder, "two.js"), `import "./one.js";\n`);
  symlinkSync(folder, join(folder, "link"));
  const run = (file: string) => capture("Running", process.execPath, [join(folder, file)]);

  test("holds for the module that was started", () => {
    expect(run("one.js")).toBe("one true\n");
  });
  test("holds through a symbolic link to its folder", () => {
    expect(run("link/one.js")).toBe("one true\n");
  });
  test("does not hold for a module that was imported", () => {
    expect(run("two.js")).toBe("one false\n");
  });
});

test.each(["bootstrap", "start", "test", "test-matrix", "pack", "clean"])("%s --help says how it is used", (name) => {
  expect(capture("Helping", process.execPath, [join(ROOT, `scripts/${name}.js`), "--help"])).toMatch(/^Usage: npm /);
});
