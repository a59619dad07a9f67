/** The server as a user runs it, under requests of all kinds at once. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const AGNER = fileURLToPath(new URL("../../packages/vm/dist/cli/main.js", import.meta.url));
const APP = fileURLToPath(new URL("./main.ts", import.meta.url));

let server: ChildProcess;
let base = "";
let log = "";
/** How many requests there were. */
let requests = 0;

beforeAll(async () => {
  server = spawn(process.execPath, [AGNER, "run", APP, "0", "--cores", "2"], { stdio: ["ignore", "pipe", "pipe"] });
  server.stderr!.setEncoding("utf8").on("data", (text: string) => (log += text));
  const [line] = (await once(createInterface(server.stdout!), "line")) as [string];
  base = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)![1]!;
});

afterAll(async () => {
  const closed = once(server, "close");
  server.kill("SIGKILL");
  await closed;
});

async function get(path: string): Promise<{ path: string; status: number; body: string }> {
  requests++;
  const response = await fetch(base + path);
  return { path, status: response.status, body: await response.text() };
}

/** The counter knows of all requests; of the one that asks it may learn only after the question, which comes from another process. */
async function expectCounted(): Promise<void> {
  const counted = Number(/\d+/.exec((await get("/count")).body)![0]);
  expect([requests - 1, requests]).toContain(counted);
}

test("50 requests at once: a crash answers 500 and harms no other", async () => {
  await expectCounted();
  const paths = Array.from({ length: 50 }, (_, i) => ["/fib/15", "/count", "/crash"][i % 3]!);
  const answers = await Promise.all(paths.map(get));
  for (const { path, status, body } of answers) {
    if (path === "/crash") expect([status, body]).toEqual([500, "the request crashed; see the server's log\n"]);
    else
      expect([status, body]).toEqual([
        200,
        expect.stringMatching(path === "/count" ? /\d+/ : /^fib\(15\) = 610, computed on core [01]\n$/),
      ]);
  }
  await expectCounted();
  expect(log.match(/crashed: Error: this request was asked to crash$/gm)).toHaveLength(16);
});

test("what is wrong with a request is told to who asked", async () => {
  expect(await get("/")).toMatchObject({ status: 404, body: "try /fib/30, /count or /crash\n" });
  expect(await get("/fibs/3")).toMatchObject({ status: 404 });
  for (const n of ["", "-1", "41", "1.5", "many"]) {
    expect(await get(`/fib/${n}`)).toMatchObject({ status: 400, body: "fib takes a whole number from 0 to 40\n" });
  }
  expect(await get("/fib/0")).toMatchObject({ status: 200 });
});

test("a port that is taken ends the second server with the reason", async () => {
  const second = spawn(process.execPath, [AGNER, "run", APP, new URL(base).port, "--cores", "1"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  second.stderr.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const [code] = (await once(second, "close")) as [number];
  expect(text).toMatch(/cannotListen.*EADDRINUSE/);
  expect(code).toBe(1);
});
