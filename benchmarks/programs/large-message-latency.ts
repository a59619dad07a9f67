import { exit, receive, schedulers, self, send, spawnOpt, TIMEOUT, yieldNow, type Pid } from "@agner/vm";
import { MODULUS } from "./measure.ts";

type Term = readonly number[] | Uint8Array;

/** Notes the longest time between two of its turns, in milliseconds; tells it when it is asked, and begins anew. */
function tick(): void {
  let longest = 0;
  let last = performance.now();
  for (;;) {
    const asked = receive<Pid>(undefined, 0);
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (asked !== TIMEOUT) {
      send(asked, ["pause", longest]);
      longest = 0;
    }
    yieldNow();
  }
}

/** Tells its parent what each message weighs. */
function weigh(parent: Pid): void {
  for (;;) {
    const term = receive<Term>();
    send(parent, ["weight", term.length + term[0]! + term[term.length - 1]!]);
  }
}

/** Sends an array and a buffer in turn, each when the one before was weighed, and tells how long the longest `send` took, in milliseconds. */
function deliver(parent: Pid, to: Pid, elements: number, bytes: number): void {
  const terms = [Array.from({ length: elements }, (_, i) => i), new Uint8Array(bytes).fill(1)];
  send(parent, "ready");
  for (;;) {
    receive();
    let longest = 0;
    for (const term of terms) {
      const start = performance.now();
      send(to, term);
      longest = Math.max(longest, performance.now() - start);
      receive();
    }
    send(parent, ["sent", longest]);
  }
}

/** The next message that begins with `tag`. */
function next(tag: string): number {
  return receive<[string, number]>((message) => message?.[0] === tag)[1];
}

function longestPause(tickers: readonly Pid[]): number {
  return Math.max(
    ...tickers.map((pid) => {
      send(pid, self());
      return next("pause");
    }),
  );
}

export function main(...args: string[]): void {
  const [warmups = 0, repeats = 1, elements = 1, bytes = 1] = args.map(Number);
  const cores = schedulers();
  const tickers = Array.from({ length: cores }, (_, scheduler) => spawnOpt({ scheduler }, tick));
  const to = spawnOpt({ scheduler: cores - 1 }, weigh, self());
  const from = spawnOpt({ scheduler: 0 }, deliver, self(), to, elements, bytes);
  receive((message) => message === "ready");
  let start = 0;
  let checksum = 0;
  let longest = 0;
  let longestSend = 0;
  for (let pass = -warmups; pass < repeats; pass++) {
    if (pass === 0) start = performance.now();
    longestPause(tickers);
    send(from, "go");
    let weight = 0;
    for (let i = 0; i < 2; i++) {
      weight += next("weight");
      send(from, "weighed");
    }
    const sent = next("sent");
    const pause = longestPause(tickers);
    if (pass < 0) continue;
    checksum = (checksum + weight) % MODULUS;
    longestSend = Math.max(longestSend, sent);
    longest = Math.max(longest, pause);
  }
  const ns = Math.round((performance.now() - start) * 1e6);
  for (const pid of tickers) exit(pid, "kill");
  const micros = Math.round(longest * 1_000);
  const detail = { send: Math.round(longestSend * 1_000) };
  console.log(JSON.stringify({ program: "large-message-latency", ops: 2 * repeats, ns, checksum, micros, detail }));
}
