import { mkdirSync } from "node:fs";
import { expect, test } from "vitest";
import { folder } from "../code/testing/folder.ts";
import { agner } from "../testing/program.ts";
import { HELP, RUN_HELP } from "./help.ts";

test("help and version go to standard output", async () => {
  expect(await agner(["--help"])).toEqual({ stdout: HELP, stderr: "", code: 0 });
  expect(await agner(["run", "--help"])).toEqual({ stdout: RUN_HELP, stderr: "", code: 0 });
  const { stdout, code } = await agner(["--version"]);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(code).toBe(0);
});

test("bad usage is one line on standard error", async () => {
  expect(await agner([])).toEqual({ stdout: "", stderr: "agner: no command given (see: agner --help)\n", code: 2 });
  expect(await agner(["rum"])).toEqual({
    stdout: "",
    stderr: 'agner: unknown command "rum"; did you mean run? (see: agner --help)\n',
    code: 2,
  });
  expect(await agner(["run"])).toEqual({
    stdout: "",
    stderr: "agner: no module given: agner run <module> [args…] (see: agner run --help)\n",
    code: 2,
  });
  expect(await agner(["run", "app.ts", "--cores", "banana"])).toEqual({
    stdout: "",
    stderr: 'agner: --cores must be a whole number from 1 to 256, not "banana"\n',
    code: 2,
  });
});

test("a missing module and a directory", async () => {
  const dir = folder({ "app.ts": "" });
  mkdirSync(dir.path("lib"));
  const cwd = dir.path("");
  expect(await agner(["run", "ap.ts"], { cwd })).toEqual({
    stdout: "",
    stderr: `agner: cannot find module "${dir.path("ap.ts")}": did you mean "${dir.path("app.ts")}"?\n`,
    code: 2,
  });
  expect(await agner(["run", "./lib"], { cwd })).toEqual({
    stdout: "",
    stderr: `agner: "${dir.path("lib")}" is a directory; name a file in it\n`,
    code: 2,
  });
  expect(await agner(["run", "ap.ts", "--json"], { cwd })).toEqual({
    stdout: "",
    stderr: `${JSON.stringify({ type: "error", code: "AGNER_MODULE_NOT_FOUND", message: `cannot find module "${dir.path("ap.ts")}": did you mean "${dir.path("app.ts")}"?` })}\n`,
    code: 2,
  });
});

test("colours on request", async () => {
  const { stderr } = await agner([], { env: { FORCE_COLOR: "1" } });
  expect(stderr).toBe("\u001b[31m\u001b[1magner:\u001b[22m\u001b[39m no command given (see: agner --help)\n");
});
