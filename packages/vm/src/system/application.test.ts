/** App modules whose default export is an application, and signals of the operating system. */
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { folder } from "../code/testing/folder.ts";
import { dist } from "../testing/dist.ts";
import { agner, node, type Outcome, type ProgramOptions } from "../testing/program.ts";

/** What a library makes of an application: here one that prints what it is given, and runs until a signal if there is no main. */
const LIBRARY = {
  "application.ts": [
    'import { receive, trapSignal } from "@agner/vm";',
    "type Main = (...args: string[]) => unknown;",
    "export function application(start: (...args: string[]) => void): object {",
    "  return {",
    '    [Symbol.for("agner.application")]: (main: Main | undefined) => (...args: string[]) => {',
    "      start(...args);",
    "      if (main !== undefined) {",
    "        const code = main(...args);",
    '        console.log("stopped after main");',
    "        return code;",
    "      }",
    '      trapSignal("SIGTERM");',
    '      console.log("ready");',
    "      console.log(receive<{ type: string; name: string }>());",
    "      return 7;",
    "    },",
    "  };",
    "}",
  ].join("\n"),
};

const ways: [string, (app: string, args: readonly string[], options: ProgramOptions) => Promise<Outcome>][] = [
  ["agner run", (app, args, options) => agner(["run", app, "--cores", "2", ...args], options)],
  [
    "node --import @agner/vm/boot",
    (app, args, options) =>
      node(["--import", pathToFileURL(dist("import-entry.js")).href, app, ...args], { ...options, env: { AGNER_CORES: "2" } }),
  ],
];

describe.each(ways)("%s", (_name, start) => {
  test("an application alone runs until its signal, and its result is the exit code", async () => {
    const dir = folder({
      ...LIBRARY,
      "app.ts":
        'import { application } from "./application.ts";\nexport default application((...args) => console.log("start", args.join()));\n',
    });
    const outcome = await start("app.ts", ["a", "b"], { cwd: dir.path(""), signal: { after: "ready\n", name: "SIGTERM" } });
    expect(outcome).toEqual({ stdout: "start a,b\nready\n{ type: 'SIGNAL', name: 'SIGTERM' }\n", stderr: "", code: 7 });
  });

  test("an application with main: it is given main", async () => {
    const dir = folder({
      ...LIBRARY,
      "app.ts": [
        'import { application } from "./application.ts";',
        "export function main(...args: string[]): number {",
        '  console.log("main", args.join());',
        "  return 3;",
        "}",
        'export default application(() => console.log("start"));',
      ].join("\n"),
    });
    const outcome = await start("app.ts", ["x"], { cwd: dir.path("") });
    expect(outcome).toEqual({ stdout: "start\nmain x\nstopped after main\n", stderr: "", code: 3 });
  });

  test("halt from the process that got the signal ends a VM whose other core is busy", async () => {
    const dir = folder({
      "app.ts": [
        'import { halt, receive, schedulerId, send, self, sleep, spawnOpt, trapSignal, type Pid } from "@agner/vm";',
        "function spin(to: Pid): never {",
        '  send(to, "spinning");',
        "  sleep(1); // a message leaves when the slice ends",
        "  const text = 'x'.repeat(30) + 'y';",
        "  for (;;) /^(x+x+)+$/.test(text); // one call keeps the core for seconds",
        "}",
        "function stop(): void {",
        "  spawnOpt({ scheduler: 1 - schedulerId() }, spin, self());",
        "  receive();",
        '  trapSignal("SIGTERM");',
        '  console.log("ready");',
        "  receive();",
        "  halt(143);",
        "}",
        "export function main(): void {",
        "  spawnOpt({ scheduler: schedulerId(), monitor: true }, stop); // it must not be where the core is held",
        "  receive();",
        "}",
      ].join("\n"),
    });
    const outcome = await start("app.ts", [], { cwd: dir.path(""), signal: { after: "ready\n", name: "SIGTERM" } });
    expect(outcome).toEqual({ stdout: "ready\n", stderr: "", code: 143 });
  });

  test("a signal that comes before anybody traps it ends the program", async () => {
    const dir = folder({ "app.ts": 'console.log("loading");\nawait new Promise(() => {});\nexport function main(): void {}\n' });
    const outcome = await start("app.ts", [], { cwd: dir.path(""), signal: { after: "loading\n", name: "SIGTERM" } });
    expect(outcome.code).toBe(null);
  });
});

test("a signal that only a process has trapped that is gone ends the program", async () => {
  const dir = folder({
    "app.ts": [
      'import { receive, spawnMonitor, trapSignal } from "@agner/vm";',
      "export function main(): void {",
      '  spawnMonitor(() => trapSignal("SIGTERM"));',
      "  receive();",
      '  console.log("ready");',
      "  receive();",
      "}",
    ].join("\n"),
  });
  const outcome = await agner(["run", "app.ts", "--cores", "1"], {
    cwd: dir.path(""),
    signal: { after: "ready\n", name: "SIGTERM" },
  });
  expect(outcome).toEqual({ stdout: "ready\n", stderr: "", code: null });
});

test("an application that crashes, that exits, and that shuts down", async () => {
  const dir = folder({
    ...LIBRARY,
    "app.ts": [
      'import { exit } from "@agner/vm";',
      'import { application } from "./application.ts";',
      "export default application((how) => {",
      '  if (how === "throw") throw new Error("no database");',
      "  exit(how);",
      "});",
    ].join("\n"),
  });
  const crashed = await agner(["run", "app.ts", "throw"], { cwd: dir.path("") });
  expect(crashed.code).toBe(1);
  expect(crashed.stderr).toMatch(/^Process <.*> crashed: Error: no database\n {4}at file:.*app\.ts:4:30\n/);
  const exited = await agner(["run", "app.ts", "tired"], { cwd: dir.path("") });
  expect(exited.code).toBe(1);
  expect(exited.stderr).toMatch(/^Process <.*> crashed: 'tired'\n {2}initial call {5}application\n/);
  expect(await agner(["run", "app.ts", "shutdown"], { cwd: dir.path("") })).toEqual({ stdout: "", stderr: "", code: 0 });
});

test("a default export that is no application, or a broken one", async () => {
  const dir = folder({
    "main.ts": "export default { name: 'config' };\nexport function main(): number {\n  return 4;\n}\n",
    "none.ts": "export default { name: 'config' };\nexport const main = 5;\n",
    "broken.ts": 'export default { [Symbol.for("agner.application")]: () => "no function" };\n',
    "throws.ts":
      'export default {\n  [Symbol.for("agner.application")]: () => {\n    throw new TypeError("start is missing");\n  },\n};\n',
    "async.ts":
      'export default { [Symbol.for("agner.application")]: () => () => 0 };\nexport async function main(): Promise<void> {}\n',
  });
  const run = (name: string) => agner(["run", name, "--cores", "1"], { cwd: dir.path("") });
  expect((await run("main.ts")).code).toBe(4);
  const none = await run("none.ts");
  expect([none.code, none.stderr]).toEqual([
    2,
    `agner: ${dir.url("none.ts")} exports neither a function main(...args) nor an application as its default; add \`export function main(): void { … }\`\n`,
  ]);
  const broken = await run("broken.ts");
  expect([broken.code, broken.stderr.split("\n")[0]]).toEqual([
    1,
    `agner: AgnerError [AGNER_BAD_ARGUMENT]: the application that ${dir.url("broken.ts")} exports as its default has a method [Symbol.for("agner.application")] that returns no function`,
  ]);
  const throws = await run("throws.ts");
  expect([throws.code, throws.stderr.split("\n").slice(0, 2)]).toEqual([
    1,
    ["agner: TypeError: start is missing", expect.stringContaining(`${dir.url("throws.ts")}:3:`) as string],
  ]);
  expect((await run("async.ts")).stderr).toContain("main is an async function; a process runs an ordinary function");
});
