/** What must hold of waiting: cores go on while processes wait, and a sleeping core wakes. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { exit, makeRef, receive, self, send, sendAfter, sleep, spawn, spawnOpt, wait, type Pid } from "@agner/vm";

const REQUESTS = 100;

/** Answers nobody before everybody has asked: all requests must be in flight at once. */
function listen(): Promise<number> {
  const held: ServerResponse[] = [];
  const server = createServer((_request, response) => {
    held.push(response);
    if (held.length === REQUESTS) for (const r of held) r.end("hello");
  });
  server.unref();
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));
}

function fetchText(parent: Pid, url: string): void {
  const response = wait(fetch(url));
  send(parent, wait(response.text()));
}

function spin(): never {
  for (;;) {}
}

processTest("a hundred HTTP requests are in flight at once while others compute", () => {
  const url = `http://127.0.0.1:${wait(listen())}/`;
  const spinners = [0, 1].map((scheduler) => spawnOpt({ scheduler }, spin));
  for (let i = 0; i < REQUESTS; i++) spawn(fetchText, self(), url);
  for (let i = 0; i < REQUESTS; i++) expect(receive()).toBe("hello");
  for (const spinner of spinners) exit(spinner, "kill");
});

function echo(): void {
  for (;;) {
    const [from, ref] = receive<[Pid, unknown]>();
    send(from, ref);
  }
}

processTest("a message wakes a core that sleeps, every time", () => {
  const pid = spawnOpt({ scheduler: 1 }, echo);
  for (let i = 0; i < 300; i++) {
    const ref = makeRef();
    send(pid, [self(), ref]);
    expect(receive()).toBe(ref);
  }
  exit(pid, "kill");
});

processTest("timers fire while every core computes", () => {
  const spinners = [0, 1].map((scheduler) => spawnOpt({ scheduler }, spin));
  for (let i = 0; i < 50; i++) {
    sendAfter(1, self(), i);
    expect(receive()).toBe(i);
  }
  sleep(1);
  for (const spinner of spinners) exit(spinner, "kill");
});
