/** Long mailboxes: what the system monitor tells of them. */
import { expect } from "vitest";
import { alias, receive, self, send, spawnOpt, systemMonitor, type LongMailbox, type Pid, type Ref } from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { coreAt, PLACES } from "./testing/place.ts";
import { kill, numbers, settled, taken } from "./testing/watch.ts";

/** Reads as many messages as it is told to. */
function reader(parent: Pid): void {
  for (;;) {
    const next = alias("reply");
    send(parent, { next });
    const { read } = receive<{ read: number }>((message) => message?.read !== undefined);
    for (let i = 0; i < read; i++) receive(undefined, 0);
  }
}

for (const place of PLACES) {
  processTest(`a mailbox is told of when it is long, when it has doubled, and again after it was short (${place})`, () => {
    systemMonitor({ longMailbox: 100 });
    const scheduler = coreAt(place)!;
    const pid = spawnOpt({ scheduler, name: `reader ${place}` }, reader, self());
    const ready = (): Ref => receive<{ next: Ref }>((message) => message?.next !== undefined).next;
    const told = (): LongMailbox[] => {
      settled();
      return taken() as LongMailbox[];
    };
    let next = ready();
    for (const n of numbers(99)) send(pid, n);
    expect(told()).toEqual([]);
    send(pid, 99);
    const [first, ...others] = told();
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      type: "SYSTEM",
      event: "longMailbox",
      scheduler,
      pid,
      registeredName: `reader ${place}`,
      length: 100,
    });
    expect(first!.ageMs).toBeGreaterThanOrEqual(0);
    for (const n of numbers(99)) send(pid, n);
    expect(told()).toEqual([]);
    send(pid, 199);
    expect(told().map(({ length }) => length)).toEqual([200]);
    // It is looked at now and then: until that has seen it short, it is not told of again.
    for (let read = 200; ; read = 100) {
      send(next, { read });
      next = ready();
      settled();
      for (const n of numbers(100)) send(pid, n);
      const news = told();
      if (news.length === 0) continue;
      expect(news).toEqual([expect.objectContaining({ event: "longMailbox", pid, length: 100 })]);
      break;
    }
    kill(pid);
  });
}
