import { afterEach, beforeEach, expect, test } from "vitest";
import { startLocal } from "./local.ts";
import { createSharedMemory, MAX_SUBSCRIBERS } from "./memory/layout.ts";
import type { Process } from "./process/process.ts";
import { connect, disconnect } from "./signals/remote.ts";
import { makeInbox, releaseInbox } from "./spawn.ts";
import {
  lowestThreshold,
  raise,
  subscribe,
  type SystemEvent,
  type SystemMessage,
  type SystemMonitorSettings,
} from "./system-events.ts";

const LOST = { event: "schedulerLost", kind: "outOfMemory", error: undefined, first: [], running: undefined } as const;

const inboxes: Process[] = [];

beforeEach(() => {
  startLocal(createSharedMemory({ schedulers: 2 }), 2);
  connect(new Map());
});

afterEach(() => {
  for (const inbox of inboxes.splice(0)) releaseInbox(inbox);
  disconnect();
});

/** A subscriber of this thread, and what it was told. */
function subscriber(settings: SystemMonitorSettings): { inbox: Process; told: SystemMessage[] } {
  const told: SystemMessage[] = [];
  const inbox = makeInbox((message) => told.push(message as SystemMessage));
  inboxes.push(inbox);
  expect(subscribe(inbox.pid, settings)).toBeUndefined();
  return { inbox, told };
}

function longMailbox(length: number): SystemEvent {
  const { pid } = inboxes[0]!;
  return { event: "longMailbox", scheduler: 0, pid, registeredName: undefined, length, ageMs: undefined };
}

test("each subscriber is told from its own threshold on", () => {
  const few = subscriber({ longMailbox: 10 });
  const many = subscriber({ longMailbox: 1_000, schedulerLost: true });
  expect(lowestThreshold("longMailbox")).toBe(10);
  expect(lowestThreshold("longSchedule")).toBe(Infinity);
  for (const length of [9, 10, 1_000]) raise(longMailbox(length));
  raise({ ...LOST, scheduler: 1, cause: "out of memory", processes: 3 });
  expect(few.told.map((message) => "length" in message && message.length)).toEqual([10, 1_000]);
  expect(many.told).toEqual([
    { type: "SYSTEM", missed: 0, ...longMailbox(1_000) },
    { type: "SYSTEM", missed: 0, ...LOST, scheduler: 1, cause: "out of memory", processes: 3 },
  ]);
});

test("settings are replaced as a whole, returned as they were, and end with their subscriber", () => {
  const { inbox, told } = subscriber({ longMailbox: 10, largeHeap: 1e6 });
  expect(subscribe(inbox.pid, { longSchedule: 50, mailboxDropped: true, schedulerLost: false })).toEqual({
    longMailbox: 10,
    largeHeap: 1e6,
  });
  expect([lowestThreshold("longMailbox"), lowestThreshold("longSchedule")]).toEqual([Infinity, 50]);
  expect(subscribe(inbox.pid, undefined)).toEqual({ longSchedule: 50, mailboxDropped: true });
  expect(subscribe(inbox.pid, undefined)).toBeUndefined();
  expect(lowestThreshold("longSchedule")).toBe(Infinity);
  subscribe(inbox.pid, { longMailbox: 1 });
  const heir = subscriber({ longMailbox: 5 });
  inboxes.splice(inboxes.indexOf(inbox), 1);
  releaseInbox(inbox);
  raise(longMailbox(7));
  expect([told, heir.told.length, lowestThreshold("longMailbox")]).toEqual([[], 1, 5]);
});

test("a storm is told of by some of its events, and the next one says how many were kept back", () => {
  const { told } = subscriber({ longMailbox: 1, schedulerLost: true });
  for (let i = 0; i < 1_000; i++) raise(longMailbox(i + 1));
  expect(told.length).toBeGreaterThan(0);
  expect(told.length).toBeLessThan(900);
  const kept = 1_000 - told.length;
  while (told.length + kept === 1_000) raise(longMailbox(1)); // until the next one is due
  const all = told.reduce((sum, { missed }) => sum + missed + 1, 0);
  expect(all).toBeGreaterThan(1_000);
  raise({ ...LOST, scheduler: 1, cause: "another kind has an allowance of its own", processes: 0 });
  expect(told.at(-1)?.event).toBe("schedulerLost");
});

test("there is room for so many subscribers, and that of those who have ended is used again", () => {
  for (let i = 0; i < MAX_SUBSCRIBERS; i++) subscriber({ longSchedule: 100 + i });
  const late = makeInbox(() => {});
  expect(() => subscribe(late.pid, { longSchedule: 1 })).toThrow(/64 subscribers are told of system events already/);
  releaseInbox(inboxes.shift()!);
  subscribe(late.pid, { longSchedule: 1 });
  expect(lowestThreshold("longSchedule")).toBe(1);
  releaseInbox(late);
});
