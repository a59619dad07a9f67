/** What a user sees of mistakes in an app: one text that says what happened, where, and what to do. */
import { expect, test } from "vitest";
import { folder } from "../code/testing/folder.ts";
import { agner } from "../testing/program.ts";

/** Runs `app` and returns what it leaves, the folder's path shortened. */
async function outcome(app: string, cores = 1): Promise<{ stdout: string; stderr: string; code: number | null }> {
  const dir = folder({ "app.ts": app });
  const { stdout, stderr, code } = await agner(["run", "app.ts", "--cores", String(cores)], { cwd: dir.path("") });
  return { stdout, stderr: stderr.replaceAll(dir.path(""), "/app"), code };
}

/** An app whose `main` has this body, from line 3 on. */
function main(body: string, before = ""): string {
  return `import { exit, halt, receive, register, self, send, sleep, spawn, spawnMonitor } from "@agner/vm";\n${before}export function main(): void | number {\n${body}\n}\n`;
}

const lines = (text: string): string[] => text.split("\n");

test("--cores 0 is one line, and 2", async () => {
  expect(await agner(["run", "app.ts", "--cores", "0"])).toEqual({
    stdout: "",
    stderr: 'agner: --cores must be a whole number from 1 to 256, not "0"\n',
    code: 2,
  });
});

test.each([
  [
    "a closure",
    "send(self(), { user: { greet: () => 1 } });",
    ".user.greet is a closure, greet; declare the function at the top level",
  ],
  ["a class instance", "send(self(), [1, { a: new (class A {})() }]);", "[1].a is an instance of class A; send a plain object"],
  [
    "a cycle",
    "const a: any = { list: [] }; a.list.push(a); send(self(), a);",
    ".list[0] is the same object as the whole value: a cycle",
  ],
])("a message that holds %s: its path, the place, and 1", async (_what, body, says) => {
  const { stdout, stderr, code } = await outcome(main(body));
  expect(lines(stderr)[0]).toMatch(/^Process <\d+\.\d+\.0> crashed: BadTermError \[AGNER_BAD_TERM\]: /);
  expect(lines(stderr)[0]).toContain(says);
  expect(lines(stderr)[1]).toMatch(/^ {4}at main \(file:\/\/\/app\/app\.ts:3:\d+\)$/);
  expect([stdout, code]).toEqual(["", 1]);
});

test("a name that nobody has: the nearest, and 1", async () => {
  const { stderr, code } = await outcome(main('register("logger");\nsend("loger", 1);'));
  expect(lines(stderr).slice(0, 2)).toEqual([
    expect.stringMatching(
      /^Process <\d+\.\d+\.0> "logger" crashed: NoProcError \[AGNER_NOPROC\]: send: no process is registered as "loger"; did you mean "logger"\?$/,
    ),
    "    at main (file:///app/app.ts:4:1)",
  ]);
  expect(code).toBe(1);
});

test("a dead pid swallows messages in silence", async () => {
  const app = main('const [pid] = spawnMonitor(() => {});\nreceive();\nsend(pid, 1);\nconsole.log("on");');
  expect(await outcome(app, 2)).toEqual({ stdout: "on\n", stderr: "", code: 0 });
});

test("receive in a callback of the event loop says what to do", async () => {
  const { stderr, code } = await outcome(main("setTimeout(() => receive(), 1);\nreceive();"));
  expect(lines(stderr)[0]).toMatch(
    /^agner: AgnerError \[AGNER_NOT_A_PROCESS\]: receive\(\) was called outside a process .*; spawn a process for this$/,
  );
  expect(lines(stderr)[1]).toBe("    at file:///app/app.ts:3:18");
  expect(code).toBe(1);
});

test("receive at the top level of a module says what to do", async () => {
  const { stderr, code } = await outcome(main("", "receive();\n"));
  expect(lines(stderr)[0]).toMatch(
    /^agner: AgnerError \[AGNER_NOT_A_PROCESS\]: receive\(\) was called outside a process .*; spawn a process for this$/,
  );
  expect(lines(stderr)[1]).toBe("    at file:///app/app.ts:2:1");
  expect(code).toBe(1);
});

test("main that exits with a reason: the reason, and 1", async () => {
  const { stdout, stderr, code } = await outcome(main('exit("no_pong");'));
  expect(lines(stderr)[0]).toMatch(/^Process <\d+\.\d+\.0> crashed: 'no_pong'$/);
  expect([stdout, code]).toEqual(["", 1]);
});

test("main that exits with normal ends well", async () => {
  expect(await outcome(main(`exit("normal");`))).toEqual({ stdout: "", stderr: "", code: 0 });
});

test.each([
  ["halt(3)", 3],
  ["process.exit(4)", 4],
])("%s in any process is the exit code", async (call, expected) => {
  const app = main("spawn(child);\nreceive();", `function child(): void {\n  ${call};\n}\n`);
  expect(await outcome(app, 2)).toEqual({ stdout: "", stderr: "", code: expected });
});

test("await in a process function: the place, and a hint to wait(…)", async () => {
  const { stderr, code } = await outcome("export function main(): void {\n  const x = await Promise.resolve(1);\n}\n");
  expect(lines(stderr).slice(0, 3)).toEqual([
    'agner: /app/app.ts:2:13: "await" can only be used inside an "async" function',
    expect.stringContaining("write wait(promise)"),
    "  2 |   const x = await Promise.resolve(1);",
  ]);
  expect(code).toBe(2);
});

test("an async function given to spawn: a warning when it is compiled, an error when it is spawned", async () => {
  const { stderr, code } = await outcome(main("spawn(child);", "async function child(): Promise<void> {}\n"));
  expect(lines(stderr)[0]).toMatch(/^warning: \/app\/app\.ts:4:7: spawn is given an async function: /);
  expect(stderr).toMatch(
    /^Process .* crashed: AgnerError \[AGNER_BAD_ARGUMENT\]: spawn: child is an async function; .* use wait\(promise\) where it awaits$/m,
  );
  expect(code).toBe(1);
});

test("an async main is refused as well", async () => {
  const { stderr, code } = await outcome("export async function main(): Promise<void> {}\n");
  expect(stderr).toMatch(
    /main is an async function; a process runs an ordinary function: drop the async and use wait\(promise\)/,
  );
  expect(code).toBe(1);
});
