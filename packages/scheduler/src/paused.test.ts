/** Who floods another core has less and less of its own, until that one keeps up. Slices and signals are counted. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { local } from "./local.ts";
import { S } from "./process/frames.ts";
import { newPid } from "./process/pid.ts";
import { send } from "./signals/message.ts";
import { Peer, spendSlice, startProcess, startTestScheduler, untilDone } from "./testing/scheduler.ts";
import { stopScheduler } from "./thread.ts";

let peer: Peer;

beforeAll(() => {
  peer = new Peer(startTestScheduler({ schedulers: 2, ringBytes: 4_096 }), 1);
});

afterAll(stopScheduler);

const KILOBYTE = "x".repeat(1_000);

test("a process that writes more for another core than that reads is charged, then held up, and goes on when it has been read", async () => {
  const far = newPid(local.directory.allocate(1), 1);
  const COUNT = 10_000;
  let sent = 0;
  let most = 0;
  let least = Infinity;
  let ended = false;
  startProcess(() => {
    const before = sent;
    while (S.r > 0 && sent < COUNT) send(far, [sent++, KILOBYTE]);
    if (sent < COUNT) {
      most = Math.max(most, sent - before);
      least = Math.min(least, sent - before);
    }
    return (ended = sent === COUNT);
  });
  let slices = 0;
  let sentBefore = 0;
  // The other core reads nothing: the flood comes nearly to an end, while others run.
  await untilDone(() => {
    spendSlice();
    if (++slices === 1_000) sentBefore = sent;
    return slices === 5_000;
  });
  expect(sentBefore).toBeGreaterThan(1_000); // more than a megabyte
  expect(sentBefore).toBeLessThan(2_000);
  expect(sent - sentBefore).toBeLessThan(400); // of 4,000 slices that were not the flooder's
  expect(least).toBe(1);
  expect(most).toBeGreaterThan(1);
  // It reads: everything comes, once and in order.
  const seen: unknown[] = [];
  await untilDone(() => {
    spendSlice();
    for (const message of peer.readMessages()) seen.push((message as [number])[0]);
    return ended && seen.length === COUNT;
  });
  expect(seen).toEqual(Array.from({ length: COUNT }, (_, i) => i));
});
