import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import {
  exit,
  isAlive,
  processFlag,
  receive,
  schedulers,
  self,
  send,
  sendAfter,
  spawn,
  spawnLink,
  spawnMonitor,
  spawnOpt,
  whereis,
  type Pid,
} from "@agner/vm";
import { P } from "ts-pattern";
import { CallError, genServer, noreply, reply, replyTo } from "../index.ts";
import { thrown } from "../conformance/testing/watch.ts";
import { expectDown, expectExit, expectMessage, expectNoMessage, probe, settle } from "./index.ts";

/** What a probe stands in for. */
export const Counter = genServer({
  init: (start: number) => start,
  calls: { add: (n, by: number) => reply(n + by, n + by), name: (n) => reply("counter", n) },
  casts: { reset: (_n, _why: string) => noreply(0) },
});

/** The last core: another than that of most tests, where there are two. */
function far(): { readonly scheduler: number } {
  return { scheduler: schedulers() - 1 };
}

processTest("a probe keeps what it gets, in order, until it is taken", () => {
  const p = probe({ name: "store", ...far() });
  expect(p.name).toBe("store");
  expect(whereis("store")).toBe(p.pid);
  send("store", { a: 1 });
  send(p.pid, { b: 2 });
  send(p.pid, { a: 3 });
  expect(p.expectMessage({ b: 2 })).toEqual({ b: 2 });
  settle();
  expect(p.messages()).toEqual([{ a: 1 }, { a: 3 }]);
  expect(p.expectMessage({ a: P.number })).toEqual({ a: 1 });
  expect(p.expectMessage((m) => m?.a > 2)).toEqual({ a: 3 });
  p.expectNoMessage();
  p.stop();
  expect(whereis("store")).toBe(undefined);
});

processTest("a probe waits for a message", () => {
  const p = probe();
  sendAfter(20, p.pid, "late");
  expect(p.expectMessage("late")).toBe("late");
});

processTest("what did not come is said with all that came", () => {
  const p = probe({ name: "store" });
  send(p.pid, { ok: 1 });
  Counter.ref(p.pid).cast.reset("bored");
  const { code, message } = thrown(() => p.expectMessage({ ok: { deep: [P.number, 2, P._] } }, { withinMs: 30 }));
  expect(code).toBe("AGNER_EXPECTATION");
  expect(message).toMatch(
    /^expectMessage: no message that matches \{ ok: \{ deep: \[P\.…, 2, P\.…\] \} \} came to the probe <[\d.]+> \("store"\) within 30 ms; 2 messages came:\n {2}1\. \{ ok: 1 \}\n {2}2\. the cast reset\('bored'\)$/,
  );
  expect(thrown(() => p.expectNoMessage()).message).toMatch(/^expectNoMessage: to the probe .* 2 messages came:\n/);
  expect(thrown(() => probe().expectMessage(1, { withinMs: 0 })).message).toMatch(/none came at all$/);
  p.stop();
  expect(thrown(() => p.messages()).message).toMatch(/^the probe <[\d.]+> \("store"\) has ended: 'noproc'$/);
});

function callAdd(server: Pid, to: Pid): void {
  send(to, { sum: Counter.ref(server).add(5) });
}

processTest("a probe stands in for a server: calls are expected and answered", () => {
  const p = probe();
  spawnOpt(far(), callAdd, p.pid, self());
  const caller = p.expectCall<number>("add", [5]);
  expectNoMessage();
  replyTo(caller, 12);
  expectMessage({ sum: 12 });
  Counter.ref(p.pid).cast.reset("now");
  expect(p.expectCast("reset")).toEqual(["now"]);
  expect(thrown(() => p.expectCall("add", [6], { withinMs: 0 })).message).toMatch(
    /^expectCall: no message that matches add\(6\) came/,
  );
});

processTest("a probe answers calls by itself", () => {
  const p = probe(far());
  const base = 100;
  p.answer("add", (by: number) => base + by);
  p.answer("name", "stand-in");
  const counter = Counter.ref(p.pid);
  expect(counter.add(5)).toBe(105);
  expect(counter.name()).toBe("stand-in");
  let asked = 0;
  p.answer("add", () => ++asked);
  expect([counter.add(0), counter.add(0), asked]).toEqual([1, 2, 0]);
  p.expectCall("add", [5]);
  p.expectCall("name", []);
  p.expectCall("add", [0]);
  p.expectCall("add", [0]);
  p.expectNoMessage();
});

processTest("a probe sends on", () => {
  const p = probe();
  p.forwardTo(self());
  send(p.pid, "hello");
  expectMessage("hello");
  p.expectMessage("hello");
});

processTest("a probe ends with the test that started it", () => {
  const [pid, ref] = spawnMonitor((test: Pid) => void send(test, probe().pid), self());
  const started = expectMessage<Pid>(() => true);
  expect(expectDown(ref).pid).toBe(pid);
  settle();
  expect(isAlive(started)).toBe(false);
});

processTest("expectations on the test's own mailbox", () => {
  send(self(), 1);
  send(self(), "two");
  expect(expectMessage("two")).toBe("two");
  expect(thrown(() => expectMessage({ three: 3 }, { withinMs: 5 })).message).toMatch(
    /^expectMessage: no message that matches \{ three: 3 \} came to <[\d.]+> within 5 ms; one message came:\n {2}1\. 1$/,
  );
  expect(thrown(() => expectNoMessage()).message).toMatch(/one message came:\n {2}1\. 1$/);
  expect(receive()).toBe(1);
  expectNoMessage();
  expect(thrown(() => expectMessage("x", { withinMs: 0 })).message).toMatch(/its mailbox is empty$/);
});

function waitForWord(): void {
  exit(receive());
}

processTest("expectations on ends", () => {
  const [pid, ref] = spawnMonitor(waitForWord);
  expect(thrown(() => expectDown(ref, { withinMs: 0 })).message).toMatch(/^expectDown: no message that matches the end of #Ref/);
  send(pid, "bored");
  expect(expectDown(ref, { reason: "bored" }).pid).toBe(pid);
  expect(expectDown(pid).reason).toBe("noproc");
  const tired = spawn(waitForWord);
  send(tired, "tired");
  expect(thrown(() => expectDown(tired, { reason: "bored" })).message).toMatch(
    /^expectDown: <[\d.]+> ended with '(tired|noproc)', not with 'bored'$/,
  );
});

processTest("expectations on exit signals", () => {
  expect(thrown(() => expectExit(self(), { withinMs: 0 })).message).toMatch(/does not trap exits/);
  processFlag("trapExit", true);
  const pid = spawnLink(waitForWord);
  send(pid, { shutdown: 1 });
  expect(expectExit(pid, { reason: { shutdown: P.number } })).toEqual({ type: "EXIT", from: pid, reason: { shutdown: 1 } });
});

processTest("a call of a probe that does not answer fails as that of a server", () => {
  const p = probe();
  expect(CallError.is(thrown(() => Counter.ref(p.pid).with({ timeout: 10 }).add(1)))).toBe(true);
});
