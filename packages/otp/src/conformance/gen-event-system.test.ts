/** Group I: what `sys` sees of event managers, and hibernation. */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { processInfo, receive, self, send, spawnOpt, type Pid } from "@agner/vm";
import { eventHandler, genEvent, StartError, supervisor, sys } from "../index.ts";
import { Bare, First, Manager, Second, type Order, type State } from "./testing/events.ts";
import { at, PLACES } from "./testing/place.ts";
import { endOf, kill, reasonOf, taken, thrown, until } from "./testing/watch.ts";

export const Root = supervisor({
  strategy: "one_for_one",
  children: (scheduler: number) => [Manager.child({ name: "supervised manager", scheduler })],
});

export const Unformatted = eventHandler({
  init: () => "secret",
  event: (state, _order: Order) => ({ odd: state }) as never,
  formatStatus: () => {
    throw new Error("no");
  },
});

export function rename([handler, state]: [unknown, State], to: string): unknown {
  if (state.as === "stubborn") throw new Error("no");
  return state.as === "liar" ? [Second, { ...state, as: to }] : [handler, { ...state, as: to }];
}

function sleeps(pid: Pid): boolean {
  return processInfo(pid)!.currentFunction.includes("hibernate");
}

for (const place of PLACES) {
  // hibernate
  processTest(`I6: it is enough that one handler wants to hibernate (${place})`, () => {
    const manager = Manager.start(at(place));
    const { pid } = manager;
    const to = self();
    const asleep = () => until(() => sleeps(pid));
    const awake = () => until(() => !sleeps(pid) && processInfo(pid)!.status === "waiting");
    manager.addHandler(First, { to });
    awake();
    expect(manager.call(First, "sleepy")).toBe("later");
    asleep();
    send(pid, { order: "tell", value: 1 });
    awake();
    for (const way of ["notify", "syncNotify"] as const) {
      manager[way]({ order: "hibernate" });
      asleep();
      manager[way]({ order: "tell", value: 2 });
      awake();
    }
    send(pid, { order: "hibernate" });
    asleep();
    expect(manager.whichHandlers()).toEqual([First]);
    awake();
    // The other handler goes on as before: one is enough.
    manager.addHandler(Bare);
    manager.addHandler([Bare, 1]);
    manager.notify({ order: "hibernate" });
    asleep();
    manager.stop();
  });

  // hibernate
  processTest(`I6: an init may ask for hibernation; system messages do not end it (${place})`, () => {
    const manager = Manager.start(at(place));
    const { pid } = manager;
    const to = self();
    manager.addHandler(First, { to, hibernate: true });
    until(() => sleeps(pid));
    sys.suspend(manager);
    sys.resume(manager);
    until(() => sleeps(pid));
    manager.swapHandler(First, 0, Second, { to, hibernate: true });
    until(() => sleeps(pid));
    manager.syncNotify({ order: "swap", to: First, reason: 0, argument: { to, hibernate: true } });
    until(() => sleeps(pid));
    manager.stop();
  });

  // auto_hibernate, start_opt
  processTest(`I6: hibernateAfter makes an idle manager hibernate (${place})`, () => {
    const manager = Manager.start({ ...at(place), hibernateAfter: 10 });
    const { pid } = manager;
    manager.addHandler(First, { to: self() });
    for (let i = 0; i < 3; i++) {
      until(() => sleeps(pid));
      expect(manager.call(First, "seen")).toBe(i);
      expect(sys.getState(manager)).toHaveLength(1);
      manager.notify({ order: "tell", value: i });
    }
    manager.stop();
    expect(thrown(() => Manager.start({ hibernateAfter: -1 })).code).toBe("AGNER_BAD_ARGUMENT");
  });

  // start_opt
  processTest(`I6: a start takes debug options (${place})`, () => {
    const manager = Manager.start({ ...at(place), debug: ["log", "statistics"] });
    manager.syncNotify({ order: "remove" });
    manager.whichHandlers();
    expect(sys.getLog(manager)).toMatchObject([
      { kind: "in", message: { name: "syncNotify", args: [{ order: "remove" }] } },
      { kind: "in", message: { name: "whichHandlers" } },
    ]);
    expect(sys.getStatistics(manager)).toMatchObject({ messagesIn: 2 });
    manager.stop();
  });

  // get_state
  processTest(`I6: sys.getState shows every handler with its state (${place})`, () => {
    const manager = Manager.start({ ...at(place), name: "i6 state" });
    expect(sys.getState(manager)).toEqual([]);
    manager.addHandler(Bare);
    manager.addHandler([First, 1], { to: self() });
    const expected = [
      [[First, 1], { as: "first", to: self(), seen: 0 }],
      [Bare, "bare"],
    ];
    expect(sys.getState("i6 state", { timeout: 5_000 })).toEqual(expected);
    sys.suspend(manager);
    expect(sys.getState(manager.pid)).toEqual(expected);
    sys.resume(manager);
    manager.stop();
  });

  // replace_state
  processTest(`I6: sys.replaceState asks for each handler; one for which that fails keeps its state (${place})`, () => {
    const manager = Manager.start(at(place));
    const to = self();
    const names = ["fine", "liar", "stubborn"];
    for (const as of names) manager.addHandler([First, as], { to, as });
    const states = (all: unknown) => (all as [unknown, State][]).map(([, { as }]) => as);
    expect(states(sys.replaceState(manager, rename, "renamed"))).toEqual(["stubborn", "liar", "renamed"]);
    sys.suspend(manager);
    expect(states(sys.replaceState(manager, rename, "again"))).toEqual(["stubborn", "liar", "again"]);
    sys.resume(manager);
    manager.syncNotify({ order: "tell", value: 0 });
    expect(taken()).toEqual([
      ["stubborn", 0],
      ["liar", 0],
      ["again", 0],
    ]);
    manager.stop();
  });

  // call_format_status, call_format_status_anon
  processTest(`I6: sys.getStatus shows handlers as their formatStatus wants (${place})`, () => {
    const manager = Manager.start(at(place));
    manager.addHandler(Bare);
    manager.addHandler(Unformatted);
    manager.addSupHandler([First, 1], { to: self() });
    expect(sys.getStatus(manager)).toMatchObject({
      pid: manager.pid,
      behaviour: "genEvent",
      module: "Manager",
      status: "running",
      misc: [
        { handler: [First, 1], state: "first formatted", supervisor: self() },
        { handler: Unformatted, state: "formatStatus has thrown", supervisor: undefined },
        { handler: Bare, state: "bare" },
      ],
    });
    manager.stop();
  });

  // undef_code_change
  processTest(`I6: a code change concerns the handlers of one definition, or none at all if it fails (${place})`, () => {
    const manager = Manager.start(at(place));
    const to = self();
    manager.addHandler(Bare);
    manager.addHandler(Second, { to });
    manager.addHandler([First, 2], { to });
    manager.addHandler(First, { to });
    sys.suspend(manager);
    sys.changeCode(manager, First, 1, "extra");
    expect(reasonOf(() => sys.changeCode(manager, First, 2, "fail"))).toMatchObject({
      callbackFailed: { request: "changeCode" },
    });
    expect(reasonOf(() => sys.changeCode(manager, Bare, 1, "extra"))).toMatchObject({
      callbackFailed: { reason: { code: "AGNER_UNDEF" } },
    });
    sys.resume(manager);
    manager.syncNotify({ order: "tell", value: 0 });
    expect(taken()).toEqual([
      ["first after 1, extra", 0],
      ["first after 1, extra", 0],
      ["second", 0],
    ]);
    sys.suspend(manager);
    sys.changeCode(manager, undefined, 3, "all");
    sys.resume(manager);
    manager.syncNotify({ order: "tell", value: 0 });
    expect(taken()).toEqual([
      ["first after 3, all", 0],
      ["first after 3, all", 0],
      ["second after 3, all", 0],
    ]);
    manager.stop();
  });

  processTest(`I6: a supervised manager comes back without handlers (${place})`, () => {
    const root = Root.start(at(place).scheduler);
    const manager = Manager.ref("supervised manager");
    const { pid } = manager;
    manager.addHandler(First, { to: self() });
    kill(pid);
    until(() => root.whichChildren()[0]?.pid !== pid && typeof root.whichChildren()[0]?.pid === "object");
    expect(manager.whichHandlers()).toEqual([]);
    manager.addHandler(First, { to: self() });
    root.stop();
    expect(receive()).toEqual(["first", { terminated: "stop" }]);
  });

  processTest(`I6: a manager travels, and so do handlers (${place})`, () => {
    const manager = Manager.start(at(place));
    const pid = spawnOpt({ scheduler: at(place).scheduler }, addFirst, manager, self());
    endOf(pid);
    expect(manager.call([First, "added elsewhere"], "seen")).toBe(0);
    manager.stop();
  });
}

export function addFirst(manager: ReturnType<typeof Manager.start>, to: Pid): void {
  manager.with({ timeout: 1_000 }).addHandler([First, "added elsewhere"], { to });
}

// undef_init, undef_handle_event
processTest("I6: a definition must have init and event; requests take nothing but handlers", () => {
  expect(thrown(() => eventHandler({} as never)).message).toContain("needs a function init");
  expect(thrown(() => eventHandler({ init: () => 0 } as never)).message).toContain("needs a function event");
  const manager = Manager.start();
  for (const ref of [undefined, {}, Manager, [First], [First, 1, 2], "First"])
    expect(thrown(() => (manager as any).addHandler(ref)).code).toBe("AGNER_BAD_ARGUMENT");
  expect(thrown(() => genEvent().ref({} as never)).code).toBe("AGNER_BAD_ARGUMENT");
  expect(thrown(() => Manager.start({ name: 1 as never })).code).toBe("AGNER_BAD_ARGUMENT");
  expect(StartError.is(thrown(() => Manager.start({ name: nameOf(manager.pid) })))).toBe(true);
  manager.stop();
});

function nameOf(pid: Pid): string {
  spawnOpt({ name: "i6 taken" }, endWith, pid);
  return "i6 taken";
}

export function endWith(pid: Pid): void {
  endOf(pid);
}
