import { afterAll, beforeAll, expect, test } from "vitest";
import { local } from "../local.ts";
import { send } from "../signals/message.ts";
import { startTestScheduler, untilDone } from "../testing/scheduler.ts";
import { stopScheduler } from "../thread.ts";
import { saveHead, SITES } from "./frames.ts";
import { receive, TIMEOUT } from "./receive.ts";

beforeAll(() => void startTestScheduler({ schedulers: 1 }));
afterAll(stopScheduler);

test("a wait that is called off below a native frame gives back what it was handed meanwhile", async () => {
  let slices = 0;
  await untilDone((p) => {
    if (++slices === 2) {
      expect([receive(), receive(undefined, 0), receive(undefined, 0)]).toEqual(["handed", "second", TIMEOUT]);
      return true;
    }
    receive();
    send(p.pid, "handed");
    send(p.pid, "second");
    expect(() => saveHead([null, SITES.length])).toThrow("below a native frame that Agner did not see");
    expect([p.wait, p.mailbox!.length, local.runQueue.length]).toEqual([null, 2, 0]);
    return false;
  });
});

test("a wait that is called off below a native frame takes no message, although some were still to be tried", async () => {
  let slices = 0;
  await untilDone((p) => {
    if (++slices === 2) {
      expect([p.wait, p.mailbox!.length, local.runQueue.length]).toEqual([null, 2, 0]);
      return true;
    }
    send(p.pid, "first");
    receive((message: unknown) => {
      if (message === "first") send(p.pid, "second");
      return message === "second";
    });
    // What an uncompiled function does that goes on although its callback has been suspended.
    expect(() => saveHead([null, SITES.length])).toThrow("below a native frame that Agner did not see");
    return false;
  });
});
