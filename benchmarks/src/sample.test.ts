import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { endSamples, readSample, takeSample } from "./sample.ts";
import { fakeWorkload } from "./testing/fakes.ts";

const workload = fakeWorkload("p");
const memory = fakeWorkload("processes", { unit: "bytes/process" });

describe("readSample", () => {
  test("divides operations by the time they took", () => {
    expect(readSample(workload, '{"program":"p","ops":50,"ns":100000000,"checksum":9}\n')).toEqual({
      value: 500,
      ops: 50,
      checksum: 9,
    });
  });
  test("takes the bytes of a program that measures memory, and its details", () => {
    const line = '{"program":"processes","ops":10,"ns":5,"checksum":1,"bytes":480,"detail":{"rss":480}}';
    expect(readSample(memory, line)).toEqual({ value: 480, ops: 10, checksum: 1, detail: { rss: 480 } });
  });
  test("takes the microseconds of a program that measures latency", () => {
    const latency = fakeWorkload("wait", { unit: "µs" });
    expect(readSample(latency, '{"program":"wait","ops":10,"ns":5,"checksum":1,"micros":7}').value).toBe(7);
    expect(() => readSample(latency, '{"program":"wait","ops":10,"ns":5,"checksum":1,"bytes":7}')).toThrow(/without micros/);
  });
  test("finds the line among others", () => {
    expect(readSample(workload, 'warming up\n{"program":"p","ops":1,"ns":1,"checksum":0}\n').ops).toBe(1);
  });
  test.each([
    ["", /printed no result/],
    ['{"program":"q","ops":1,"ns":1,"checksum":0}', /another program/],
    ['{"program":"p","ops":1,"ns":0,"checksum":0}', /not a result/],
    ['{"program":"p","ops":1.5,"ns":1,"checksum":0}', /not a result/],
    ['{"program":"p"}', /not a result/],
  ])("refuses %j", (output, message) => {
    expect(() => readSample(workload, output)).toThrow(message);
  });
  test("refuses a memory figure that is missing", () => {
    expect(() => readSample(memory, '{"program":"processes","ops":1,"ns":1,"checksum":0}')).toThrow(/without bytes/);
  });
});

describe("takeSample", () => {
  const node = (script: string, ...args: string[]) =>
    takeSample(workload, { file: process.execPath, args: ["-e", script, ...args] });

  afterAll(endSamples);

  test("runs the command and reads what it prints", async () => {
    const script = 'console.log(JSON.stringify({ program: "p", ops: 3, ns: 1e9, checksum: 1 }))';
    expect(await node(script)).toEqual({ value: 3, ops: 3, checksum: 1 });
  });
  test("a failure tells exit code, standard error and command", async () => {
    const failure = node('console.error("no such thing"); process.exit(3)');
    await expect(failure).rejects.toThrow(/p: exit code 3\nno such thing\n.*process\.exit\(3\)/s);
  });
  test("a command that cannot be started is an error", async () => {
    await expect(takeSample(workload, { file: "agner-no-such-command", args: [] })).rejects.toThrow(/ENOENT/);
  });
  test("what runs can be ended, and what it left in its folder for temporary files goes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "agner-sample-"));
    try {
      const told = join(folder, "told");
      const script = `
        const left = fs.mkdtempSync(path.join(os.tmpdir(), "left-"));
        fs.writeFileSync(process.argv[1] + ".new", left);
        fs.renameSync(process.argv[1] + ".new", process.argv[1]);
        setInterval(() => {}, 60_000);`;
      const ended = node(script, told).catch((error: Error) => error.message);
      await vi.waitUntil(() => existsSync(told), { timeout: 30_000 });
      const left = readFileSync(told, "utf8");
      expect(existsSync(left)).toBe(true);
      endSamples();
      expect(await ended).toMatch(/ended by SIGKILL/);
      expect(existsSync(left)).toBe(false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
