import { expect, test } from "vitest";
import { readLive, writeLive } from "../live.ts";
import { local } from "../local.ts";
import { FULL } from "../memory/bounds.ts";
import { deliverMessage } from "../signals/message.ts";
import { ARRIVED } from "../signals/origin.ts";
import { Decoder, Encoder } from "../terms/codec.ts";
import { Reader } from "../terms/reader.ts";
import { Writer } from "../terms/writer.ts";
import { makeProcess, startTestScheduler } from "../testing/scheduler.ts";
import { boundMailbox } from "./bound.ts";
import { internPid } from "./pid.ts";

test("a bound holds across a move: messages in the mailbox and on their way keep their places", () => {
  startTestScheduler({ schedulers: 2, maxProcesses: 16 });
  const p = makeProcess(() => false);
  const { slot } = p.pid;
  boundMailbox(p, { limit: 4, policy: "error" });
  for (let i = 0; i < 3; i++) deliverMessage(p, i, ARRIVED);
  p.mailbox!.shift(); // of which nobody has been told
  const generation = local.bounds.reserve(slot);
  expect(local.bounds.reserve(slot)).toBe(FULL);

  const writer = new Writer(new Encoder());
  writeLive(writer, p);
  const reader = new Reader(new Decoder()).open(writer.bytes.slice(0, writer.position));
  const moved = readLive(reader, internPid(reader.u32(), reader.u32()));

  expect(moved.mailbox!.length).toBe(2);
  expect(local.bounds.countOf(slot)).toBe(3);
  expect(local.bounds.reserve(slot)).toBe(generation);
  expect(local.bounds.reserve(slot)).toBe(FULL);
  deliverMessage(moved, "with a place", ARRIVED);
  local.bounds.add(slot, generation, -1);
  expect(local.bounds.countOf(slot)).toBe(4);
});
