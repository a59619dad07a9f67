/** Breakpoints and steps in TypeScript files, within this program and over the socket of another's `--inspect`. */
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import inspector from "node:inspector";
import { afterEach, expect, test } from "vitest";
import { boot, type VM } from "@agner/vm";
import { folder } from "../code/testing/folder.ts";
import { dist } from "../testing/dist.ts";
import type * as Debugged from "./fixtures/debugged.ts";
import { attach, type Connection } from "./testing/debugger.ts";
import { connect, type WebSocketClient } from "./testing/web-socket.ts";

const MODULE = new URL("./fixtures/debugged.ts", import.meta.url);

/** Works until it is ended, for a debugger that comes whenever it does. */
const APP = `import { sleep } from "@agner/vm";
import { total } from "./debugged.ts";

export function main(): void {
  for (;;) {
    total([{ amount: 3 }, { amount: 4 }]);
    sleep(1);
  }
}
`;

let vm: VM | undefined;
let session: inspector.Session | undefined;
let program: ChildProcess | undefined;
let socket: WebSocketClient | undefined;
afterEach(async () => {
  session?.disconnect();
  session = undefined;
  inspector.close();
  await vm?.stop();
  vm = undefined;
  socket?.close();
  program?.kill("SIGKILL");
});

function inProcess(): Connection {
  const own = (session = new inspector.Session());
  own.connect();
  return {
    post: (method, params) => own.post(method as never, params as never),
    on: (event, listener) => own.on(event as never, (({ params }: { params: never }) => listener(params)) as never),
  };
}

/** Starts `agner run` with `--inspect`, at a port that is free, and connects to it. */
async function overSocket(module: string): Promise<Connection> {
  const args = ["--inspect=127.0.0.1:0", dist("cli/main.js"), "run", module, "--cores", "1", "--quiet"];
  const child = (program = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] }));
  const url = await new Promise<string>((resolve) => {
    let text = "";
    child.stderr.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      const found = /Debugger listening on (ws:\S+)\n/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const listeners = new Map<string, (params: never) => void>();
  let id = 1;
  const client = (socket = await connect(url, (text) => {
    const { method, params } = JSON.parse(text) as { method?: string; params: never };
    if (method !== undefined) listeners.get(method)?.(params);
  }));
  return {
    post: (method, params) => client.send(JSON.stringify({ id: id++, method, params })),
    on: (event, listener) => void listeners.set(event, listener),
  };
}

test("a breakpoint in a TypeScript file is hit in a process, also after it was suspended; steps go by its lines; variables have their names", async () => {
  inspector.open(0, "127.0.0.1");
  vm = await boot({ cores: 1, longScheduleMs: Infinity });
  const thread = await attach(inProcess(), MODULE.href);
  const { total } = await vm.load<typeof Debugged>(MODULE);
  await thread.breakAt(18);
  const result = vm.run(total, [{ amount: 3 }, { amount: 4 }]);

  let at = await thread.paused();
  expect(thread.line(at)).toBe(18);
  expect(at.callFrames[0]!.functionName).toMatch(/^(?:\$r\d+_)?total$/);
  expect(await thread.variables(at)).toMatchObject({ sum: 0, i: 0, amount: 3 });
  await thread.post("Debugger.resume");

  at = await thread.paused();
  expect(thread.line(at)).toBe(18);
  expect(await thread.variables(at)).toMatchObject({ sum: 3, i: 1, amount: 4 });
  const lines: (number | null)[] = [];
  while (lines.at(-1) !== 21) {
    at = await thread.step(at);
    lines.push(thread.line(at));
  }
  expect(lines.filter((line) => line !== 15)).toEqual([20, 21]); // by the head of the loop, or not
  expect(await thread.variables(at)).toMatchObject({ sum: 7, result: 14 });
  await thread.post("Debugger.resume");
  expect(await result).toBe(14);
});

test("over the socket of --inspect, a breakpoint in a TypeScript file is hit and stepped from", async () => {
  const dir = folder({
    "app.ts": APP,
    "debugged.ts": readFileSync(MODULE, "utf8"),
  });
  const thread = await attach(await overSocket(dir.path("app.ts")), dir.url("debugged.ts"));
  await thread.parsed();
  await thread.breakAt(18);
  let at = await thread.paused();
  expect(thread.line(at)).toBe(18);
  expect(at.callFrames[0]!.functionName).toMatch(/^(?:\$r\d+_)?total$/);
  const before = await thread.variables(at);
  expect(before).toMatchObject({ amount: expect.any(Number) as number });
  at = await thread.step(at);
  const after = await thread.variables(at);
  expect(after["sum"]).toBe((before["sum"] as number) + (before["amount"] as number));
  expect([15, 20]).toContain(thread.line(at)); // the head of the loop, or what comes after it
});
