import { spawn } from "node:child_process";
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { folder } from "./code/testing/folder.ts";
import { writeFully } from "./output.ts";
import { dist } from "./testing/dist.ts";

/** Starts a program whose worker runs `source` with its output installed; its main thread ends as soon as the worker has. */
function start(source: string): ReturnType<typeof spawn> {
  const dir = folder({
    "main.js":
      'import { Worker } from "node:worker_threads";\nnew Worker(new URL("./worker.js", import.meta.url)).on("exit", (code) => process.exit(code));',
    "worker.js": `import { installOutput } from ${JSON.stringify(pathToFileURL(dist("output.js")).href)};\ninstallOutput();\n${source}`,
  });
  return spawn(process.execPath, [dir.path("main.js")], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, FORCE_COLOR: undefined },
  });
}

async function run(source: string): Promise<{ stdout: string; stderr: string; code: number }> {
  const child = start(source);
  let stdout = "";
  let stderr = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [code] = (await once(child, "close")) as [number];
  return { stdout, stderr, code };
}

test("a megabyte to a slow reader arrives whole, although the program ends at once", async () => {
  const child = start(
    'for (let i = 0; i < 1024; i++) process.stdout.write(String(i % 10).repeat(1023) + "\\n");\nprocess.exit(3);',
  );
  let text = "";
  let chunks = 0;
  const stdout = child.stdout!;
  stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    chunks++;
    stdout.pause();
    // Ten turns of the event loop a chunk: the pipe is full nearly all the time.
    let turns = 10;
    const wait = (): void => void (turns-- > 0 ? setImmediate(wait) : stdout.resume());
    wait();
  });
  expect(await once(child, "close")).toEqual([3, null]);
  expect(chunks).toBeGreaterThan(2);
  expect(text.length).toBe(1024 * 1024);
  expect(text.split("\n")[1023]).toBe("3".repeat(1023));
});

test("console, streams, encodings and callbacks, in order", async () => {
  const { stdout, stderr, code } = await run(`
    import nodeConsole from "node:console";
    console.log("one %s", 1);
    process.stdout.write("two\\n");
    process.stdout.write("746872c3a9650a", "hex", () => process.stdout.write("called back\\n"));
    process.stdout.write(new Uint8Array([102, 111, 117, 114, 10]));
    nodeConsole.table([{ a: 1 }]);
    console.error("err");
    process.stderr.write("or\\n");
  `);
  expect(stdout).toBe(
    "one 1\ntwo\nthrée\nfour\n┌─────────┬───┐\n│ (index) │ a │\n├─────────┼───┤\n│ 0       │ 1 │\n└─────────┴───┘\ncalled back\n",
  );
  expect([stderr, code]).toEqual(["err\nor\n", 0]);
});

test("a pipe is no terminal", async () => {
  const { stdout } = await run(
    "const s = process.stdout; console.log(JSON.stringify([s.isTTY, s.columns ?? null, s.getColorDepth(), s.hasColors(), s.fd, process.stderr.fd]));",
  );
  expect(JSON.parse(stdout)).toEqual([false, null, 1, false, 1, 2]);
});

test("when the reader is gone, console goes on and a write without a listener ends the program", async () => {
  const child = start(`
    import { readSync } from "node:fs";
    readSync(0, Buffer.alloc(1)); // until the test has closed its end of standard output
    for (let i = 0; i < 3; i++) console.log("nobody hears this");
    setImmediate(() => { console.error("still here"); process.stdout.write("nor this"); });
  `);
  child.stdout!.once("close", () => child.stdin!.end()).destroy();
  let stderr = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [code] = (await once(child, "close")) as [number];
  expect(code).toBe(1);
  expect(stderr).toMatch(/^still here\n[^]*EPIPE/);
});

test("partial writes are completed, and a full pipe is waited for", () => {
  const written: string[] = [];
  const answers = ["EAGAIN", 2, "EAGAIN", "EAGAIN", "EAGAIN", 3, 1];
  const write = (_fd: number, data: Uint8Array, offset: number, length: number): number => {
    const answer = answers.shift()!;
    if (typeof answer === "string") throw Object.assign(new Error(answer), { code: answer });
    written.push(Buffer.from(data.subarray(offset, offset + Math.min(answer, length))).toString());
    return answer;
  };
  writeFully(1, new TextEncoder().encode("abcdef"), write as Parameters<typeof writeFully>[2]);
  expect(written).toEqual(["ab", "cde", "f"]);
  expect(answers).toEqual([]);
});

test("other errors are the caller's", () => {
  const broken = (): never => {
    throw Object.assign(new Error("gone"), { code: "EPIPE" });
  };
  expect(() => writeFully(1, new Uint8Array(1), broken)).toThrow("gone");
});
