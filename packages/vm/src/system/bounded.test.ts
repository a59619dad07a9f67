/** Bounded mailboxes from ordinary Node code. */
import { afterEach, describe, expect, test } from "vitest";
import type * as Bounded from "./fixtures/bounded.ts";
import { boot, MailboxFullError, type MailboxPolicy, type VM } from "@agner/vm";

const APP = new URL("./fixtures/bounded.ts", import.meta.url);

let vm: VM | undefined;
afterEach(async () => {
  await vm?.stop();
  vm = undefined;
});

describe.each([1, 2])("on %i cores", (cores) => {
  test("vm.send says that a mailbox is full, by pid, name and alias, and sends again when there is room", async () => {
    vm = await boot({ cores });
    const app = await vm.load<typeof Bounded>(APP);
    using inbox = vm.inbox();
    for (let scheduler = 0; scheduler < cores; scheduler++) {
      const name = `bounded ${scheduler}`;
      await vm.run(app.start, inbox.pid, name, { limit: 3, policy: "error" }, scheduler);
      const { pid, address, release } = await inbox.receive<Bounded.Started>();
      [pid, name, address].forEach((dest, n) => vm!.send(dest, n));
      for (const dest of [pid, name, address]) {
        let error: unknown;
        try {
          vm.send(dest, "more");
        } catch (e) {
          error = e;
        }
        expect(MailboxFullError.is(error)).toBe(true);
        expect(error).toMatchObject({ pid, limit: 3, registeredName: name });
      }
      vm.send(release, release);
      expect(await inbox.receive()).toEqual({ got: [0, 1, 2], dropped: 0 });
    }
  });

  test("an inbox may have a bound: processes and Node code are refused, and there is room when a message was taken", async () => {
    vm = await boot({ cores });
    const app = await vm.load<typeof Bounded>(APP);
    using news = vm.inbox();
    using inbox = vm.inbox({ maxMailbox: 3 });
    await vm.run(app.fill, inbox.pid, news.pid, 10, cores - 1);
    expect(await news.receive()).toEqual({ accepted: 3 });
    expect(() => vm!.send(inbox.pid, "more")).toThrow(MailboxFullError);
    expect([await inbox.receive(), await inbox.receive()]).toEqual([0, 1]);
    await vm.run(app.fill, inbox.pid, news.pid, 10, cores - 1);
    expect(await news.receive()).toEqual({ accepted: 2 });
    expect([await inbox.receive(), await inbox.receive(), await inbox.receive()]).toEqual([2, 0, 1]);
    const next = inbox.receive();
    await vm.run(app.fill, inbox.pid, news.pid, 1, 0);
    expect(await next).toBe(0);
    for (let n = 0; n < 3; n++) vm.send(inbox.pid, n);
    expect(() => vm!.send(inbox.pid, 3)).toThrow(`the mailbox of ${inbox.pid.toString()} is full: it takes 3 messages`);
  });

  test("an inbox may drop what is oldest, and counts it", async () => {
    vm = await boot({ cores });
    const dropped: unknown[] = [];
    vm.on("mailboxDropped", (event) => dropped.push(event));
    const inbox = vm.inbox({ maxMailbox: { limit: 2, policy: "dropOldest" } });
    for (let n = 0; n < 10; n++) vm.send(inbox.pid, n);
    expect(inbox.dropped).toBe(8);
    expect(dropped).toEqual([expect.objectContaining({ pid: inbox.pid, policy: "dropOldest", dropped: 1 })]);
    inbox.close();
    expect(inbox.dropped).toBe(8);
    const got: unknown[] = [];
    for await (const message of inbox) got.push(message);
    expect(got).toEqual([8, 9]);
    expect(() => vm!.inbox({ maxMailbox: { limit: 1, policy: "kill" } })).toThrow('its policy cannot be "kill"');
    expect(() => vm!.inbox({ maxMailbox: 0 })).toThrow("maxMailbox must be a number of messages above 0");
  });

  test("a thousand messages: what was not refused, or dropped, is read", async () => {
    vm = await boot({ cores });
    const app = await vm.load<typeof Bounded>(APP);
    using inbox = vm.inbox();
    for (const policy of ["error", "dropNewest", "dropOldest"] satisfies MailboxPolicy[]) {
      await vm.run(app.start, inbox.pid, policy, { limit: 10, policy }, cores - 1);
      const { pid, release } = await inbox.receive<Bounded.Started>();
      let refused = 0;
      for (let n = 0; n < 1_000; n++) {
        try {
          vm.send(pid, n);
        } catch (e) {
          if (!MailboxFullError.is(e)) throw e;
          refused++;
        }
      }
      vm.send(release, release);
      const { got, dropped } = await inbox.receive<{ got: number[]; dropped: number }>();
      expect(got.length).toBe(10);
      expect(got[0]).toBe(policy === "dropOldest" ? 990 : 0);
      expect(got.length + refused + dropped).toBe(1_000);
    }
  });
});
