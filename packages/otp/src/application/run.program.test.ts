/** Applications as programs: how `agner run` starts and ends them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { agner, type Outcome, type ProgramOptions } from "../../../vm/src/testing/program.ts";

/** In the workspace, so that `@agner/otp` resolves. */
const cache = fileURLToPath(new URL("../../../../.cache", import.meta.url));
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, "applications-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A library of workers that tell of their starts and ends, and a supervisor of two of them. */
writeFileSync(
  join(folder, "workers.ts"),
  `import { genServer, noreply, supervisor } from "@agner/otp";
import { processFlag, receive } from "@agner/vm";
export const Worker = genServer({
  init: (name: string) => { processFlag("trapExit", true); console.log("start " + name); return name; },
  casts: { crash: (): never => { throw new Error("crashed on purpose"); } },
  info: (name) => noreply(name),
  terminate: (name, reason) => {
    console.log("stop " + name + " " + (typeof reason === "string" ? reason : "crash"));
    if (name === "stubborn") receive(() => false);
  },
});
export const Root = supervisor({ intensity: 0, children: (names: string[]) =>
  names.map((name) => Worker.child(name, { id: name, name, ...(name === "stubborn" ? { shutdown: Infinity } : {}) })) });
`,
);

let count = 0;

function run(source: string, options: ProgramOptions & { readonly args?: readonly string[] } = {}): Promise<Outcome> {
  const name = `app-${count++}.ts`;
  writeFileSync(
    join(folder, name),
    `import { application } from "@agner/otp";\nimport { Root, Worker } from "./workers.ts";\nvoid Worker;\n${source}`,
  );
  const { args = [], ...rest } = options;
  return agner(["run", name, "--cores", "2", ...args], { cwd: folder, ...rest, env: { AGNER_LOG: "none", ...rest.env } });
}

test("SIGTERM stops the tree in reverse order; the exit code is 0", async () => {
  const outcome = await run(
    `export default application({ start: (...args: string[]) => { console.log(args.join()); const root = Root.startLink(["a", "b"]); console.log("up"); return root; } });`,
    { args: ["x", "y"], signal: { after: "up\n", name: "SIGTERM" } },
  );
  expect(outcome).toEqual({
    stdout: "x,y\nstart a\nstart b\nup\nstop b shutdown\nstop a shutdown\n",
    stderr: "",
    code: 0,
  });
});

test("SIGINT does the same, and applications that this one needs stop after it", async () => {
  const outcome = await run(
    `export const Base = application({ name: "base", start: () => Root.startLink(["a"]) });
export default application({ applications: [Base], start: () => { const root = Root.startLink(["b"]); console.log("up"); return root; } });`,
    { signal: { after: "up\n", name: "SIGINT" } },
  );
  expect(outcome).toEqual({ stdout: "start a\nstart b\nup\nstop b shutdown\nstop a shutdown\n", stderr: "", code: 0 });
});

test("with main, the application starts first and stops when main returns", async () => {
  const outcome = await run(
    `export default application({ start: () => Root.startLink(["a"]) });
export function main(...args: string[]): number { console.log("main " + args.join()); return 3; }`,
    { args: ["x"] },
  );
  expect(outcome).toEqual({ stdout: "start a\nmain x\nstop a shutdown\n", stderr: "", code: 3 });
});

test("a crash of main is reported, and the application stops in order", async () => {
  const outcome = await run(
    `export default application({ start: () => Root.startLink(["a"]) });
export function main(): void { throw new Error("main failed"); }`,
    { env: { AGNER_LOG: "json" } },
  );
  expect(outcome.stdout).toBe("start a\nstop a shutdown\n");
  expect(outcome.stderr).toContain("main failed");
  expect(outcome.code).toBe(1);
});

test("a signal ends main too", async () => {
  const outcome = await run(
    `import { receive } from "@agner/vm";
export default application({ start: () => Root.startLink(["a"]) });
export function main(): void { console.log("waiting"); receive(); }`,
    { signal: { after: "waiting\n", name: "SIGTERM" } },
  );
  expect(outcome).toEqual({ stdout: "start a\nwaiting\nstop a shutdown\n", stderr: "", code: 0 });
});

test("K5 the end of its tree ends the VM with exit code 1, and what it needs stops in order", async () => {
  const outcome = await run(
    `export const Base = application({ name: "base", start: () => Root.startLink(["a"]) });
export default application({ applications: [Base], start: () => { const root = Root.startLink(["b"]); Worker.ref("b").cast.crash(); return root; } });`,
  );
  expect(outcome).toEqual({ stdout: "start a\nstart b\nstop b crash\nstop a shutdown\n", stderr: "", code: 1 });
});

test("K5 a transient application's end counts only if it is a crash", async () => {
  const outcome = await run(
    `import { exit, isAlive, monitor, receive } from "@agner/vm";
export const Base = application({ name: "base", start: () => Root.startLink(["a"]) });
export const Gone = application({ name: "gone", start: () => Root.startLink(["b"]) });
function endOf(name: string, reason: unknown): void {
  const { pid, master } = application.running().find((each) => each.name === name)!;
  const ref = monitor(master);
  exit(pid!, reason);
  if (isAlive(master)) receive((m: any) => m?.ref === ref);
}
export function main(): void {
  application.start(Base, { type: "permanent" });
  application.start(Gone, { type: "transient" });
  endOf("gone", "kill");
  receive(() => false);
}`,
  );
  // Whether "b" still tells of its own end before it is killed with the rest of its application, nobody knows.
  expect(outcome.stdout.replace("stop b killed\n", "")).toBe("start a\nstart b\nstop a shutdown\n");
  expect(outcome.code).toBe(1);
});

test("a start that fails says why; the exit code is 1", async () => {
  const outcome = await run(`export default application({ name: "shop", start: () => { throw new Error("no database"); } });`, {
    env: { AGNER_LOG: "json" },
  });
  expect(outcome.stderr).toContain("could not be started: Error: no database");
  expect(outcome).toMatchObject({ stdout: "", code: 1 });
});

test("a signal during the start is heard: what is starting stops when it has started", async () => {
  const outcome = await run(
    `import { receive } from "@agner/vm";
export const Base = application({ name: "base", start: () => Root.startLink(["a"]) });
export default application({ applications: [Base], start: () => {
  console.log("starting");
  receive(undefined, 500);
  return Root.startLink(["b"]);
} });
export function main(): void { console.log("main"); }`,
    { signal: { after: "starting\n", name: "SIGTERM" } },
  );
  expect(outcome).toEqual({
    stdout: "start a\nstarting\nstart b\nstop b shutdown\nstop a shutdown\n",
    stderr: "",
    code: 0,
  });
});

test("a second signal ends a start that hangs", async () => {
  const outcome = await run(
    `import { receive } from "@agner/vm";
export default application({ name: "shop", start: () => { console.log("starting"); return receive(() => false); } });`,
    {
      env: { AGNER_LOG: "json", AGNER_LOG_LEVEL: "warning" },
      signal: [
        { after: "starting\n", name: "SIGINT" },
        { after: "stopping_slowly", name: "SIGINT" },
      ],
    },
  );
  expect(outcome.stderr).toContain("the start of shop");
  expect(outcome.code).toBe(130);
});

test("applications that the program has started itself stop in order as well", async () => {
  const outcome = await run(
    `export const Base = application({ name: "base", start: () => Root.startLink(["a"]) });
export default application({ start: () => Root.startLink(["b"]) });
export function main(): void { application.start(Base); }`,
  );
  expect(outcome).toEqual({ stdout: "start b\nstart a\nstop a shutdown\nstop b shutdown\n", stderr: "", code: 0 });
});

test("a stop that takes long says what it waits for; a second signal ends the VM at once", async () => {
  const outcome = await run(
    `export default application({ start: () => { const root = Root.startLink(["a", "stubborn"]); console.log("up"); return root; } });`,
    {
      env: { AGNER_LOG: "json", AGNER_LOG_LEVEL: "warning" },
      signal: [
        { after: "up\n", name: "SIGTERM" },
        { after: "stopping_slowly", name: "SIGTERM" },
      ],
    },
  );
  expect(outcome.stdout).toBe("start a\nstart stubborn\nup\nstop stubborn shutdown\n");
  expect(outcome.stderr).toContain('it waits for \\"stubborn\\"');
  expect(outcome.stderr).not.toContain("(Root");
  expect(outcome.code).toBe(143);
});

test("K10 the file that AGNER_CONFIG names stands above the defaults", async () => {
  writeFileSync(join(folder, "config.json"), JSON.stringify({ shop: { color: "blue" } }));
  const source = `export default application({ name: "shop", env: { color: "red", size: 1 }, start: () => Root.startLink([]) });
export function main(): void { console.log(application.allEnv("shop")); }`;
  const outcome = await run(source, { env: { AGNER_CONFIG: join(folder, "config.json") } });
  expect(outcome).toEqual({ stdout: "{ color: 'blue', size: 1 }\n", stderr: "", code: 0 });
  const wrong = await run(source, { env: { AGNER_CONFIG: join(folder, "none.json"), AGNER_LOG: "json" } });
  expect(wrong.stderr).toContain("none.json cannot be read as JSON");
  expect(wrong.code).toBe(1);
});
