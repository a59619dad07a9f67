/** Group I: event managers and their handlers (I1 to I8). */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { exit, isAlive, link, processFlag, processInfo, receive, self, send, spawnOpt, TIMEOUT, type Pid } from "@agner/vm";
import { CallError, EventHandlerError, genEvent, sys, type EventManager, type HandlerRef } from "../index.ts";
import { at, PLACES } from "./testing/place.ts";
import { Bare, First, Manager, Second, type Order } from "./testing/events.ts";
import { collecting, reportsOf } from "./testing/reports.ts";
import { downOf, endOf, exitFrom, isGone, park, reasonOf, settled, taken, thrown } from "./testing/watch.ts";

const BOTH = [First, Second] as const;
const WITH_ID: readonly (readonly [
  label: string,
  id: (handler: (typeof BOTH)[number], id: unknown) => HandlerRef<typeof First>,
])[] = [
  ["by definition", (handler) => handler],
  ["by definition and id", (handler, id) => [handler, id]],
];

/** Adds a handler from a process of its own, that says what it gets until it is told to end. */
export function supervise(manager: EventManager<Order>, to: Pid): void {
  manager.addSupHandler(First, { to });
  send(to, "added");
  for (;;) {
    const message = receive<any>();
    if (message?.end !== undefined) exit(message.end);
    send(to, { supervisor: message });
  }
}

for (const place of PLACES) {
  // start
  processTest(`I1: a manager starts without handlers, with or without a link, name or monitor (${place})`, () => {
    processFlag("trapExit", true);
    for (const name of [undefined, "i1 start"]) {
      const options = name === undefined ? at(place) : { ...at(place), name };
      const free = Manager.start(options);
      expect(free.whichHandlers()).toEqual([]);
      if (name !== undefined) expect(Manager.ref(name).pid).toBe(free.pid);
      expect(processInfo()!.links).not.toContain(free.pid);
      free.stop();
      expect(isAlive(free.pid)).toBe(false);
      const linked = Manager.startLink(options);
      expect(Manager.ref(name ?? linked.pid).whichHandlers()).toEqual([]);
      const { pid } = linked;
      if (name !== undefined) {
        expect(reasonOf(() => Manager.start(options))).toEqual({ alreadyStarted: pid });
        expect(reasonOf(() => Manager.startLink(options))).toEqual({ alreadyStarted: pid });
      }
      Manager.ref(name ?? pid).stop("shutdown", 10_000);
      expect(exitFrom(pid)).toEqual({ type: "EXIT", from: pid, reason: "shutdown" });
      const [watched, ref] = Manager.startMonitor(options);
      expect(watched.whichHandlers()).toEqual([]);
      const last = watched.pid;
      exit(last, "normal"); // not from its parent: a message like others
      expect(watched.whichHandlers()).toEqual([]);
      watched.stop();
      expect(downOf(ref)).toMatchObject({ pid: last, reason: "normal" });
    }
    expect(taken()).toEqual([]);
  });

  // start: the manager is the child of whoever has started it by a link
  processTest(`I1: an exit signal of the parent ends the manager, whatever the reason (${place})`, () => {
    processFlag("trapExit", true);
    for (const reason of ["shutdown", "normal", { odd: 1 }]) {
      const manager = Manager.startLink(at(place));
      manager.addHandler(First, { to: self() });
      const { pid } = manager;
      exit(pid, reason);
      expect(receive()).toEqual(["first", { terminated: "stop" }]);
      expect(exitFrom(pid).reason).toEqual(reason);
    }
  });

  // add_handler
  processTest(`I1: handlers are named by definition or with an id; the newest comes first (${place})`, () => {
    const manager = Manager.startLink(at(place));
    const to = self();
    expect(reasonOf(() => manager.addHandler(First, { to, failInit: "stop" }))).toBe("my_error");
    expect(manager.whichHandlers()).toEqual([]);
    manager.addHandler(First, { to });
    expect(reasonOf(() => manager.addHandler([First, to], { to, failInit: "crash" }))).toBeInstanceOf(TypeError);
    expect(manager.whichHandlers()).toEqual([First]);
    manager.addHandler([First, to], { to, as: "with a pid" });
    manager.addHandler([First, { a: [1] }], { to, as: "with a structure" });
    manager.addHandler(Second, { to });
    expect(manager.whichHandlers()).toEqual([Second, [First, { a: [1] }], [First, to], First]);
    manager.syncNotify({ order: "tell", value: 1 });
    expect(taken()).toEqual([
      ["second", 1],
      ["with a structure", 1],
      ["with a pid", 1],
      ["first", 1],
    ]);
    expect(manager.deleteHandler([First, { a: [1] }], 1)).toEqual({ left: 1, reason: 1 });
    expect(manager.deleteHandler([First, to], 2)).toEqual({ left: 1, reason: 2 });
    expect(manager.whichHandlers()).toEqual([Second, First]);
    manager.stop();
  });

  processTest(`I1: nothing keeps a program from adding one handler twice; requests mean the newer (${place})`, () => {
    const manager = Manager.startLink(at(place));
    manager.addHandler(First, { to: self(), as: "older" });
    manager.addHandler(First, { to: self(), as: "newer" });
    expect(manager.whichHandlers()).toEqual([First, First]);
    manager.deleteHandler(First);
    expect(taken()).toEqual([["newer", { terminated: undefined }]]);
    expect(manager.whichHandlers()).toEqual([First]);
    manager.stop();
  });

  for (const [how, named] of WITH_ID) {
    const first = (id: unknown) => named(First, id);
    const second = (id: unknown) => named(Second, id);

    // notify, sync_notify, info
    for (const way of ["notify", "syncNotify", "a plain message"] as const) {
      const tell = (manager: EventManager<Order>, order: Order): void => {
        if (way === "a plain message") send(manager.pid, order);
        else manager[way](order);
      };
      const what = way === "a plain message" ? "I8" : "I7";

      processTest(`${what}: ${way} reaches a handler (${how}) that goes on, swaps, removes itself (${place})`, () => {
        const manager = Manager.startLink(at(place));
        const to = self();
        manager.addHandler(first(1), { to });
        tell(manager, { order: "tell", value: { a: 1 } });
        expect(receive()).toEqual(["first", { a: 1 }]);
        tell(manager, { order: "swap", to: second(2), reason: "swap" });
        expect(manager.whichHandlers()).toEqual([second(2)]);
        expect(taken()).toEqual([
          ["first", { terminated: "swap" }],
          ["second", { swapped: { term: { left: 2, reason: "swap" } } }],
        ]);
        tell(manager, { order: "tell", value: "again" });
        expect(receive()).toEqual(["second", "again"]);
        tell(manager, { order: "remove" });
        expect(receive()).toEqual(["second", { terminated: "remove_handler" }]);
        expect(manager.whichHandlers()).toEqual([]);
        manager.stop();
      });

      processTest(`I2: a handler (${how}) that fails by ${way} is removed, the others and the manager stay (${place})`, () => {
        const manager = Manager.startLink(at(place));
        const to = self();
        manager.addHandler(Second, { to });
        for (const [order, error] of [
          ["bad", { badReturnValue: { return: "faulty" } }],
          ["exit", "gone"],
          ["crash", expect.any(RangeError)],
          ["async", { badReturnValue: expect.stringContaining("Promise") }],
        ] as const) {
          manager.addHandler(first(3), { to });
          manager.deleteHandler(Second, "nothing");
          manager.addHandler(Bare);
          taken();
          tell(manager, { order });
          expect(receive()).toEqual(["first", { terminated: { error } }]);
          expect(manager.whichHandlers()).toEqual([Bare]);
          manager.swapHandler(Bare, undefined, Second, { to });
        }
        manager.stop();
      });

      processTest(`I4: who supervises a handler hears of its end by ${way}, (${how}) (${place})`, () => {
        const manager = Manager.startLink(at(place));
        const to = self();
        const ends = () => taken().filter((m) => !Array.isArray(m));
        manager.addSupHandler(first(1), { to });
        for (const [order, reason] of [
          ["remove", "normal"],
          ["bad", { badReturnValue: { return: "faulty" } }],
          ["crash", expect.any(RangeError)],
          ["exit", "gone"],
        ] as const) {
          tell(manager, { order: "swap", to: second(2), reason: "swap" });
          expect(manager.whichHandlers()).toEqual([second(2)]);
          expect(ends()).toEqual([
            { type: "EVENT_EXIT", handler: first(1), reason: { swapped: { handler: second(2), supervisor: to } } },
          ]);
          tell(manager, { order });
          expect(manager.whichHandlers()).toEqual([]);
          expect(ends()).toEqual([{ type: "EVENT_EXIT", handler: second(2), reason }]);
          manager.addSupHandler(first(1), { to });
        }
        manager.stop();
      });
    }

    // call
    processTest(`I3: a call is answered by the handler that it names (${how}) (${place})`, () => {
      const manager = Manager.startLink(at(place));
      const to = self();
      manager.addHandler(first(1), { to });
      expect(manager.call(first(1), "seen")).toBe(0);
      manager.syncNotify({ order: "tell", value: 0 });
      expect(manager.with({ timeout: 10_000 }).call(first(1), "seen")).toBe(1);
      expect(reasonOf(() => manager.call(second(1), "seen"))).toBe("bad_module");
      expect(manager.call(first(1), "order", { order: "swap", to: second(2), reason: "r" })).toBe("swapped");
      expect(manager.whichHandlers()).toEqual([second(2)]);
      expect(reasonOf(() => manager.call(first(1), "seen"))).toBe("bad_module");
      expect(manager.call(second(2), "order", { order: "remove" })).toBe("removed");
      expect(manager.whichHandlers()).toEqual([]);
      expect(taken()).toEqual([
        ["first", 0],
        ["first", { terminated: "r" }],
        ["second", { swapped: { term: { left: 1, reason: "r" } } }],
        ["second", { terminated: "remove_handler" }],
      ]);
      manager.stop();
    });

    // call
    processTest(
      `I3: a handler (${how}) that fails in a call is removed; the caller and its supervisor are told why (${place})`,
      () => {
        const manager = Manager.startLink(at(place));
        const to = self();
        for (const [order, reason] of [
          ["bad", { badReturnValue: { return: "faulty" } }],
          ["tell", { badReturnValue: "noreply" }],
          ["crash", expect.any(RangeError)],
          ["undefined function", expect.any(TypeError)],
          ["exit", "gone"],
        ] as const) {
          manager.addSupHandler(first(4), { to });
          const error = thrown(() => manager.call(first(4), "order", { order, value: 1 } as Order));
          expect(EventHandlerError.is(error)).toBe(true);
          expect(error.reason).toEqual(reason);
          const messages = taken();
          expect(messages.slice(-2)).toEqual([
            ["first", { terminated: { error: reason } }],
            { type: "EVENT_EXIT", handler: first(4), reason },
          ]);
          expect(manager.whichHandlers()).toEqual([]);
        }
        manager.stop();
      },
    );

    // delete_handler
    processTest(`I3: deleteHandler returns what terminate returns (${how}) (${place})`, () => {
      const manager = Manager.startLink(at(place));
      const to = self();
      manager.addHandler(first(1), { to });
      expect(reasonOf(() => manager.deleteHandler(second(1), "x"))).toBe("module_not_found");
      expect(manager.deleteHandler(first(1), "return_hej")).toEqual({ left: 0, reason: "return_hej" });
      expect(manager.whichHandlers()).toEqual([]);
      manager.addHandler(first(1), { to });
      expect(manager.deleteHandler(first(1), "nothing")).toBe(undefined);
      manager.addHandler(first(2), { to, failTerminate: true });
      expect(reasonOf(() => manager.deleteHandler(first(2)))).toBeInstanceOf(EvalError);
      expect(manager.whichHandlers()).toEqual([]);
      manager.stop();
    });

    // swap_handler
    processTest(`I5: a swap hands the result of terminate to the init of the new handler (${how}) (${place})`, () => {
      const manager = Manager.startLink(at(place));
      const to = self();
      manager.addHandler(Bare);
      manager.addHandler(first(3), { to });
      manager.addHandler([Bare, "newest"]);
      manager.swapHandler(first(3), "swap", second(4), { to });
      // As when it is added: the newest now.
      expect(manager.whichHandlers()).toEqual([second(4), [Bare, "newest"], Bare]);
      expect(taken()).toEqual([
        ["first", { terminated: "swap" }],
        ["second", { swapped: { term: { left: 0, reason: "swap" } } }],
      ]);
      manager.swapHandler(first(3), "not there", first(5), { to });
      expect(taken()).toEqual([["first", { swapped: { error: "module_not_found" } }]]);
      manager.swapHandler(Bare, "has no terminate", first(6), { to });
      expect(taken()).toEqual([["first", { swapped: {} }]]);
      manager.deleteHandler(first(5), "nothing");
      manager.stop();
    });
  }

  processTest(`I2: a handler that has failed is reported (${place})`, () => {
    collecting((logged) => {
      const manager = Manager.start({ ...at(place), name: "i2 reports" });
      const to = self();
      const { pid } = manager;
      manager.addHandler(First, { to });
      manager.syncNotify({ order: "remove" });
      manager.addHandler(First, { to });
      manager.syncNotify({ order: "swap", to: [Second, 1], reason: 0 });
      expect(reportsOf(logged(), pid)).toEqual([]);
      manager.syncNotify({ order: "crash" });
      expect(reportsOf(logged(), pid)).toMatchObject([
        {
          type: "terminated",
          behaviour: "genEvent",
          name: "i2 reports",
          module: "Manager",
          handler: ["Second", 1],
          reason: expect.any(RangeError),
          lastMessage: { order: "crash" },
          state: "second formatted",
        },
      ]);
      manager.addHandler(First, { to });
      reasonOf(() => manager.call(First, "order", { order: "bad" }));
      expect(reportsOf(logged(), pid)[1]).toMatchObject({
        handler: "First",
        reason: { badReturnValue: { return: "faulty" } },
        lastMessage: { call: "order", args: [{ order: "bad" }] },
      });
      manager.stop("abnormal", 1_000);
      expect(reportsOf(logged(), pid).map(({ type }) => type)).toEqual(["terminated", "terminated", "crash"]);
    });
  });

  processTest(`I2: what a callback throws counts as returned, as far as it is no error (${place})`, () => {
    const manager = Manager.startLink(at(place));
    manager.addHandler(First, { to: self() });
    manager.syncNotify({ order: "throw" });
    manager.syncNotify({ order: "tell", value: "still there" });
    expect(taken()).toEqual([["thrown", "still there"]]);
    manager.stop();
  });

  processTest(`I2: an answer that is no term is a failure of the handler (${place})`, () => {
    const manager = Manager.startLink(at(place));
    manager.addHandler(First, { to: self() });
    expect(reasonOf(() => manager.call(First, "function"))).toMatchObject({ code: "AGNER_BAD_TERM" });
    expect(taken()).toMatchObject([["first", { terminated: { error: { code: "AGNER_BAD_TERM" } } }]]);
    expect(manager.whichHandlers()).toEqual([]);
    manager.stop();
  });

  processTest(`I2: terminate may fail, too (${place})`, () => {
    const manager = Manager.startLink(at(place));
    const to = self();
    for (const order of ["crash", "remove"] as const) {
      manager.addSupHandler(First, { to, failTerminate: true });
      manager.syncNotify({ order });
      expect(manager.whichHandlers()).toEqual([]);
      expect(taken()[1]).toMatchObject({ type: "EVENT_EXIT", reason: order === "crash" ? expect.any(RangeError) : "normal" });
    }
    manager.addHandler(First, { to, failTerminate: true });
    manager.swapHandler(First, "r", Second, { to });
    expect(taken()).toEqual([
      ["first", { terminated: "r" }],
      ["second", { swapped: { error: expect.any(EvalError) } }],
    ]);
    manager.addHandler(First, { to, failTerminate: true });
    manager.stop();
  });

  // add_sup_handler
  processTest(`I4: addSupHandler links, and tells the caller when the manager stops (${place})`, () => {
    const manager = Manager.start(at(place));
    const { pid } = manager;
    const to = self();
    expect(reasonOf(() => manager.addSupHandler(First, { to, failInit: "stop" }))).toBe("my_error");
    expect(manager.whichHandlers()).toEqual([]);
    manager.addSupHandler(First, { to });
    manager.addSupHandler([First, to], { to, as: "with id" });
    expect(processInfo()!.links).toContain(pid);
    expect(processInfo(pid)!.links).toContain(to);
    manager.stop();
    expect(taken()).toEqual([
      ["with id", { terminated: "stop" }],
      { type: "EVENT_EXIT", handler: [First, to], reason: "shutdown" },
      ["first", { terminated: "stop" }],
      { type: "EVENT_EXIT", handler: First, reason: "shutdown" },
    ]);
    // The link has gone before the manager: whatever its reason, it does not end who supervises a handler.
    const other = Manager.start(at(place));
    other.addSupHandler(First, { to });
    other.stop({ odd: "reason" });
    settled();
    expect(processInfo()!.links).not.toContain(other);
  });

  // add_sup_handler: the exit signal of the supervising process, from itself or sent in its name
  processTest(`I4: a handler goes with the process that has added it (${place})`, () => {
    const manager = Manager.start(at(place));
    const to = self();
    manager.addHandler(Second, { to });
    for (const reason of ["sup_died", "normal", { a: 1 }]) {
      const supervisor = spawnOpt({ scheduler: at(place).scheduler }, supervise, manager, to);
      expect(receive()).toBe("added");
      send(supervisor, { end: reason });
      expect(receive()).toEqual(["first", { terminated: { stop: reason } }]);
      // And who is still there sees the exit signal as a message.
      expect(receive()).toEqual(["second", { other: { type: "EXIT", from: supervisor, reason } }]);
      expect(manager.whichHandlers()).toEqual([Second]);
    }
    manager.addSupHandler(First, { to });
    exit(manager.pid, "sup_died"); // as if the caller had died
    expect(receive()).toEqual(["first", { terminated: { stop: "sup_died" } }]);
    expect(receive((m) => m?.type === "EVENT_EXIT")).toMatchObject({ reason: "shutdown" });
    expect(manager.whichHandlers()).toEqual([Second]);
    manager.stop();
  });

  processTest(`I4: the links work the other way as well (${place})`, () => {
    const manager = Manager.start(at(place));
    const supervisor = spawnOpt({ scheduler: at(place).scheduler }, supervise, manager, self());
    expect(receive()).toBe("added");
    exit(manager.pid, "kill");
    expect(endOf(supervisor)).toMatch(/^killed$|^noproc$/);
    expect(isGone(manager.pid)).toBe(true);
  });

  // swap_sup_handler
  processTest(`I4: a swap keeps the supervising process, or brings a new one (${place})`, () => {
    const manager = Manager.start(at(place));
    const to = self();
    const ends = () => taken().filter((m) => !Array.isArray(m));
    manager.addSupHandler(First, { to });
    manager.swapHandler(First, "swap", Second, { to });
    expect(ends()).toEqual([{ type: "EVENT_EXIT", handler: First, reason: { swapped: { handler: Second, supervisor: to } } }]);
    manager.deleteHandler(Second);
    expect(ends()).toEqual([{ type: "EVENT_EXIT", handler: Second, reason: "normal" }]);
    const supervisor = spawnOpt({ scheduler: at(place).scheduler }, supervise, manager, to);
    expect(receive()).toBe("added");
    manager.swapSupHandler(First, "swap", [Second, 4], { to });
    expect(receive((m) => m?.supervisor !== undefined)).toEqual({
      supervisor: { type: "EVENT_EXIT", handler: First, reason: { swapped: { handler: [Second, 4], supervisor: to } } },
    });
    send(supervisor, { end: "normal" });
    endOf(supervisor);
    expect(manager.whichHandlers()).toEqual([[Second, 4]]);
    manager.deleteHandler([Second, 4]);
    expect(ends()).toEqual([{ type: "EVENT_EXIT", handler: [Second, 4], reason: "normal" }]);
    manager.swapSupHandler(First, "not there", Second, { to });
    manager.stop();
    expect(ends()).toEqual([{ type: "EVENT_EXIT", handler: Second, reason: "shutdown" }]);
  });

  // swap_handler, swap_sup_handler
  processTest(`I5: if the new handler fails in a swap, both are gone (${place})`, () => {
    const manager = Manager.startLink(at(place));
    const to = self();
    manager.addHandler(First, { to });
    expect(reasonOf(() => manager.swapHandler(First, "swap", Second, { to, failInit: "stop" }))).toBe("my_error");
    expect(manager.whichHandlers()).toEqual([]);
    manager.addSupHandler(First, { to });
    expect(reasonOf(() => manager.swapSupHandler(First, "swap", Second, { to, failInit: "crash" }))).toBeInstanceOf(TypeError);
    expect(manager.whichHandlers()).toEqual([]);
    taken();
    manager.addSupHandler(First, { to });
    manager.syncNotify({ order: "swap", to: Second, reason: "r", argument: { to, failInit: "stop" } });
    expect(taken()).toEqual([
      ["first", { terminated: "r" }],
      { type: "EVENT_EXIT", handler: First, reason: { swapped: { handler: Second, supervisor: to } } },
      { type: "EVENT_EXIT", handler: Second, reason: "my_error" },
    ]);
    expect(manager.whichHandlers()).toEqual([]);
    manager.stop();
  });

  processTest(`I5: a handler that swaps itself keeps its place (${place})`, () => {
    const manager = Manager.startLink(at(place));
    const to = self();
    manager.addHandler(Bare);
    manager.addHandler(First, { to });
    manager.addHandler([Bare, 2]);
    manager.syncNotify({ order: "swap", to: Second, reason: "r" });
    expect(manager.whichHandlers()).toEqual([[Bare, 2], Second, Bare]);
    manager.stop();
  });

  processTest(`I7: notify does not wait, syncNotify does; events keep their order (${place})`, () => {
    const manager = Manager.startLink(at(place));
    const to = self();
    manager.addHandler(First, { to });
    sys.suspend(manager);
    for (let value = 0; value < 10; value++) manager.notify({ order: "tell", value });
    expect(taken()).toEqual([]);
    sys.resume(manager);
    manager.syncNotify({ order: "tell", value: 10 });
    expect(taken()).toEqual(Array.from({ length: 11 }, (_, value) => ["first", value]));
    manager.stop();
    expect(manager.notify({ order: "crash" })).toBe(undefined); // a pid that is gone swallows events
    expect(reasonOf(() => manager.syncNotify({ order: "crash" }))).toBe("noproc");
    expect(thrown(() => Manager.ref("i7 nobody").notify({ order: "crash" })).code).toBe("AGNER_NOPROC");
  });

  // call
  processTest(`I3: calls to a manager that is not there or takes too long throw a CallError (${place})`, () => {
    const manager = Manager.start(at(place));
    const hasty = manager.with({ timeout: 0 });
    manager.addHandler(First, { to: self() });
    sys.suspend(manager);
    const late = thrown(() => hasty.call(First, "seen"));
    expect(CallError.is(late)).toBe(true);
    expect(late.code).toBe("AGNER_TIMEOUT");
    sys.resume(manager);
    expect(hasty.whichHandlers()).toEqual([First]); // only calls to handlers have a limit
    settled();
    manager.stop();
    expect(taken()).toEqual([["first", { terminated: "stop" }]]);
    expect(thrown(() => manager.call(First, "seen")).code).toBe("AGNER_NOPROC");
    expect(thrown(() => Manager.ref("i3 nobody").whichHandlers()).code).toBe("AGNER_NOPROC");
    expect(thrown(() => manager.pid.toString() + Manager.ref("i3 nobody").pid.toString()).code).toBe("AGNER_NOPROC");
  });

  processTest(`I3: requests to a handler are answered later (${place})`, () => {
    const manager = Manager.start(at(place));
    manager.addHandler(First, { to: self() });
    sys.suspend(manager);
    const id = manager.sendRequest(First, "seen");
    expect(genEvent.waitResponse(id, 0)).toBe(TIMEOUT);
    sys.resume(manager);
    expect(genEvent.receiveResponse(id)).toEqual({ reply: 0 });
    const server = manager.pid;
    const ids = genEvent.requestIds<any, string>();
    ids.add(manager.sendRequest(Second, "seen"), "not installed");
    ids.add(manager.sendRequest(First, "order", { order: "bad" }), "fails");
    ids.add(manager.sendRequest(First, "seen"), "too late");
    const results = new Map<string, unknown>();
    while (ids.size > 0) {
      const { label, result } = genEvent.receiveResponse(ids) as { label: string; result: unknown };
      results.set(label, result);
    }
    expect(Object.fromEntries(results)).toEqual({
      "not installed": { error: { reason: "bad_module", server } },
      fails: { error: { reason: { badReturnValue: { return: "faulty" } }, server } },
      "too late": { error: { reason: "bad_module", server } },
    });
    taken();
    const last = manager.sendRequest(First, "seen");
    expect(genEvent.checkResponse("something else", last)).toBe("no_reply");
    expect(genEvent.checkResponse(receive(), last)).toEqual({ error: { reason: "bad_module", server } });
    manager.stop();
    expect(genEvent.receiveResponse(manager.sendRequest(First, "seen"))).toEqual({ error: { reason: "noproc", server } });
  });

  // undef_handle_info
  processTest(`I8: every message that is none of the manager's own goes to all handlers, or is logged (${place})`, () => {
    collecting((logged) => {
      const manager = Manager.start(at(place));
      const to = self();
      const { pid } = manager;
      manager.addHandler([First, 1], { to, as: "older" });
      manager.addHandler(Bare);
      manager.addHandler(First, { to });
      const odd = [
        1,
        undefined,
        { type: "$cast", name: "other", args: [] },
        { type: "$call", name: "toString", args: [] },
        { a: 1 },
      ];
      for (const message of odd) send(pid, message);
      expect(manager.whichHandlers()).toHaveLength(3);
      expect(taken()).toEqual(
        odd.flatMap((other) => [
          ["first", { other }],
          ["older", { other }],
        ]),
      );
      expect(reportsOf(logged(), pid, "unexpected")).toEqual(
        odd.map((message) => ({ type: "unexpected", pid, name: undefined, module: "Bare", message })),
      );
      manager.stop();
    });
  });

  processTest(`I8: a manager traps exits; signals of processes that it is linked with are messages (${place})`, () => {
    const manager = Manager.start(at(place));
    const { pid } = manager;
    manager.addHandler(First, { to: self() });
    const linked = spawnOpt({ scheduler: at(place).scheduler }, linkedWith, pid, self());
    expect(receive()).toBe("linked");
    exit(linked, "oh");
    expect(receive()).toEqual(["first", { other: { type: "EXIT", from: linked, reason: "oh" } }]);
    manager.stop();
  });

  // undef_terminate
  processTest(`I6: all but init and event may be left out (${place})`, () => {
    const manager = Manager.startLink(at(place));
    manager.addHandler(Bare);
    expect(manager.deleteHandler(Bare, "why")).toBe(undefined);
    manager.addHandler(Bare);
    // undef_handle_call
    expect(reasonOf(() => manager.call(Bare as unknown as typeof First, "seen"))).toMatchObject({ code: "AGNER_UNDEF" });
    expect(manager.whichHandlers()).toEqual([]);
    manager.stop();
  });
}

export function linkedWith(pid: Pid, to: Pid): void {
  link(pid);
  send(to, "linked");
  park();
}
