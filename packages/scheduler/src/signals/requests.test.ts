/** Questions between threads, and what has been sent before their answers. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { local } from "../local.ts";
import { Directory, ON_THE_MOVE } from "../memory/directory.ts";
import type { SharedMemory } from "../memory/layout.ts";
import { newPid } from "../process/pid.ts";
import { internRef } from "../process/ref.ts";
import { Peer, spendSlice, startTestScheduler, untilDone } from "../testing/scheduler.ts";
import { stopScheduler } from "../thread.ts";
import { send } from "./message.ts";
import { writePid, writeRef } from "./remote.ts";
import * as wire from "./wire.ts";

let memory: SharedMemory;
let peer: Peer;

beforeAll(() => {
  memory = startTestScheduler({ schedulers: 2 });
  peer = new Peer(memory, 1);
});

afterAll(stopScheduler);

test("E11: an answer does not overtake what waited because the asker was about to move, and then stayed", async () => {
  const asker = newPid(local.directory.allocate(1), 1);
  const other = new Directory(memory, 1);
  other.setMoving(asker.slot, true);
  expect(other.route(asker.slot, asker.serial)).toBe(ON_THE_MOVE);
  send(asker, "the timer has fired");
  other.setMoving(asker.slot, false);
  const writer = peer.outbox.begin();
  writer.u8(wire.REQUEST);
  writeRef(writer, internRef(1, 1));
  writePid(writer, asker);
  writer.u8(0);
  writer.string("cancelTimer");
  writer.term(internRef(0, 1));
  peer.outbox.end();
  peer.publish(); // all of it before the next turn, which reads before it looks at what waits
  const received: unknown[] = [];
  await untilDone(() => {
    spendSlice();
    received.push(...peer.readMessages());
    return received.length >= 2;
  });
  expect(received).toEqual(["the timer has fired", undefined]);
});
