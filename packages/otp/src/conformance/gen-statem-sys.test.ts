/** Group H: state machines seen by sys, hibernation, entering, and the exchange of callbacks (H1, H15; F9 to F14 for state machines). */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import {
  definition,
  exit,
  monitor,
  processFlag,
  processInfo,
  receive,
  register,
  self,
  send,
  spawn,
  whereis,
  type Pid,
} from "@agner/vm";
import {
  answer,
  changeCallbackModule,
  event,
  genStatem,
  keepStateAndData,
  nextEvent,
  nextState,
  popCallbackModule,
  postpone,
  procLib,
  pushCallbackModule,
  startIn,
  stateTimeout,
  stop,
  stopAndReply,
  sys,
} from "../index.ts";
import { at, PLACES, type Place } from "./testing/place.ts";
import { ByStates, machineIn, MODES, nameOf, type Mode } from "./testing/statem.ts";
import { downOf, endOf, exitFrom, reasonOf, taken, thrown, until } from "./testing/watch.ts";

type AnyClient = ReturnType<ReturnType<typeof machineIn>["ref"]>;

function isHibernating(pid: Pid): boolean {
  return processInfo(pid)!.currentFunction.includes("hibernate");
}

function hibernates(machine: AnyClient): void {
  const { pid } = machine;
  until(() => isHibernating(pid));
}

function awakes(machine: AnyClient): void {
  const { pid } = machine;
  until(() => !isHibernating(pid));
}

const events = { calls: { who: event<() => string>(), do: event<(what: string) => string>() } };

/** Changes its callbacks as it is told. */
function switching(name: string, e: any): any {
  if (e.type !== "call") return keepStateAndData();
  if (e.name === "who") return keepStateAndData(answer(e.from, name as never));
  const [what] = e.args;
  const action =
    what === "pop" ? popCallbackModule() : what.startsWith("push") ? pushCallbackModule(Second) : changeCallbackModule(Third);
  return keepStateAndData([action, answer(e.from, "ok" as never)]);
}

export const First = genStatem({
  events,
  init: () => startIn<string, undefined>("first", undefined),
  handleEvent: (e) => switching("First", e),
});
export const Second: any = genStatem({
  events,
  init: () => startIn("second", undefined),
  states: { first: (e: any): any => switching("Second", e), second: (e: any): any => switching("Second", e) },
} as any);
export const Third: any = genStatem({
  events,
  stateEnter: true,
  init: () => startIn<string, undefined>("third", undefined),
  handleEvent: (e: any): any => (e.type === "enter" ? stop("entered") : switching("Third", e)),
} as any);

/** Has no codeChange and no terminate. */
export const Bare = genStatem({
  events: { calls: { wait: event<() => void>(), open: event<() => void>() } },
  init: () => startIn("a", 0, stateTimeout(60_000, "later")),
  states: {
    a: (e, n) => {
      if (e.type !== "call") return keepStateAndData();
      if (e.name === "wait") return keepStateAndData(postpone());
      return nextState("b", n, [answer(e.from, undefined), nextEvent({ type: "internal", content: 1 })]);
    },
    b: (e) => (e.type === "call" ? stopAndReply("normal", answer(e.from, undefined)) : keepStateAndData()),
  },
});

/** A registry in which nobody is. */
export const Nobody = definition({
  registerName: (_key: unknown): boolean => true,
  unregisterName: (_key: unknown): void => {},
  whereisName: (_key: unknown): Pid | undefined => undefined,
});

function enters(mode: Mode, registered: string | undefined, name: unknown): void {
  processFlag("trapExit", true);
  if (registered !== undefined) register(registered);
  procLib.initAck(self());
  genStatem.enterLoop(machineIn(mode), startIn("state0", []), name === undefined ? {} : ({ name } as never));
}

function entersAlone(): void {
  genStatem.enterLoop(ByStates, startIn("state0", []));
}

function entered(mode: Mode, place: Place, registered: string | undefined, name: unknown): Pid {
  return procLib.startOpt({ link: true, ...at(place) }, enters, mode, registered, name) as Pid;
}

function asks(machine: AnyClient, to: Pid): void {
  send(to, { answer: machine.alive() });
}

for (const place of PLACES) {
  for (const mode of MODES) {
    // sys1
    processTest(`H1: a suspended machine answers when it is resumed (${mode}, ${place})`, () => {
      const machine = machineIn(mode).start(undefined, at(place));
      expect(sys.getStatus(machine)).toMatchObject({ behaviour: "genStatem", status: "running" });
      sys.suspend(machine);
      sys.suspend(machine);
      spawn(asks, machine, self());
      expect(thrown(() => machine.with({ timeout: 10 }).alive()).code).toBe("AGNER_TIMEOUT");
      expect(sys.getStatus(machine).status).toBe("suspended");
      sys.resume(machine);
      expect(receive()).toEqual({ answer: "yes" });
    });

    // get_state
    processTest(`H1: sys.getState shows state and data, by pid, by name, and of a suspended machine (${mode}, ${place})`, () => {
      const data = { me: self() };
      const machine = machineIn(mode).start({ how: "data", data }, { name: "seen machine", ...at(place) });
      for (const dest of [machine, machine.pid, "seen machine"]) expect(sys.getState(dest)).toEqual({ state: "idle", data });
      sys.suspend(machine);
      expect(sys.getState(machine)).toEqual({ state: "idle", data });
      genStatem.stop(machine);
    });

    // replace_state
    processTest(`H1: sys.replaceState replaces state and data, or nothing if it fails (${mode}, ${place})`, () => {
      const machine = machineIn(mode).start(undefined, at(place));
      expect(sys.replaceState(machine, ({ state }) => ({ state, data: "replaced" }))).toEqual({
        state: "idle",
        data: "replaced",
      });
      sys.replaceState(machine, ({ data }) => ({ state: "state0", data: `${data} again` }));
      expect(machine.get()).toEqual({ state: "state0", data: "replaced again" });
      expect(reasonOf(() => sys.replaceState(machine, () => exit("fails")))).toMatchObject({
        callbackFailed: { reason: "fails" },
      });
      expect(reasonOf(() => sys.replaceState(machine, () => "no state"))).toMatchObject({ callbackFailed: {} });
      sys.suspend(machine);
      sys.replaceState(machine, ({ state, data }) => ({ state, data: `${data} and again` }));
      sys.resume(machine);
      expect(sys.getState(machine)).toEqual({ state: "state0", data: "replaced again and again" });
    });

    // code_change
    processTest(`H1: a change of code adapts state and data, and may change the mode (${mode}, ${place})`, () => {
      const machine = machineIn(mode).start(undefined, at(place));
      expect(thrown(() => sys.changeCode(machine, undefined, "old", "extra")).code).toBe("AGNER_CALLBACK_FAILED");
      sys.suspend(machine);
      sys.changeCode(machine, machineIn(mode === "states" ? "handleEvent" : "states"), "old", "extra");
      sys.resume(machine);
      const data = { oldVersion: "old", data: "data", extra: "extra" };
      expect(sys.getState(machine)).toEqual({ state: "idle", data });
      expect(machine.connect()).toBe("accept");
      // Only the machine with one callback has states in arrays.
      expect((sys.getState(machine) as any).state).toEqual(mode === "states" ? ["waitForConfirmation"] : "waitForConfirmation");
    });

    // call_format_status
    processTest(`H1: sys.getStatus shows what formatStatus makes of it (${mode}, ${place})`, () => {
      const machine = machineIn(mode).start(undefined, { name: "shown machine", ...at(place) });
      for (const dest of [machine, "shown machine"])
        expect(sys.getStatus(dest)).toMatchObject({ pid: machine.pid, misc: { state: "idle", data: { formatted: "data" } } });
      genStatem.stop(machine);
    });

    // hibernate
    processTest(`H15: a machine hibernates where it says so, until the next event (${mode}, ${place})`, () => {
      const now = machineIn(mode).startLink({ how: "hiberNow" }, at(place));
      hibernates(now);
      expect(now.stop()).toBe("stopped");
      const machine = machineIn(mode).startLink({ how: "hiber" }, at(place));
      awakes(machine);
      expect(machine.hibernateSync()).toBe("hibernating");
      hibernates(machine);
      expect(machine.wakeupSync()).toBe("good morning");
      awakes(machine);
      expect(machine.hibernateSync()).toBe("hibernating");
      expect(machine.snoozeSync()).toBe("five more");
      hibernates(machine);
      machine.cast.snoozeAsync();
      hibernates(machine);
      machine.cast.wakeupAsync();
      awakes(machine);
      machine.cast.hibernateAsync();
      hibernates(machine);
      sys.suspend(machine);
      sys.resume(machine);
      hibernates(machine); // a system message is no event
      expect(machine.wakeupSync()).toBe("good morning");
      send(machine.pid, "hibernate now");
      hibernates(machine);
      expect(machine.alive()).toBe("yes");
      awakes(machine);
    });

    // auto_hibernate
    processTest(`H15: hibernateAfter sends an idle machine into hibernation (${mode}, ${place})`, () => {
      const machine = machineIn(mode).startLink(undefined, { hibernateAfter: 10, ...at(place) });
      hibernates(machine);
      expect(machine.alive()).toBe("yes");
      hibernates(machine);
      machine.cast.alive(self());
      expect(receive()).toBe("yes");
      hibernates(machine);
      sys.getState(machine);
      hibernates(machine);
      expect(machine.timeout(30)).toBe("ok"); // its timer wakes it
      hibernates(machine);
    });

    // enter_loop
    processTest(`H1: a process of this library becomes a machine, if it has the name that it says (${mode}, ${place})`, () => {
      processFlag("trapExit", true);
      const Machine = machineIn(mode);
      for (const name of [undefined, "armitage"]) {
        const pid = entered(mode, place, name, name);
        const machine = Machine.ref(name ?? pid);
        expect(machine.alive()).toBe("yes");
        expect(nameOf(machine.get().state)).toBe("state0");
        expect(machine.stop()).toBe("stopped");
        expect(exitFrom(pid).reason).toBe("normal");
      }
      expect(exitFrom(entered(mode, place, undefined, "armitage")).reason).toBe("process_not_registered");
      register("armitage");
      expect(exitFrom(entered(mode, place, undefined, "armitage")).reason).toBe("process_not_registered");
      expect(whereis("armitage")).toBe(self());
      const via = { via: Nobody, key: "armitage" };
      expect(exitFrom(entered(mode, place, undefined, via)).reason).toMatchObject({ processNotRegisteredVia: Nobody });
      const child = entered(mode, place, undefined, undefined);
      exit(child, "shutdown");
      expect(exitFrom(child).reason).toBe("shutdown"); // the starter is its parent
      expect(taken()).toEqual([]);
    });
  }

  processTest(`H1: a process that is none of this library's cannot become a machine (${place})`, () => {
    const pid = spawn(entersAlone);
    expect(["process_was_not_started_by_proc_lib", "noproc"]).toContain(endOf(pid));
  });

  // undef_code_change, undef_terminate1, undef_terminate2
  processTest(`H1: without codeChange a change of code fails, without terminate a machine just ends (${place})`, () => {
    const machine = Bare.start(undefined, at(place));
    sys.suspend(machine);
    const reason: any = reasonOf(() => sys.changeCode(machine, undefined, "old", []));
    expect(reason.callbackFailed.reason).toMatchObject({ code: "AGNER_UNDEF" });
    sys.resume(machine);
    for (const end of ["normal", { error: "test" }]) {
      const [{ pid }, ref] = Bare.startMonitor(undefined, at(place));
      genStatem.stop(pid, end);
      expect(downOf(ref).reason).toEqual(end);
    }
  });

  processTest(`H9: sys.getStatus shows what is postponed and which time-outs run (${place})`, () => {
    const machine = Bare.start(undefined, at(place));
    genStatem.sendRequest(machine, "wait");
    expect(sys.getStatus(machine).misc).toMatchObject({
      state: "a",
      data: 0,
      postponed: [{ type: "call", name: "wait" }],
      timeouts: [{ type: "stateTimeout", content: "later" }],
      modules: ["Bare"],
    });
  });

  processTest(`H7: sys.log keeps what a machine did, in its order (${place})`, () => {
    const machine = Bare.start(undefined, { debug: [{ log: 20 }], ...at(place) });
    const waiting = genStatem.sendRequest(machine, "wait");
    const { pid } = machine;
    const ref = monitor(pid);
    sys.suspend(machine);
    const open = genStatem.sendRequest(machine, "open");
    const before = sys.getLog(machine).map(kindOf);
    expect(before).toEqual(["startTimer", "in call", "postpone"]);
    sys.install(machine, tellKinds, self());
    sys.resume(machine);
    expect(genStatem.receiveResponse(open)).toEqual({ reply: undefined });
    expect(genStatem.receiveResponse(waiting)).toEqual({ reply: undefined });
    expect(downOf(ref).reason).toBe("normal");
    expect(taken()).toEqual(["in call", "out", "in internal", "consume", "consume", "out", "terminate"]);
  });

  processTest(`H15: callbacks are changed, pushed and popped (${place})`, () => {
    processFlag("trapExit", true);
    const machine = First.startLink(undefined, at(place));
    const { pid } = machine;
    expect(machine.who()).toBe("First");
    machine.do("push");
    expect(machine.who()).toBe("Second");
    machine.do("change");
    expect(machine.who()).toBe("Third");
    machine.do("push");
    expect((sys.getStatus(machine).misc as any).modules).toEqual(["Second", "Third", "First"]);
    machine.do("pop");
    expect(machine.who()).toBe("Third");
    machine.do("pop");
    expect(machine.who()).toBe("First");
    // pop_too_many
    const reason = { badActionFromStateFunction: { action: "popCallbackModule", module: undefined } };
    expect(reasonOf(() => machine.do("pop"))).toEqual(reason);
    expect(exitFrom(pid).reason).toEqual(reason);
  });
}

function kindOf(e: any): string {
  if (e.kind === "in") return `in ${e.message.type}`;
  return e.kind === "custom" ? Object.keys(e.event)[0]! : e.kind;
}

function tellKinds(to: Pid, e: unknown): Pid {
  send(to, kindOf(e));
  return to;
}
