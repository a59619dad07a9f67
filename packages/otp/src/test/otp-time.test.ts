/** What this library does with time, by the clock of a test. */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { schedulers, self, send, spawnOpt, TIMEOUT, type Pid } from "@agner/vm";
import { event, genServer, genStatem, keepStateAndData, nextState, noreply, startIn, stateTimeout, timer } from "../index.ts";
import { expectMessage, expectNoMessage, probe, settle, virtualClock } from "./index.ts";

/** On the last core: another than that of most tests, where there are two. */
function far(): { readonly scheduler: number } {
  return { scheduler: schedulers() - 1 };
}

/** Tells `to` when nothing was cast for a minute. */
export const Watchdog = genServer({
  init: (to: Pid) => to,
  casts: { feed: (to) => noreply(to, { timeout: 60_000 }) },
  info: (to, message) => {
    send(to, message);
    return noreply(to);
  },
});

processTest("time-outs of servers", () => {
  const clock = virtualClock();
  const log = probe();
  const dog = Watchdog.startLink(log.pid, far());
  for (let i = 0; i < 10; i++) {
    dog.cast.feed();
    settle();
    clock.advance(59_999);
  }
  log.expectNoMessage();
  clock.advance(1);
  log.expectMessage(TIMEOUT);
  clock.restore();
});

export const Door = genStatem({
  events: { casts: { open: event<() => void>() }, stateTimeout: event<"lock">() },
  init: (to: Pid) => startIn("locked", to),
  states: {
    locked: (e, to) => (e.type === "cast" ? nextState("open", to, stateTimeout(10_000, "lock")) : keepStateAndData()),
    open: (e, to) => {
      if (e.type !== "stateTimeout") return keepStateAndData();
      send(to, e.content);
      return nextState("locked", to);
    },
  },
});

processTest("time-outs of state machines", () => {
  const clock = virtualClock();
  const door = Door.startLink(self(), far());
  door.cast.open();
  settle();
  clock.advance(9_999);
  expectNoMessage();
  clock.advance(1);
  expectMessage("lock");
  clock.restore();
});

processTest("intervals do not drift, and come on time", () => {
  const clock = virtualClock();
  const log = probe(far());
  const interval = timer.sendInterval(250, log.pid, "tick");
  settle();
  for (const [ms, ticks] of [
    [249, 0],
    [1, 1],
    [499, 2],
    [1, 3],
    [10_000, 43],
  ] as const) {
    clock.advance(ms);
    expect(log.messages().length).toBe(ticks);
  }
  timer.cancel(interval);
  clock.restore();
});

function askMany(to: Pid, servers: readonly Pid[]): void {
  send(to, genServer.multiCall(servers, "get", [], { timeout: 3_000 }));
}

processTest("calls of many servers have one limit for all", () => {
  const clock = virtualClock();
  const servers = [probe(), probe(far()), probe()];
  servers[1]!.answer("get", 1);
  const pids = servers.map(({ pid }) => pid);
  spawnOpt(far(), askMany, self(), pids);
  settle();
  clock.advance(2_999);
  expectNoMessage();
  clock.advance(1);
  expect(expectMessage(() => true)).toEqual({ replies: [[pids[1], 1]], bad: [pids[0], pids[2]] });
  clock.restore();
});
