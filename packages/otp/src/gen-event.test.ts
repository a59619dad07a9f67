import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { definition, receive, register, schedulerId, schedulers, self, send, unregister, whereis, type Pid } from "@agner/vm";
import {
  eventHandler,
  EventHandlerError,
  genEvent,
  noreply,
  removeHandler,
  reply,
  swapHandler,
  sys,
  type NameServer,
} from "./index.ts";

interface Reading {
  readonly sensor: string;
  readonly value: number;
}

export const Readings = genEvent<Reading>();

export const Sum = eventHandler({
  init: (start: number) => start,
  event: (sum, { value }: Reading) => (Number.isNaN(value) ? removeHandler() : noreply(sum + value)),
  calls: {
    get: (sum) => reply(sum, sum),
    next: (sum) => {
      const more = receive<number>((message) => typeof message === "number");
      return reply(sum + more, sum + more);
    },
  },
  terminate: (sum) => sum,
});

export const Forward = eventHandler({
  init: (to: Pid) => to,
  event: (to, reading: Reading) => {
    send(to, reading);
    return noreply(to);
  },
});

/** Swaps itself for a handler that no module exports. */
export const Hiding = eventHandler({
  init: () => 0,
  event: (n, _reading: Reading) => swapHandler("hide", n, hidden(), undefined),
  calls: { hide: (n) => swapHandler("hide", n, hidden(), undefined, "hidden") },
});

function hidden() {
  return eventHandler({ init: () => 0, event: (n: number) => noreply(n) });
}

/** Keeps keys as registered names with a prefix. */
export const Prefixed: NameServer = definition({
  registerName: (key: unknown): boolean => {
    if (whereis(`prefixed ${String(key)}`) !== undefined) return false;
    register(`prefixed ${String(key)}`);
    return true;
  },
  unregisterName: (key: unknown): void => unregister(`prefixed ${String(key)}`),
  whereisName: (key: unknown): Pid | undefined => whereis(`prefixed ${String(key)}`),
});

function elsewhere(): { readonly scheduler: number } {
  return { scheduler: (schedulerId() + 1) % schedulers() };
}

function thrown(call: () => unknown): any {
  try {
    call();
  } catch (e) {
    return e;
  }
  throw new Error("nothing was thrown");
}

processTest("handlers see events, and are called", () => {
  const readings = Readings.startLink({ name: "readings", ...elsewhere() });
  readings.addHandler(Sum, 1);
  readings.addHandler([Sum, "ten"], 10);
  readings.notify({ sensor: "a", value: 2 });
  readings.notify({ sensor: "b", value: 3 });
  const sum: number = readings.call(Sum, "get");
  expect(sum).toBe(6);
  expect(Readings.ref("readings").call([Sum, "ten"], "get")).toBe(15);
  const last: number = readings.deleteHandler(Sum);
  expect(last).toBe(6);
  readings.syncNotify({ sensor: "a", value: NaN });
  expect(readings.whichHandlers()).toEqual([]);
  readings.stop();
});

processTest("a handler may wait for a message; nobody else is served meanwhile", () => {
  const readings = Readings.startLink(elsewhere());
  readings.addHandler(Sum, 1);
  const id = readings.sendRequest(Sum, "next");
  readings.notify({ sensor: "a", value: 100 });
  expect(thrown(() => readings.with({ timeout: 20 }).call(Sum, "get")).message).toContain("handling next");
  send(readings.pid, 41);
  expect(genEvent.receiveResponse(id)).toEqual({ reply: 42 });
  expect(readings.call(Sum, "get")).toBe(142);
  readings.stop();
});

processTest("a manager has a name in a registry", () => {
  const name = { via: Prefixed, key: "manager" };
  const manager = Readings.startLink({ name, ...elsewhere() });
  expect(thrown(() => Readings.start({ name })).reason).toEqual({ alreadyStarted: manager.pid });
  const byKey = Readings.ref(name);
  byKey.addHandler(Forward, self());
  byKey.notify({ sensor: "a", value: 1 });
  expect(receive()).toEqual({ sensor: "a", value: 1 });
  expect(byKey.pid).toBe(manager.pid);
  byKey.stop();
  byKey.notify({ sensor: "nobody", value: 1 }); // a key that nobody has is no error
  expect(thrown(() => byKey.whichHandlers()).code).toBe("AGNER_NOPROC");
});

processTest("code outside processes can notify", () => {
  const manager = Readings.startLink(elsewhere());
  manager.addHandler(Forward, self());
  setImmediate(() => manager.notify({ sensor: "outside", value: 1 }));
  expect(receive()).toEqual({ sensor: "outside", value: 1 });
  manager.stop();
});

processTest("errors name the handler, the manager and the reason", () => {
  const manager = Readings.startLink({ name: "named readings", ...elsewhere() });
  const error = thrown(() => manager.call([Sum, 7], "get"));
  expect(EventHandlerError.is(error)).toBe(true);
  expect(error).toMatchObject({ code: "AGNER_EVENT_HANDLER", reason: "bad_module", handler: ["Sum", 7], request: "get" });
  expect(error.message).toMatch(/^get of the handler Sum \(id 7\) in the event manager <.*> \(Readings\): it is not installed/);
  expect(thrown(() => Readings.ref("named readings").deleteHandler(Sum)).message).toMatch(
    /^deleteHandler of the handler Sum in the event manager "named readings" \(<.*>, Readings\): it is not installed/,
  );
  manager.addHandler(Sum, 0);
  const failure = thrown(() => (manager as any).call(Sum, "nope"));
  expect(failure.message).toContain('Sum has no call "nope"; it has get, next');
  expect(failure.cause.code).toBe("AGNER_UNDEF");
  manager.stop();
});

processTest("a handler that no module exports cannot be sent", () => {
  const manager = Readings.startLink(elsewhere());
  expect(thrown(() => manager.addHandler(hidden())).code).toBe("AGNER_BAD_TERM");
  manager.addHandler(Hiding);
  manager.addHandler([Hiding, 1]);
  expect(thrown(() => manager.call(Hiding, "hide")).reason).toEqual({
    badReturnValue: expect.stringContaining("no module exports"),
  });
  manager.syncNotify({ sensor: "a", value: 1 });
  expect(manager.whichHandlers()).toEqual([]);
  expect(sys.getState(manager)).toEqual([]);
  manager.stop();
});
