/** What is told of a process that fails with an error, or has a dictionary, in which something is no term: all of it that is one (F1, F7, G2, G15, K7). */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { dictionary, receive, self, send, spawn, TIMEOUT, type Pid } from "@agner/vm";
import { application, genServer, reply, supervisor, type ChildSpec, type Reply } from "../index.ts";
import { at, PLACES } from "./testing/place.ts";
import { collecting, reportsOf } from "./testing/reports.ts";
import { endOf, taken, thrown } from "./testing/watch.ts";

/** Stands for a socket or a response in an error's properties. */
class Socket {
  readonly open = true;
}

function refused(): Error {
  return Object.assign(new RangeError("connection refused"), { socket: new Socket(), port: 5432 });
}

export const Broken = genServer({
  init: (): number => {
    throw refused();
  },
});

export const Breaking = genServer({
  init: () => 0,
  calls: {
    break: (): never => {
      throw refused();
    },
    keep: (s) => {
      dictionary.put("socket", new Socket());
      return reply("kept", s);
    },
    wait: (s, told: Pid): Reply<unknown, number> => {
      send(told, "waiting");
      return reply(
        receive(() => false),
        s,
      );
    },
  },
});

export const Root = supervisor({ children: (children: ChildSpec[]) => children });

function broken(): never {
  throw refused();
}

export const BrokenApplication = application({ name: "broken", start: () => broken() });

function isRefused(reason: any): void {
  expect([reason.name, reason.message, reason.port]).toEqual(["RangeError", "connection refused", 5432]);
  expect(reason.stack).toContain("reasons.test.ts");
}

for (const place of PLACES) {
  processTest(`an error with a property that is no term is the reason of a start, without that (${place})`, () => {
    isRefused(thrown(() => Broken.start(undefined, at(place))).reason);
    isRefused(thrown(() => Broken.startLink(undefined, at(place))).reason);
    const { reason } = thrown(() => Root.start([Broken.child(undefined)], at(place)));
    isRefused(reason.shutdown.failedToStartChild.reason);
    expect(taken()).toEqual([]);
  });

  processTest(`and the reason for which a server ends (${place})`, () => {
    const server = Breaking.start(undefined, at(place));
    isRefused(thrown(() => server.break()).reason);
    expect(taken()).toEqual([]);
  });

  processTest(`and the reason for which a supervisor cannot start a child (${place})`, () => {
    const root = Root.start([], at(place));
    for (const start of [[Broken], [broken]] as const) isRefused(thrown(() => root.startChild({ id: 1, start })).reason);
    root.stop();
    expect(taken()).toEqual([]);
  });

  processTest(`a crash is reported, and its reason kept, whatever is in the dictionary (${place})`, () => {
    collecting((logged) => {
      const server = Breaking.start(undefined, at(place));
      server.keep();
      isRefused(thrown(() => server.break()).reason);
      const [report] = crashOf(logged, server.pid);
      isRefused(report.reason);
      expect(new Map(report.dictionary).get("socket")).toBe("Socket { open: true }");
    });
  });

  processTest(`a call to a server with such a dictionary that takes too long says what the server does (${place})`, () => {
    const server = Breaking.start(undefined, at(place));
    server.keep();
    const me = self();
    spawn(() => server.with({ timeout: Infinity }).wait(me));
    expect(receive()).toBe("waiting"); // from now on it is at it
    expect(thrown(() => server.with({ timeout: 1 }).wait(me)).message).toContain("handling wait");
    expect(receive(undefined, 0)).toBe(TIMEOUT);
  });
}

for (const place of PLACES)
  processTest(`G7: an async callback is told that it must not be one, one that returns nothing what it may (${place})`, () => {
    const call = (name: string): string => thrown(() => genServer.call(Careless.start(undefined, at(place)), name)).message;
    expect(call("later")).toMatch(/badReturnValue: 'a Promise; callbacks are ordinary functions.*wait\(promise\)/);
    expect(call("nothing")).toMatch(/\{ badReturnValue: undefined \}: a callback must return .*reply\(…\)/);
  });

/** As JavaScript lets one write it. */
export const Careless = genServer({
  init: () => 0,
  calls: { later: (async (s: number) => reply(1, s)) as never, nothing: (() => {}) as never },
});

function crashOf(logged: () => any[], pid: Parameters<typeof reportsOf>[1]): any[] {
  expect(endOf(pid)).toBe("noproc");
  return reportsOf(logged(), pid, "crash");
}

processTest("K7: and the reason for which an application cannot be started", () => {
  isRefused(thrown(() => application.start(BrokenApplication)).reason);
  expect(application.running()).toEqual([]);
});
