/** Clients of servers in the hands of ordinary Node code. */
import { inspect } from "node:util";
import { afterEach, beforeEach, expect, expectTypeOf, test } from "vitest";
import { AgnerError, BadTermError, boot, type CrashReport, type Handles, type Pid, type VM } from "@agner/vm";
import type * as ServersModule from "./fixtures/servers.ts";
import type { CounterClient } from "./fixtures/servers.ts";

type App = typeof ServersModule;

let vm: VM;
let app: Handles<App>;
let pid: Pid;
let crashes: CrashReport[];

beforeEach(async () => {
  vm = await boot({ cores: 2 });
  crashes = [];
  vm.on("crash", (report) => crashes.push(report));
  app = await vm.load<App>(new URL("./fixtures/servers.ts", import.meta.url));
  pid = await vm.run(app.start, "counter", 10);
});
afterEach(() => vm.stop());

async function failure(promise: Promise<unknown>): Promise<Error & { code?: string; reason?: unknown }> {
  return promise.then(
    () => expect.unreachable(),
    (e: unknown) => e as Error,
  );
}

test("calls by name and by pid, casts, and methods that return a promise", async () => {
  const counter = app.Counter.ref("counter");
  expect(await vm.call(counter).add(5)).toBe(15);
  expect(await vm.call(app.Counter.ref(pid)).get()).toBe(15);
  expect(await vm.call(counter).cast.reset()).toBe(undefined);
  expect(await vm.call(counter).get()).toBe(0);
  expect(await vm.call(counter).list("a", { b: 1 })).toEqual(["a", { b: 1 }]);
  expect(await Promise.all([1, 2, 3].map(() => vm.call(counter).add(1)))).toHaveLength(3);
  expect(await vm.call(counter).get()).toBe(3);
  expectTypeOf(vm.call(counter).add).toEqualTypeOf<(by: number) => Promise<number>>();
  expectTypeOf(vm.call(counter).cast.reset).toEqualTypeOf<() => Promise<void>>();
  expectTypeOf<keyof ReturnType<typeof vm.call<CounterClient>>>().not.toEqualTypeOf<"pid">();
});

test("definitions in other exports and in the default export", async () => {
  expect(await vm.call(app.servers.Counter.ref("counter")).get()).toBe(10);
  expect(await vm.call(app.default.Counter.ref("counter")).get()).toBe(10);
  expect(await vm.call(app.servers.plain.ref("you")).hello()).toBe("hello you");
});

test("a call rejects with what the method threw, and that is no crash", async () => {
  const counter = vm.call(app.Counter.ref("counter"));
  const error = await failure(counter.fail("on purpose"));
  expect(error).toBeInstanceOf(TypeError);
  expect(error).toMatchObject({ message: "on purpose", cause: { code: 7 } });
  expect(error.stack).toMatch(/at .*fail \(file:.*fixtures\/servers\.ts:\d+:\d+\)/);
  expect(await failure(counter.leave({ why: "tired" }))).toMatchObject({ code: "AGNER_EXIT", reason: { why: "tired" } });
  expect(await failure(counter.throwString())).toBe("no error");
  expect(BadTermError.is(await failure(counter.unsendable()))).toBe(true);
  expect(await failure(vm.call(app.Counter.ref("nobody")).get())).toMatchObject({
    message: "nobody is nobody",
    reason: "noproc",
  });
  expect(await failure(vm.call(app.Counter.ref("forbidden")).get())).toMatchObject({ message: "that is no counter" });
  expect(await failure(counter.add((() => 1) as never))).toSatisfy(BadTermError.is);
  await vm.run(app.rest, 0);
  expect(crashes).toEqual([]);
});

test("a time limit is the client's, a signal is the caller's", async () => {
  const client = app.Counter.ref("counter");
  expect((await failure(vm.call(client, { timeout: 5 }).slow())).message).toBe("no answer within 5 ms");
  const aborted = vm.call(client, { signal: AbortSignal.timeout(5) }).slow();
  expect((await failure(aborted)).name).toBe("TimeoutError");
  expect((await failure(vm.call(client, { signal: AbortSignal.abort() }).get())).name).toBe("AbortError");
  expect(await failure(vm.call(app.servers.plain.ref("you"), { timeout: 5 }).hello())).toMatchObject({
    message: 'vm.call: servers.plain.ref("you") has no method with({ timeout }); use a signal, such as AbortSignal.timeout(5)',
  });
  expect(() => vm.call(client, { timeout: -1 })).toThrow("timeout must be a number of milliseconds of at least 0, not -1");
});

test("a client or definition from a process is one here, and goes back as one", async () => {
  const client = await vm.run(app.clientOf, "counter");
  expect(await vm.call(client).add(1)).toBe(11);
  using inbox = vm.inbox();
  await vm.spawn(app.sendClient, inbox.pid, pid);
  const message = await inbox.receive<{ Counter: App["Counter"]; client: CounterClient }>();
  expect(message.client.pid).toBe(pid);
  expect(await vm.call(message.client).add(1)).toBe(12);
  expect(await vm.call(message.Counter.ref("counter")).add(1)).toBe(13);
  expect(await vm.run(app.addTwice, message.client, 1)).toBe(15);
  expect(await vm.run(app.isOwn, message.Counter)).toBe(true);
  const patient = await vm.call(client).with({ timeout: 1 });
  expect((await failure(vm.call(patient).slow())).message).toBe("no answer within 1 ms");
  vm.send(inbox.pid, message);
  expect((await inbox.receive<typeof message>()).Counter).toBe(message.Counter);
});

test("a mistake says what is there", async () => {
  const counter = vm.call(app.Counter.ref("counter")) as unknown as Record<string, () => Promise<unknown>>;
  expect((await failure(counter["ad"]!())).message).toBe(
    'vm.call: Counter.ref("counter") has no method "ad" (did you mean "add"?); it has add, cast.reset, fail, get, leave, list, slow, throwString, unsendable, with',
  );
  expect((await failure((counter["cast"] as never as typeof counter)["resett"]!())).message).toMatch(
    /has no method "cast\.resett" \(did you mean "cast\.reset"\?\)/,
  );
  expect((await failure(vm.call((app.start as unknown as App["Counter"]).ref("counter")).get())).message).toMatch(
    /^vm\.call: start of file:.*servers\.ts has no method ref\(pid or name\), so it has no clients$/,
  );
  for (const dest of [undefined, null, 5, () => 1])
    expect(() => app.Counter.ref(dest as never)).toThrow("Counter.ref: the argument must be a pid or a registered name, not ");
  expect(() => vm.call({} as CounterClient)).toThrow(
    'vm.call: the first argument must be a client, such as app.Counter.ref("counter"), not ',
  );
  expect(() => app.Counter.ref("counter").add(1)).toThrow("add runs inside the VM: call it with await vm.call(client).add(…)");
  expect(() => app.Counter.ref("counter").cast.reset()).toThrow("call it with await vm.call(client).cast.reset(…)");
  const error = await failure(vm.run(app.Counter.ref as never));
  expect(AgnerError.is(error) && error.code).toBe("AGNER_BAD_ARGUMENT");
  expect((await failure(vm.run(app.servers.plain as never))).message).toMatch(
    /^vm\.run: servers\.plain is only a part of what file:.* exports; export a function that calls it$/,
  );
});

test("a client is an ordinary value: it can be awaited and shown, not changed, and one by name is no term", async () => {
  const counter = app.Counter.ref("counter");
  expect(await counter).toBe(counter);
  expect(await vm.call(counter)).toBeDefined();
  expect([inspect(counter), `${counter as unknown as string}`]).toEqual(['Counter.ref("counter")', 'Counter.ref("counter")']);
  expect(inspect(app.Counter.ref(pid))).toBe(`Counter.ref(${String(pid)})`);
  expect(inspect(await vm.run(app.clientOf, pid))).toBe("a client of Counter");
  expect(app.Counter.ref(pid).pid).toBe(pid);
  expect(() => Object.assign(counter, { add: 1 })).toThrow(TypeError);
  expect(() => vm.send(pid, counter)).toThrow(BadTermError);
  expect(await failure(vm.run(app.addTwice, counter, 1))).toSatisfy(BadTermError.is);
});
