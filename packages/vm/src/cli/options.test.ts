import { expect, test } from "vitest";
import { optionsFromEnvironment, parseCommand } from "./options.ts";

const none = { stats: false, json: false, quiet: false };

function complaint(...argv: string[]): string {
  try {
    parseCommand(argv);
  } catch (e) {
    expect((e as { code: string }).code).toBe("AGNER_USAGE");
    return (e as Error).message;
  }
  throw new Error("it was understood");
}

test("a module and its arguments", () => {
  expect(parseCommand(["run", "app.ts"])).toEqual({ kind: "run", module: "app.ts", args: [], options: none });
  expect(parseCommand(["run", "app.ts", "a", "b c", ""])).toEqual({
    kind: "run",
    module: "app.ts",
    args: ["a", "b c", ""],
    options: none,
  });
});

test("options before and after the module", () => {
  const command = { kind: "run", module: "app.ts", args: ["x"], options: { cores: 2, stats: true, json: true, quiet: true } };
  expect(parseCommand(["run", "--cores", "2", "--stats", "--json", "--quiet", "app.ts", "x"])).toEqual(command);
  expect(parseCommand(["run", "app.ts", "--cores=2", "x", "--stats", "--json", "--quiet"])).toEqual(command);
  expect(parseCommand(["run", "--stats", "app.ts", "--cores", "2", "--json", "x", "--quiet"])).toEqual(command);
});

test("what is not Agner's goes to main, in order", () => {
  expect(parseCommand(["run", "app.ts", "--port", "80", "-vx", "--json", "--name=a", "-", "--help"])).toEqual({
    kind: "run",
    module: "app.ts",
    args: ["--port", "80", "-vx", "--name=a", "-", "--help"],
    options: { ...none, json: true },
  });
});

test("everything after -- is main's", () => {
  expect(parseCommand(["run", "app.ts", "--stats", "--", "--cores", "0", "--", "--json"])).toEqual({
    kind: "run",
    module: "app.ts",
    args: ["--cores", "0", "--", "--json"],
    options: { ...none, stats: true },
  });
  expect(parseCommand(["run", "--", "--odd.ts", "--quiet"])).toEqual({
    kind: "run",
    module: "--odd.ts",
    args: ["--quiet"],
    options: none,
  });
});

test("help and version", () => {
  for (const argv of [["--help"], ["-h"], ["help"]]) expect(parseCommand(argv)).toEqual({ kind: "help", topic: "agner" });
  for (const argv of [
    ["run", "--help"],
    ["run", "-h"],
    ["run", "--stats", "--help"],
    ["help", "run"],
  ])
    expect(parseCommand(argv)).toEqual({ kind: "help", topic: "run" });
  for (const argv of [["--version"], ["-v"]]) expect(parseCommand(argv)).toEqual({ kind: "version" });
});

test("bad usage", () => {
  expect(complaint()).toBe("no command given (see: agner --help)");
  expect(complaint("rnu")).toBe('unknown command "rnu"; did you mean run? (see: agner --help)');
  expect(complaint("start")).toBe('unknown command "start" (see: agner --help)');
  expect(complaint("app.ts")).toBe('unknown command "app.ts"; to run a module: agner run app.ts (see: agner --help)');
  expect(complaint("--hepl")).toBe("unknown option --hepl; did you mean --help? (see: agner --help)");
  expect(complaint("run")).toBe("no module given: agner run <module> [args…] (see: agner run --help)");
  expect(complaint("run", "--stats")).toBe("no module given: agner run <module> [args…] (see: agner run --help)");
  expect(complaint("run", "--core", "2", "app.ts")).toBe(
    "unknown option --core; did you mean --cores?; options of the app stand after its module (see: agner run --help)",
  );
  expect(complaint("run", "app.ts", "--cores")).toBe("--cores needs a value (see: agner run --help)");
  expect(complaint("run", "app.ts", "--stats=yes")).toBe('--stats takes no value, but was given "yes" (see: agner run --help)');
});

test.each(["0", "banana", "1.5", "-1", "", "1e3", "257", "99999999999999999999"])("--cores %s is refused", (cores) => {
  expect(complaint("run", "app.ts", `--cores=${cores}`)).toBe(
    `--cores must be a whole number from 1 to 256, not ${JSON.stringify(cores)}`,
  );
});

test("--heap is a number of MB", () => {
  expect(parseCommand(["run", "app.ts", "--heap", "512"])).toMatchObject({ options: { heapMb: 512 } });
  for (const heap of ["0", "31", "1G", "1048577"])
    expect(complaint("run", "app.ts", `--heap=${heap}`)).toBe(
      `--heap must be a whole number of MB from 32 to 1048576, not ${JSON.stringify(heap)}`,
    );
});

test("times of the watchdog", () => {
  expect(parseCommand(["run", "app.ts", "--long-schedule", "50", "--stuck-limit=2000"])).toMatchObject({
    options: { longScheduleMs: 50, stuckLimitMs: 2_000 },
  });
  expect(parseCommand(["run", "--long-schedule=0", "--stuck-limit=0", "app.ts"])).toMatchObject({
    options: { longScheduleMs: Infinity, stuckLimitMs: Infinity },
  });
  expect(complaint("run", "app.ts", "--long-schedule=9")).toBe(
    '--long-schedule must be a whole number of milliseconds from 10 to 2147483647, not "9"',
  );
  expect(optionsFromEnvironment({ AGNER_LONG_SCHEDULE: "20", AGNER_STUCK_LIMIT: "500" })).toEqual({
    ...none,
    longScheduleMs: 20,
    stuckLimitMs: 500,
  });
});

test("the environment", () => {
  expect(optionsFromEnvironment({})).toEqual(none);
  expect(
    optionsFromEnvironment({ AGNER_CORES: "3", AGNER_HEAP: "256", AGNER_STATS: "1", AGNER_JSON: "true", AGNER_QUIET: "0" }),
  ).toEqual({
    cores: 3,
    heapMb: 256,
    stats: true,
    json: true,
    quiet: false,
  });
  expect(optionsFromEnvironment({ AGNER_CORES: "", AGNER_STATS: "false" })).toEqual(none);
  expect(() => optionsFromEnvironment({ AGNER_CORES: "many" })).toThrow(
    'AGNER_CORES must be a whole number from 1 to 256, not "many"',
  );
  expect(() => optionsFromEnvironment({ AGNER_JSON: "yes" })).toThrow('AGNER_JSON must be 1 or 0, not "yes"');
});

test("compile: a module, and where its text goes", () => {
  expect(parseCommand(["compile", "app.ts"])).toEqual({ kind: "compile", module: "app.ts", map: false, json: false });
  expect(parseCommand(["compile", "--out=app.js", "--map", "app.ts", "--json"])).toEqual({
    kind: "compile",
    module: "app.ts",
    out: "app.js",
    map: true,
    json: true,
  });
  for (const argv of [
    ["compile", "--help"],
    ["compile", "app.ts", "-h"],
    ["help", "compile"],
  ])
    expect(parseCommand(argv)).toEqual({ kind: "help", topic: "compile" });
  expect(complaint("compile")).toBe("no module given: agner compile <module> (see: agner compile --help)");
  expect(complaint("compile", "a.ts", "b.ts")).toBe(
    'one module is compiled at a time, and "b.ts" is a second (see: agner compile --help)',
  );
  expect(complaint("compile", "a.ts", "--uot", "b")).toBe(
    "unknown option --uot; did you mean --out? (see: agner compile --help)",
  );
  expect(complaint("compile", "a.ts", "--out")).toBe("--out needs a value (see: agner compile --help)");
  expect(complaint("compile", "a.ts", "--map=x")).toBe('--map takes no value, but was given "x" (see: agner compile --help)');
});
