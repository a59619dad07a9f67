/** Bounded mailboxes: a server that is asked too much, and processes whose mailbox is full and who ask others. */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { alias, isAlive, MailboxFullError, processInfo, receive, self, send, spawnOpt, type Pid, type Ref } from "@agner/vm";
import { agent, genServer, noreply, pg, reply, task, timer } from "../index.ts";
import { at, PLACES } from "./testing/place.ts";
import { settled, taken, thrown, until } from "./testing/watch.ts";

/** Counts casts; while it is blocked it reads nothing. */
export const Busy = genServer({
  init: () => 0,
  calls: { count: (n) => reply(n, n) },
  casts: {
    add: (n) => noreply(n + 1),
    block: (n, to: Pid) => {
      const release = alias("reply");
      send(to, release);
      receive((message) => message === release);
      return noreply(n);
    },
  },
});

for (const place of PLACES) {
  processTest(`a server with a bound: who asks too much gets an error, and nothing is left of the call (${place})`, () => {
    const server = Busy.start(undefined, { ...at(place), maxMailbox: 3 });
    server.cast.block(self());
    const release = receive<Ref>();
    for (let i = 0; i < 3; i++) server.cast.add();
    expect(MailboxFullError.is(thrown(() => server.cast.add()))).toBe(true);
    const error = thrown(() => server.count());
    expect(error).toMatchObject({ code: "AGNER_MAILBOX_FULL", pid: server.pid, limit: 3 });
    expect(processInfo()!.monitors).toEqual([]);
    send(release, release);
    until(() => processInfo(server.pid)!.mailboxLength === 0);
    settled();
    expect(server.count()).toBe(3);
    expect(taken()).toEqual([]);
  });

  for (const policy of ["error", "dropNewest", "dropOldest", "kill"] as const) {
    processTest(`a process whose mailbox is full gets all answers that it asks for: ${policy} (${place})`, () => {
      const server = Busy.start(undefined, at(place));
      const asker = spawnOpt({ ...at("same core"), maxMailbox: { limit: 2, policy } }, asks, self(), server);
      send(asker, 1);
      send(asker, 2);
      expect(receive()).toEqual({ counts: [0, 1], started: true, task: 42, agent: 7, mailbox: [1, 2] });
    });
  }

  processTest(`publishers do not mind a full subscriber: what it refuses is dropped and counted (${place})`, () => {
    const scope = `scope ${place}`;
    pg.startLink(scope);
    const subscriber = spawnOpt({ ...at(place), maxMailbox: 1 }, subscribes, self(), scope);
    const release = receive<Ref>();
    send(subscriber, "fills it");
    pg.join(scope, "group", self());
    until(() => processInfo(subscriber)!.dropped === 1);
    const ticks = timer.sendInterval(1, subscriber, "tick");
    until(() => processInfo(subscriber)!.dropped > 2);
    expect(isAlive(ticks.pid)).toBe(true);
    timer.cancel(ticks);
    expect(pg.getMembers(scope, "group")).toEqual([self()]);
    send(release, release);
    expect(receive()).toEqual(["fills it"]);
  });
}

/** Asks others with a full mailbox. */
function asks(parent: Pid, server: ReturnType<typeof Busy.start>): void {
  until(() => processInfo()!.mailboxLength === 2);
  const before = server.count();
  server.cast.add();
  const counts = [before, server.count()];
  const other = Busy.startLink();
  const started = isAlive(other.pid);
  const answer = task.await(task.async(() => 42));
  const store = agent.startLink(() => 7);
  const value = store.get();
  send(parent, { counts, started, task: answer, agent: value, mailbox: taken() });
}

function subscribes(parent: Pid, scope: string): void {
  pg.monitor(scope, "group");
  const release = alias("reply");
  send(parent, release);
  receive((message) => message === release);
  send(parent, taken());
}
