/** The inspector's protocol against scheduler threads, as a debugger with source maps speaks it. */
import inspector from "node:inspector";
import { allGeneratedPositionsFor, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { afterEach, expect, test } from "vitest";
import { boot, type VM } from "@agner/vm";
import type * as Debugged from "./fixtures/debugged.ts";

const MODULE = new URL("./fixtures/debugged.ts", import.meta.url);

interface Location {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

interface Paused {
  readonly callFrames: readonly {
    readonly functionName: string;
    readonly location: Location;
    readonly scopeChain: readonly { readonly type: string; readonly object: { readonly objectId: string } }[];
  }[];
}

interface Script {
  readonly scriptId: string;
  readonly url: string;
  readonly sourceMapURL?: string;
}

/** What comes from the other end: the answer to the message `id`, or an event. */
interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly method?: string;
  readonly params?: unknown;
}

interface Property {
  readonly name: string;
  readonly value?: { readonly value?: unknown };
}

let vm: VM | undefined;
let session: inspector.Session | undefined;
afterEach(async () => {
  session?.disconnect();
  inspector.close();
  await vm?.stop();
  vm = undefined;
});

/** The protocol's other end for one scheduler thread. */
class Thread {
  readonly #pending = new Map<number, (result: unknown) => void>();
  readonly #waiting: ((paused: Paused) => void)[] = [];
  readonly #paused: Paused[] = [];
  readonly #maps = new Map<string, TraceMap>();
  readonly #session: inspector.Session;
  readonly #id: string;
  #next = 1;

  constructor(own: inspector.Session, id: string) {
    this.#session = own;
    this.#id = id;
  }

  receive(message: string): void {
    const { id, method, params, result } = JSON.parse(message) as Answer;
    if (id !== undefined) this.#pending.get(id)!(result);
    if (method === "Debugger.scriptParsed") this.#parsed(params as Script);
    if (method !== "Debugger.paused") return;
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#paused.push(params as Paused);
    else waiting(params as Paused);
  }

  post<T>(method: string, params: object = {}): Promise<T> {
    return new Promise((resolve) => {
      const id = this.#next++;
      this.#pending.set(id, resolve as never);
      const message = JSON.stringify({ id, method, params });
      this.#session.post("NodeWorker.sendMessageToWorker" as never, { sessionId: this.#id, message } as never);
    });
  }

  #parsed({ scriptId, url, sourceMapURL }: Script): void {
    if (url !== MODULE.href || sourceMapURL === undefined || sourceMapURL === "") return;
    const json = Buffer.from(sourceMapURL.slice(sourceMapURL.indexOf(",") + 1), "base64").toString();
    this.#maps.set(scriptId, new TraceMap(json, url));
  }

  paused(): Promise<Paused> {
    const paused = this.#paused.shift();
    return paused === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(paused);
  }

  /** Breaks wherever the line of the source is, in the fast and in the resume version. */
  async breakAt(line: number): Promise<void> {
    for (const [scriptId, map] of this.#maps) {
      const places = new Map<number, number>();
      for (let column = 0; column < 80; column++)
        for (const at of allGeneratedPositionsFor(map, { source: MODULE.href, line, column }))
          if (at.line !== null) places.set(at.line, Math.min(at.column, places.get(at.line) ?? Infinity));
      if (places.size < 2) throw new Error(`line ${line} is not in both versions of its function`);
      for (const [lineNumber, columnNumber] of places)
        await this.post("Debugger.setBreakpoint", { location: { scriptId, lineNumber: lineNumber - 1, columnNumber } });
    }
  }

  /** The line of the source at which the process stands; null for what the compiler made. */
  line({ callFrames }: Paused): number | null {
    const { scriptId, lineNumber, columnNumber } = callFrames[0]!.location;
    const map = this.#maps.get(scriptId);
    return map === undefined ? null : originalPositionFor(map, { line: lineNumber + 1, column: columnNumber }).line;
  }

  /** Steps over until another line of the source is reached. */
  async step(from: Paused): Promise<Paused> {
    for (let at = from; ;) {
      void this.post("Debugger.stepOver");
      at = await this.paused();
      const line = this.line(at);
      if (line !== null && line !== this.line(from)) return at;
    }
  }

  async variables({ callFrames }: Paused): Promise<Record<string, unknown>> {
    const found: Record<string, unknown> = {};
    for (const { type, object } of callFrames[0]!.scopeChain) {
      if (type === "global") continue;
      const { result } = await this.post<{ result: Property[] }>("Runtime.getProperties", { objectId: object.objectId });
      for (const { name, value } of result) found[name] ??= value?.value;
    }
    return found;
  }
}

async function attach(): Promise<Thread> {
  session = new inspector.Session();
  session.connect();
  const own = session;
  const threads = new Map<string, Thread>();
  const attached = new Promise<Thread>((resolve) => {
    own.on(
      "NodeWorker.attachedToWorker" as never,
      (({ params }: { params: { sessionId: string } }) => {
        const thread = new Thread(own, params.sessionId);
        threads.set(params.sessionId, thread);
        resolve(thread);
      }) as never,
    );
  });
  own.on(
    "NodeWorker.receivedMessageFromWorker" as never,
    (({ params }: { params: { sessionId: string; message: string } }) =>
      threads.get(params.sessionId)!.receive(params.message)) as never,
  );
  own.post("NodeWorker.enable" as never, { waitForDebuggerOnStart: false } as never);
  const thread = await attached;
  await thread.post("Debugger.enable");
  return thread;
}

test("a breakpoint in a TypeScript file is hit in a process, also after it was suspended; steps go by its lines; variables have their names", async () => {
  inspector.open(0, "127.0.0.1");
  vm = await boot({ cores: 1, longScheduleMs: Infinity });
  const thread = await attach();
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
