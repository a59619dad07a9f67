/** Calls and starts from where nobody can wait: below a native frame, and outside of processes. Nothing is begun there, so nothing is left behind. */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { isAlive, processes, processInfo, receive, self, send, type Pid } from "@agner/vm";
import { genServer, reply, supervisor, sys } from "../index.ts";
import { at, PLACES } from "./testing/place.ts";
import { settled, taken, thrown } from "./testing/watch.ts";

export const Counter = genServer({
  init: (n: number) => n,
  calls: { get: (n) => reply(n, n), add: (n, by: number) => reply(n + by, n + by) },
});

export const Root = supervisor({ children: [] });

/** An accessor cannot be suspended. */
function inNativeFrame(body: () => unknown): void {
  const native = {
    get frame(): unknown {
      return body();
    },
  };
  void native.frame;
}

for (const place of PLACES) {
  const tries: [name: string, (c: ReturnType<typeof Counter.start>) => unknown][] = [
    ["add", (c) => c.add(1)],
    ["add", (c) => genServer.multiCall([c], "add", [1])],
    ["start of Counter.init", () => Counter.start(1, at(place))],
    ["start of Counter.init", () => Counter.startLink(1, at(place))],
    ["start of Counter.init", () => Counter.startMonitor(1, at(place))],
    ["start of Root.init", () => Root.startLink(undefined, at(place))],
    ["genServer.stop", (c) => genServer.stop(c)],
    ["getState", (c) => sys.getState(c)],
  ];

  processTest(`what cannot be waited for below a native frame is not begun (${place})`, () => {
    const c = Counter.start(1, at(place));
    for (const [name, attempt] of tries) {
      settled();
      const before = processes().length;
      const { code, message } = thrown(() => inNativeFrame(() => attempt(c)));
      expect(code).toBe("AGNER_NATIVE_FRAME");
      expect(message).toContain(`${name}() cannot suspend`);
      settled();
      expect(taken()).toEqual([]);
      expect(processes().length).toBe(before);
    }
    const { monitors, links } = processInfo()!;
    expect([monitors, links]).toEqual([[], []]);
    expect([isAlive(c.pid), c.get()]).toEqual([true, 1]);
  });

  processTest(`nor what is tried outside of a process, which the message says (${place})`, () => {
    const c = Counter.start(1, at(place));
    for (const [name, attempt] of tries) {
      tellOutside(self(), () => thrown(() => attempt(c)));
      const { code, message } = receive<{ code: string; message: string }>();
      expect(code).toBe("AGNER_NOT_A_PROCESS");
      expect(message).toContain(`${name}() was called outside a process`);
    }
    expect(c.get()).toBe(1);
    expect(taken()).toEqual([]);
  });
}

/** Runs a function in a callback of the event loop. */
function tellOutside(to: Pid, body: () => { code: string; message: string }): void {
  setImmediate(() => {
    const { code, message } = body();
    send(to, { code, message });
  });
}

processTest("that nobody is there is said anywhere", () => {
  const attempt = (): unknown => Counter.ref("nobody at all").get();
  expect(thrown(() => inNativeFrame(attempt)).code).toBe("AGNER_NOPROC");
  tellOutside(self(), () => thrown(attempt));
  expect(receive<{ code: string }>().code).toBe("AGNER_NOPROC");
});
