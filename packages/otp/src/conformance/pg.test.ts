/** N1 and N3: process groups, as far as one VM goes; the cases of pg_SUITE that do not need a second node. */
import { expect, expectTypeOf, test } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { isAlive, makeRef, receive, self, send, spawnOpt, TIMEOUT, whereis, type Pid, type Ref } from "@agner/vm";
import { CallError, pg, supervisor } from "../index.ts";
import { at, PLACES } from "./testing/place.ts";
import { endOf, kill, numbers, park, settled, taken, thrown, until } from "./testing/watch.ts";

export const Root = supervisor({ children: () => [pg.child(), pg.child("supervised scope")] });

/** Starts a scope for one test. */
function started(): string {
  const scope = `scope ${makeRef().toString()}`;
  pg.startLink(scope);
  return scope;
}

function parked(place: (typeof PLACES)[number]): Pid {
  return spawnOpt(at(place), park);
}

function event(ref: Ref, kind: "join" | "leave", group: unknown, ...pids: Pid[]): object {
  return { type: "pg", ref, event: kind, group, pids };
}

// pg_SUITE:pg
processTest("N1 a scope is a registered process, pg unless another is named", () => {
  const root = Root.startLink();
  expect(thrown(() => pg.start()).reason).toEqual({ alreadyStarted: whereis("pg") });
  pg.join("group", self());
  pg.join("supervised scope", "group", [self(), self()]);
  expect(pg.getMembers("group")).toEqual([self()]);
  expect(pg.getLocalMembers("group")).toEqual([self()]);
  expect(pg.getMembers("supervised scope", "group")).toEqual([self(), self()]);
  expect(pg.whichGroups()).toEqual(["group"]);
  const { ref, snapshot } = pg.monitor("group");
  expect(snapshot).toEqual([self()]);
  expect(pg.leave("group", self())).toBe("ok");
  expect(receive()).toEqual(event(ref, "leave", "group", self()));
  expect(pg.demonitor(ref)).toBe(true);
  expect(pg.monitorScope()).toMatchObject({ snapshot: [] });
  root.stop();
  expect(whereis("pg")).toBe(undefined);
});

// pg_SUITE:errors, process_owner_check
processTest("N1 what is no process cannot join", () => {
  const scope = started();
  for (const wrong of ["pid", [self(), 1], undefined, {}])
    expect(thrown(() => pg.join(scope, "group", wrong as Pid)).code).toBe("AGNER_BAD_ARGUMENT");
  expect(thrown(() => pg.leave(scope, "group", 1 as never)).code).toBe("AGNER_BAD_ARGUMENT");
  expect(thrown(() => pg.start(1 as never)).code).toBe("AGNER_BAD_ARGUMENT");
  expect(pg.whichGroups(scope)).toEqual([]);
});

// pg_SUITE:missing_scope_join
processTest("N1 there is nobody in a scope that does not run, and nobody can join it", () => {
  expect(pg.getMembers("no scope", "group")).toEqual([]);
  expect(CallError.is(thrown(() => pg.join("no scope", "group", self())))).toBe(true);
  expect(thrown(() => pg.leave("no scope", "group", self())).reason).toBe("noproc");
});

for (const place of PLACES) {
  // pg_SUITE:single, double
  processTest(`N1 who joins n times is a member n times, ${place}`, () => {
    const scope = started();
    const pid = parked(place);
    expect(pg.leave(scope, "group", pid)).toBe("not_joined");
    pg.join(scope, "group", pid);
    pg.join(scope, "group", [pid, pid]);
    pg.join(scope, "group", self());
    expect(pg.getMembers(scope, "group").filter((member) => member === pid)).toHaveLength(3);
    expect(pg.leave(scope, "group", pid)).toBe("ok");
    expect(pg.leave(scope, "group", [self(), pid])).toBe("ok");
    expect(pg.getMembers(scope, "group")).toEqual([pid]);
    expect(pg.leave(scope, "group", self())).toBe("not_joined");
    // Of several, it is enough that one was a member.
    expect(pg.leave(scope, "group", [self(), pid])).toBe("ok");
    expect(pg.leave(scope, "group", [self(), pid])).toBe("not_joined");
    expect(pg.whichGroups(scope)).toEqual([]);
  });

  // pg_SUITE:single, two
  processTest(`N1 the dead leave all groups, and empty groups vanish, ${place}`, () => {
    const scope = started();
    const [first, second] = [parked(place), parked(place)];
    for (const group of numbers(10)) pg.join(scope, group, group % 2 === 0 ? [first, first] : [first, second]);
    expect(pg.whichGroups(scope)).toEqual(numbers(10));
    kill(first);
    until(() => pg.whichGroups(scope).length === 5);
    expect(pg.getMembers(scope, 1)).toEqual([second]);
    expect(pg.getMembers(scope, 2)).toEqual([]);
    kill(second);
    until(() => pg.whichGroups(scope).length === 0);
    // Who is dead already leaves at once.
    pg.join(scope, "late", first);
    until(() => pg.getMembers(scope, "late").length === 0);
  });

  // pg_SUITE:leave_exit_race
  processTest(`N1 a process that ends while it leaves is gone either way, ${place}`, () => {
    const scope = started();
    for (const _ of numbers(20)) {
      const pid = parked(place);
      pg.join(scope, "group", [pid, pid]);
      const helper = spawnOpt(at(place), kill, pid);
      pg.leave(scope, "group", pid);
      endOf(helper);
      until(() => pg.getMembers(scope, "group").length === 0);
    }
    expect(pg.whichGroups(scope)).toEqual([]);
  });

  // pg_SUITE:monitor, monitor_self, group_leave
  processTest(`N3 who watches a group is told of it, and of no other, ${place}`, () => {
    const scope = started();
    const pid = parked(place);
    pg.join(scope, "group", pid);
    const { ref, snapshot } = pg.monitor(scope, "group");
    expect(snapshot).toEqual([pid]);
    pg.join(scope, "group", [self(), pid]);
    pg.join(scope, "other", self());
    pg.leave(scope, "group", [self(), self()]);
    pg.leave(scope, "group", self());
    expect(taken()).toEqual([event(ref, "join", "group", self(), pid), event(ref, "leave", "group", self())]);
    kill(pid);
    expect([receive(), receive()]).toEqual([event(ref, "leave", "group", pid), event(ref, "leave", "group", pid)]);
    settled();
    expect(taken()).toEqual([]);
  });

  // pg_SUITE:monitor_scope, monitor_nonempty_scope
  processTest(`N3 who watches a scope is told of all groups, ${place}`, () => {
    const scope = started();
    const pid = parked(place);
    pg.join(scope, "one", pid);
    pg.join(scope, { two: 2 }, [pid, pid]);
    const { ref, snapshot } = pg.monitorScope(scope);
    expect(snapshot).toEqual([
      ["one", [pid]],
      [{ two: 2 }, [pid, pid]],
    ]);
    pg.leave(scope, { two: 2 }, pid);
    pg.join(scope, "three", self());
    expect(taken()).toEqual([event(ref, "leave", { two: 2 }, pid), event(ref, "join", "three", self())]);
    kill(pid);
    expect([receive(), receive()]).toEqual([event(ref, "leave", "one", pid), event(ref, "leave", { two: 2 }, pid)]);
  });
}

// pg_SUITE:multi_monitor
processTest("N3 watches are independent; the end of one removes its events", () => {
  const scope = started();
  const first = pg.monitor(scope, "group");
  const second = pg.monitor(scope, "group");
  const all = pg.monitorScope(scope);
  pg.join(scope, "group", self());
  send(self(), "between");
  expect(pg.demonitor(scope, first.ref)).toBe(true);
  expect(pg.demonitor(scope, first.ref)).toBe(false);
  expect(pg.demonitor(scope, makeRef())).toBe(false);
  expect(pg.demonitor(scope, all.ref)).toBe(true);
  expect(taken()).toEqual([event(second.ref, "join", "group", self()), "between"]);
  pg.leave(scope, "group", self());
  expect(taken()).toEqual([event(second.ref, "leave", "group", self())]);
});

// pg_SUITE:monitor
processTest("N3 the watch of a process that ends is over", () => {
  const scope = started();
  const to = self();
  const watcher = spawnOpt({}, () => {
    pg.monitor(scope, "group");
    pg.monitorScope(scope);
    send(to, "watching");
    park();
  });
  receive((m) => m === "watching");
  kill(watcher);
  pg.join(scope, "group", self());
  expect(pg.getMembers(scope, "group")).toEqual([self()]);
  expect(isAlive(whereis(scope)!)).toBe(true);
});

// pg_SUITE:scope_restart
processTest("N1 a scope that is started again is empty", () => {
  const root = Root.startLink();
  pg.join("supervised scope", "group", self());
  const old = whereis("supervised scope")!;
  kill(old);
  until(() => whereis("supervised scope") !== undefined);
  expect(pg.getMembers("supervised scope", "group")).toEqual([]);
  expect(receive(undefined, 0)).toBe(TIMEOUT);
  root.stop();
});

processTest("N1 a scope ignores plain messages", () => {
  const scope = started();
  const pid = whereis(scope)!;
  for (const message of [undefined, null, "hello", { type: "DOWN" }]) send(scope, message);
  expect(pg.whichGroups(scope)).toEqual([]);
  expect(whereis(scope)).toBe(pid);
});

test("pg is typed", () => {
  expectTypeOf(pg.getMembers).returns.toEqualTypeOf<Pid[]>();
  expectTypeOf(pg.leave).returns.toEqualTypeOf<"ok" | "not_joined">();
  // @ts-expect-error members are pids
  expectTypeOf(pg.join).toBeCallableWith("group", "name");
});
