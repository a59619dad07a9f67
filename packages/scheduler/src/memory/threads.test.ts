/** The protocols on real threads: many short operations on tiny memory. What they may do one after another is in the tests beside each module. */
import { isDeepStrictEqual } from "node:util";
import { MessageChannel } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import type { MemoryTask } from "../testing/memory-worker.ts";
import { answerOf, startWorker } from "../testing/workers.ts";
import { Inbox, Outbox } from "./channel.ts";
import { Directory } from "./directory.ts";
import { Doorbell } from "./doorbell.ts";
import { createSharedMemory } from "./layout.ts";

const start = (task: MemoryTask): Promise<unknown> =>
  answerOf(startWorker("memory-worker", task, task.port === undefined ? [] : [task.port]));

/** How long, in ms, a thread that waits for room gives way: on a busy machine one that spins keeps its processor for a whole slice of the kernel's. */
const NAP_MS = 0.05;

describe("on real threads", () => {
  test.each([64, 4_096])(
    "a channel with a ring of %i bytes keeps order and content, and no wake-up is lost",
    async (ringBytes) => {
      const memory = createSharedMemory({ schedulers: 1, ringBytes });
      const { port1, port2 } = new MessageChannel();
      const count = 3_000;
      const longest = 2 * ringBytes; // some times the ring: each filling of it takes both threads once
      const answer = start({ memory, role: "echo", thread: 0, count, port: port2 });
      const outbox = new Outbox(memory, 1, 0, port1);
      const inbox = new Inbox(memory, 0, 1, port1);
      const doorbell = new Doorbell(memory, 1);
      const message = (i: number): unknown =>
        i % 500 === 499
          ? { i, binary: new Uint8Array(70_000).fill(i) }
          : i % 10 === 9
            ? { i, text: "é".repeat(i % longest) }
            : { i, tuple: [i, -i, `${i}`] };
      let sent = 0;
      let received = 0;
      const alive = setInterval(() => {}, 1e6);
      while (received < count) {
        for (let n = 0; n < 50 && sent < count; n++) {
          outbox.begin().term(message(sent++));
          outbox.end();
        }
        if (outbox.pendingBytes > 0) {
          outbox.flush();
          doorbell.ring(0);
        }
        inbox.poll();
        let worked = false;
        for (let reader = inbox.next(); reader !== undefined; reader = inbox.next()) {
          worked = true;
          const term = reader.term();
          const expected = message(received++);
          // Node's comparison: vitest's takes a second for a binary.
          if (!isDeepStrictEqual(term, expected)) expect(term).toEqual(expected);
        }
        if (worked) continue;
        doorbell.announceSleep();
        const rung = inbox.hasWork() || outbox.pendingBytes > 0 || sent < count ? undefined : doorbell.wait();
        if (rung === undefined) {
          if (!inbox.hasWork()) doorbell.block(NAP_MS);
          doorbell.cancelSleep();
          await new Promise((resolve) => setImmediate(resolve));
        } else await rung;
      }
      clearInterval(alive);
      expect(await answer).toBe("done");
      expect(outbox.drained(outbox.position())).toBe(true);
      port1.close();
    },
  );

  test("no slot is given out twice", async () => {
    const memory = createSharedMemory({ schedulers: 3, maxProcesses: 1_024, quarantine: 32, segment: 8 });
    const seen = (await Promise.all(
      [0, 1, 2].map((thread) => start({ memory, role: "churn slots", thread, count: 20_000 })),
    )) as string[][];
    for (const list of seen) expect(list).toBeInstanceOf(Array);
    expect(new Set(seen.flat()).size).toBe(60_000);
    expect(new Directory(memory, 3).count()).toBe(0);
  });

  test("a name has one holder at a time", async () => {
    const memory = createSharedMemory({ schedulers: 3, maxNames: 4 });
    const answers = await Promise.all([0, 1, 2].map((thread) => start({ memory, role: "contend", thread, count: 5_000 })));
    expect(answers).toEqual(["done", "done", "done"]);
    expect(new Int32Array(memory.rings)[0]).toBe(15_000);
  });

  test("each entry of a board is stolen once, whole, or withdrawn", async () => {
    const memory = createSharedMemory({ schedulers: 3, boardEntries: 8, boardBytes: 256 });
    const count = 20_000;
    const fates = (await Promise.all([
      start({ memory, role: "own", thread: 0, count }),
      start({ memory, role: "thieve", thread: 1, count }),
      start({ memory, role: "thieve", thread: 2, count }),
    ])) as number[][];
    for (const list of fates) expect(list).toBeInstanceOf(Array);
    expect(fates.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(fates[1]!.length + fates[2]!.length).toBeGreaterThan(0);
  });
});
