/**
 * An HTTP server: every request is handled by a process of its own, on any core. A counter that all requests share is a process too, and a
 * request that crashes harms no other.
 *
 *     agner run examples/http/main.ts [PORT]
 *
 *     GET /fib/30    computes on whichever core is free
 *     GET /count     how many requests there were
 *     GET /crash     ends its own process, and answers 500
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import {
  exit,
  makeRef,
  processFlag,
  receive,
  schedulerId,
  self,
  send,
  spawn,
  spawnMonitor,
  spawnOpt,
  type Pid,
  type Ref,
} from "@agner/vm";

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The shared counter: counts every message, and answers those who ask. */
function counter(): void {
  let count = 0;
  for (;;) {
    const asker = receive<Pid | "request">();
    if (asker === "request") count++;
    else send(asker, { count });
  }
}

function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

/** Works one request out. This process holds nothing of the socket, so any core may run it. */
function handle(replyTo: Pid, ref: Ref, path: string): void {
  send(replyTo, { ref, answer: route(path) });
}

function route(path: string): Answer {
  const [, first, second] = path.split("/");
  if (first === "crash") throw new Error("this request was asked to crash");
  if (first === "count") {
    send("counter", self());
    const { count } = receive<{ count: number }>();
    return { status: 200, body: `${count} requests\n` };
  }
  if (first === "fib") {
    const n = second === "" ? NaN : Number(second);
    if (!Number.isInteger(n) || n < 0 || n > 40) return { status: 400, body: "fib takes a whole number from 0 to 40\n" };
    return { status: 200, body: `fib(${n}) = ${fib(n)}, computed on core ${schedulerId()}\n` };
  }
  return { status: 404, body: "try /fib/30, /count or /crash\n" };
}

/** Waits for the answer of a handler and writes it; it stays on the core that owns the socket. */
function respond(path: string, response: ServerResponse): void {
  send("counter", "request");
  const ref = makeRef();
  const [, monitor] = spawnMonitor(handle, self(), ref, path);
  const result = receive<{ ref: Ref; answer?: Answer }>((m: { ref: Ref }) => m.ref === ref || m.ref === monitor);
  const { status, body } = result.answer ?? { status: 500, body: "the request crashed; see the server's log\n" };
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(body);
}

export function main(port = "8080"): void {
  processFlag("trapExit", true);
  spawnOpt({ name: "counter", link: true }, counter);
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? "/";
    spawn(() => respond(path, response));
  });
  const owner = self();
  server.on("error", (error) => send(owner, { failed: error.message }));
  server.listen(Number(port), "127.0.0.1", () => send(owner, { listening: (server.address() as { port: number }).port }));
  for (;;) {
    const event = receive<{ listening?: number; failed?: string; type?: string; reason?: unknown }>();
    if (event.listening !== undefined) console.log(`listening on http://127.0.0.1:${event.listening}`);
    else if (event.failed !== undefined) exit({ cannotListen: event.failed });
    else if (event.type === "EXIT") exit({ counterLost: event.reason });
  }
}
