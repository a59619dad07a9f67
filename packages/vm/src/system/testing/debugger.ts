/** The inspector's protocol against scheduler threads, as a debugger with source maps speaks it. */
import { allGeneratedPositionsFor, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

/** Speaks to the main thread of a program, by which its workers are reached. */
export interface Connection {
  post(method: string, params: object): void;
  on(event: string, listener: (params: never) => void): void;
}

interface Location {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

export interface Paused {
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

/** The protocol's other end for one scheduler thread. */
export class Thread {
  readonly #pending = new Map<number, (result: unknown) => void>();
  readonly #waiting: ((paused: Paused) => void)[] = [];
  readonly #paused: Paused[] = [];
  readonly #maps = new Map<string, TraceMap>();
  readonly #connection: Connection;
  readonly #id: string;
  readonly #module: string;
  #next = 1;
  #onParsed: () => void = () => {};

  /** `module` is the URL of the file in which it breaks. */
  constructor(connection: Connection, id: string, module: string) {
    this.#connection = connection;
    this.#id = id;
    this.#module = module;
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
      this.#connection.post("NodeWorker.sendMessageToWorker", { sessionId: this.#id, message });
    });
  }

  #parsed({ scriptId, url, sourceMapURL }: Script): void {
    if (url !== this.#module || sourceMapURL === undefined || sourceMapURL === "") return;
    const json = Buffer.from(sourceMapURL.slice(sourceMapURL.indexOf(",") + 1), "base64").toString();
    this.#maps.set(scriptId, new TraceMap(json, url));
    this.#onParsed();
  }

  paused(): Promise<Paused> {
    const paused = this.#paused.shift();
    return paused === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(paused);
  }

  /** Waits until the module is loaded on this thread. */
  parsed(): Promise<void> {
    return this.#maps.size > 0 ? Promise.resolve() : new Promise((resolve) => (this.#onParsed = resolve));
  }

  /** Breaks wherever the line of the source is, in the fast and in the resume version. */
  async breakAt(line: number): Promise<void> {
    for (const [scriptId, map] of this.#maps) {
      const places = new Map<number, number>();
      for (let column = 0; column < 80; column++)
        for (const at of allGeneratedPositionsFor(map, { source: this.#module, line, column }))
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

/** The first scheduler thread, debugged. */
export async function attach(connection: Connection, module: string): Promise<Thread> {
  const threads = new Map<string, Thread>();
  const attached = new Promise<Thread>((resolve) => {
    connection.on("NodeWorker.attachedToWorker", ({ sessionId }: { sessionId: string }) => {
      const thread = new Thread(connection, sessionId, module);
      threads.set(sessionId, thread);
      resolve(thread);
    });
  });
  connection.on("NodeWorker.receivedMessageFromWorker", ({ sessionId, message }: { sessionId: string; message: string }) =>
    threads.get(sessionId)!.receive(message),
  );
  connection.post("NodeWorker.enable", { waitForDebuggerOnStart: false });
  const thread = await attached;
  await thread.post("Debugger.enable");
  return thread;
}
