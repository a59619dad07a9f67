/** Group H: what a state machine returns, and in which order events come (H1, H3 to H8). */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { processFlag, receive, self, send, type Pid } from "@agner/vm";
import {
  answer,
  event,
  genStatem,
  keepState,
  keepStateAndData,
  nextEvent,
  nextState,
  postpone,
  repeatState,
  repeatStateAndData,
  startIn,
  stateTimeout,
  stop,
  stopAndReply,
  timeout,
} from "../index.ts";
import { at, PLACES } from "./testing/place.ts";
import { machineIn, MODES, nameOf, type Mode } from "./testing/statem.ts";
import { endOf, exitFrom, reasonOf, settled, taken } from "./testing/watch.ts";

/** The same machine with one callback for all states. */
function handlerOf(spec: any): any {
  const { states, ...rest } = spec;
  return { ...rest, handleEvent: (e: unknown, state: string, data: unknown) => states[state](e, data) };
}

function pick<T>(mode: Mode, byStates: T, byHandler: T): T {
  return mode === "states" ? byStates : byHandler;
}

const enterEvents = {
  calls: {
    echo: event<() => unknown>(),
    repeat: event<() => unknown>(),
    end: event<(reason: unknown) => unknown>(),
    same: event<() => unknown>(),
    look: event<() => unknown>(),
  },
};

interface Counted {
  readonly to: Pid;
  readonly n: number;
}

/** Counts its callbacks, and tells of each. */
const entering = {
  events: enterEvents,
  stateEnter: true,
  init: (to: Pid) => startIn("start", { to, n: 1 }),
  states: {
    start: (e: any, { to, n }: Counted): any => {
      const next = { to, n: n + 1 };
      switch (e.type) {
        case "enter":
          send(to, [n, "enter", "start", e.from]);
          return keepState(next);
        case "internal":
          send(to, [n, "internal", "start", e.content]);
          return keepState(next);
        case "call":
          if (e.name === "repeat") return repeatState(next, [answer(e.from, [n, "repeat", "start"])]);
          if (e.name === "same") return nextState("start", next, answer(e.from, n));
          if (e.name === "echo") return nextState("wait", next, [answer(e.from, [n, "echo", "start"]), timeout(0, n)]);
          return stopAndReply(e.args[0], [answer(e.from, [n, "stop"])], next);
      }
    },
    wait: (e: any, { to, n }: Counted): any => {
      const next = { to, n: n + 1 };
      switch (e.type) {
        case "enter":
          send(to, [n, "enter", "wait", e.from]);
          if (n < 5) return repeatState(next, [timeout(0, n), stateTimeout(0, n)]);
          return keepState(next, [timeout(0, n), stateTimeout(0, n)]);
        case "timeout":
        case "stateTimeout":
          send(to, [n, e.type, e.content]);
          return keepState(next);
        case "call":
          if (e.name === "repeat") return repeatStateAndData([answer(e.from, [n, "repeat", "wait"]), timeout(0, n)]);
          if (e.name === "look") return keepStateAndData(answer(e.from, n));
          return nextState("start", next, [
            nextEvent({ type: "internal", content: "wait" }),
            answer(e.from, [n, "echo", "wait"]),
          ]);
      }
    },
  },
} as const;
export const EnteringStates: any = genStatem(entering as any);
export const EnteringHandler: any = genStatem(handlerOf(entering));

const buffering = {
  events: {
    calls: { buffer: event<() => string>(), end: event<(reason: unknown) => string>() },
    casts: { note: event<(text: string) => void>() },
  },
  init: () => startIn("start", [] as string[]),
  states: {
    start: (e: any): any => {
      if (e.type === "cast") return keepStateAndData(postpone());
      return nextState(
        "buffer",
        [],
        [
          nextEvent({ type: "internal", content: "inserted 1" }),
          nextEvent({ type: "internal", content: "inserted 2" }),
          timeout(0, "never: the others cancel it"),
          answer(e.from, "ok"),
        ],
      );
    },
    buffer: (e: any, notes: string[]): any => {
      if (e.type === "call") return stopAndReply(e.args[0], answer(e.from, notes as never));
      return keepState([...notes, e.type === "cast" ? e.args[0] : e.content]);
    },
  },
};
export const BufferingStates: any = genStatem(buffering as any);
export const BufferingHandler: any = genStatem(handlerOf(buffering));

/** Postpones notes until its state changes; goes where it is told. */
const waiting = {
  events: {
    calls: { go: event<(to: string) => string>(), seen: event<() => string[]>() },
    casts: { note: event<(text: string) => void>() },
  },
  init: () => startIn("a", [] as string[]),
  states: {
    a: (e: any, seen: string[]): any => {
      if (e.type === "cast") return keepState([...seen, `a ${e.args[0]}`], postpone());
      if (e.name === "seen") return keepStateAndData(answer(e.from, seen));
      return e.args[0] === "repeat" ? repeatState(seen, answer(e.from, "ok")) : nextState(e.args[0], seen, answer(e.from, "ok"));
    },
    b: (e: any, seen: string[]): any => {
      if (e.type === "cast") return keepState([...seen, `b ${e.args[0]}`]);
      if (e.name === "seen") return keepStateAndData(answer(e.from, seen));
      return nextState(e.args[0], seen, answer(e.from, "ok"));
    },
  },
};
export const WaitingStates: any = genStatem(waiting as any);
export const WaitingHandler: any = genStatem(handlerOf(waiting));

/** Goes on with the next state at each event, if it is of the expected type. */
const typing = {
  events: { calls: { end: event<() => string>() } },
  init: () => startIn("start1", undefined, [nextEvent({ type: "internal", content: 0 })]),
  states: {
    start1: (e: any): any => (e.type === "internal" && e.content === 0 ? nextState("start2", undefined) : stop("wrong")),
    start2: (e: any): any =>
      nextState("internal", undefined, [
        nextEvent({ type: "internal", content: 1 }),
        nextEvent({ type: "stateTimeout", content: 2 }),
        nextEvent({ type: "timeout", content: 3 }),
        nextEvent({ type: "info", message: 4 }),
        nextEvent({ type: "cast", name: "told", args: [5] }),
        nextEvent({ type: "genericTimeout", name: "six", content: 6 }),
        nextEvent(e),
      ]),
    internal: (e: any): any => (e.type === "internal" && e.content === 1 ? nextState("stateTimeout", undefined) : stop(e)),
    stateTimeout: (e: any): any => (e.type === "stateTimeout" && e.content === 2 ? nextState("timeout", undefined) : stop(e)),
    timeout: (e: any): any => (e.type === "timeout" && e.content === 3 ? nextState("info", undefined) : stop(e)),
    info: (e: any): any => (e.type === "info" && e.message === 4 ? nextState("cast", undefined) : stop(e)),
    cast: (e: any): any => (e.type === "cast" && e.args[0] === 5 ? nextState("genericTimeout", undefined) : stop(e)),
    genericTimeout: (e: any): any =>
      e.type === "genericTimeout" && e.name === "six" && e.content === 6 ? nextState("call", undefined) : stop(e),
    call: (e: any): any =>
      e.type === "call" && e.name === "end" ? stopAndReply("shutdown", [answer(e.from, "stopped")]) : stop(e),
  },
};
export const TypingStates: any = genStatem(typing as any);
export const TypingHandler: any = genStatem(handlerOf(typing));

/** Returns what it is told. */
export const Obedient = genStatem({
  events: {
    calls: { see: event<() => { state: unknown; data: number }>() },
    casts: { make: event<(what: string, state: unknown, data: number) => void>() },
  },
  stateEnter: true,
  init: () => startIn<unknown, { n: number; entered: number }>({ tag: "first", list: [1] }, { n: 0, entered: 0 }),
  handleEvent: (e, state, data) => {
    if (e.type === "enter") return keepState({ ...data, entered: data.entered + 1 });
    if (e.type === "call") return keepStateAndData(answer(e.from, { state, data: data.n * 100 + data.entered }));
    if (e.type !== "cast") return keepStateAndData();
    const [what, next, n] = e.args;
    switch (what) {
      case "nextState":
        return nextState(next, { ...data, n });
      case "keepState":
        return keepState({ ...data, n });
      case "repeatState":
        return repeatState({ ...data, n });
      case "repeatStateAndData":
        return repeatStateAndData();
      default:
        return keepStateAndData();
    }
  },
});

/** In its first state an enter call does what it is told. */
export const Disobedient = genStatem({
  stateEnter: true,
  init: (what: string) => startIn<string, string>("first", what),
  handleEvent: (e, _state, what) => {
    if (e.type !== "enter") return keepStateAndData();
    switch (what) {
      case "nextState":
        return nextState("second", what);
      case "sameState":
        return nextState("first", what);
      case "postpone":
        return keepStateAndData(postpone());
      case "noPostpone":
        return keepStateAndData(postpone(false));
      default:
        return keepStateAndData(nextEvent({ type: "internal", content: 1 }));
    }
  },
});

for (const place of PLACES) {
  for (const mode of MODES) {
    // next_events
    processTest(`H7: inserted events are handled in their order, before anything else (${mode}, ${place})`, () => {
      const machine = machineIn(mode).startLink(undefined, at(place));
      machine.cast.nextEvents();
      const { state, data } = machine.get();
      expect([nameOf(state), data]).toEqual(["nextEvents", []]);
    });

    // event_order
    processTest(`H7: inserted events, then postponed ones by age, and no time-out of 0 (${mode}, ${place})`, () => {
      processFlag("trapExit", true);
      const machine = pick(mode, BufferingStates, BufferingHandler).startLink(undefined, at(place));
      const { pid } = machine;
      machine.cast.note("postponed 1");
      machine.cast.note("postponed 2");
      expect(machine.buffer()).toBe("ok");
      expect(machine.end("reason")).toEqual(["inserted 1", "inserted 2", "postponed 1", "postponed 2"]);
      expect(exitFrom(pid).reason).toBe("reason");
      expect(reasonOf(() => machine.buffer())).toBe("noproc");
      expect(taken()).toEqual([]);
    });

    // event_types
    processTest(`H4: every type of event can be inserted, and arrives as what it is (${mode}, ${place})`, () => {
      processFlag("trapExit", true);
      const machine = pick(mode, TypingStates, TypingHandler).startLink(undefined, at(place));
      const { pid } = machine;
      expect(machine.end()).toBe("stopped");
      expect(exitFrom(pid).reason).toBe("shutdown");
      expect(taken()).toEqual([]);
    });

    // state_enter
    processTest(`H5: enter calls at the start, on a change of state and on a repetition (${mode}, ${place})`, () => {
      processFlag("trapExit", true);
      const machine = pick(mode, EnteringStates, EnteringHandler).startLink(self(), at(place));
      const { pid } = machine;
      expect(receive()).toEqual([1, "enter", "start", "start"]);
      expect(machine.echo()).toEqual([2, "echo", "start"]);
      expect(machine.look()).toBe(8);
      expect(taken()).toEqual([
        [3, "enter", "wait", "start"],
        [4, "enter", "wait", "start"],
        [5, "enter", "wait", "start"],
        [6, "timeout", 5],
        [7, "stateTimeout", 5],
      ]);
      expect(machine.repeat()).toEqual([8, "repeat", "wait"]);
      expect(machine.look()).toBe(11);
      expect(taken()).toEqual([
        [8, "enter", "wait", "wait"],
        [9, "timeout", 8],
        [10, "stateTimeout", 8],
      ]);
      expect(machine.echo()).toEqual([11, "echo", "wait"]);
      expect(machine.repeat()).toEqual([14, "repeat", "start"]);
      expect(machine.same()).toBe(16);
      expect(taken()).toEqual([
        [12, "enter", "start", "wait"],
        [13, "internal", "start", "wait"],
        [15, "enter", "start", "start"],
      ]);
      expect(machine.end("bye")).toEqual([17, "stop"]);
      expect(exitFrom(pid).reason).toBe("bye");
      expect(taken()).toEqual([]);
    });

    processTest(`H8: postponed events are handled again when the state changes, not when it stays (${mode}, ${place})`, () => {
      const machine = pick(mode, WaitingStates, WaitingHandler).startLink(undefined, at(place));
      machine.cast.note("1");
      machine.cast.note("2");
      machine.go("a");
      machine.go("repeat");
      expect(machine.seen()).toEqual(["a 1", "a 2"]);
      machine.go("b");
      machine.cast.note("3");
      expect(machine.seen()).toEqual(["a 1", "a 2", "b 1", "b 2", "b 3"]);
      machine.go("a");
      machine.cast.note("4");
      machine.go("b");
      expect(machine.seen().slice(5)).toEqual(["a 4", "b 4"]);
    });

    processTest(`H4: a plain message is an info event, and an exit signal that is trapped (${mode}, ${place})`, () => {
      processFlag("trapExit", true);
      const machine = machineIn(mode).startLink(undefined, at(place));
      const { pid } = machine;
      send(pid, "surprise");
      expect(exitFrom(pid).reason).toEqual({ unexpected: { type: "info", message: "surprise" } });
    });
  }

  processTest(`H8: structured states are the same if what is in them is (${place})`, () => {
    const machine = Obedient.startLink(undefined, at(place));
    expect(machine.see()).toEqual({ state: { tag: "first", list: [1] }, data: 1 });
    machine.cast.make("nextState", { tag: "first", list: [1] }, 1);
    expect(machine.see().data).toBe(101);
    machine.cast.make("nextState", { tag: "first", list: [2] }, 2);
    expect(machine.see()).toEqual({ state: { tag: "first", list: [2] }, data: 202 });
    machine.cast.make("nextState", new Map([["a", self()]]), 3);
    machine.cast.make("nextState", new Map([["a", self()]]), 4);
    expect(machine.see().data).toBe(403);
    machine.cast.make("nextState", Number.NaN, 5);
    machine.cast.make("nextState", Number.NaN, 6);
    expect(machine.see().data).toBe(604);
    machine.cast.make("nextState", 0, 7);
    machine.cast.make("nextState", -0, 8);
    expect(machine.see()).toEqual({ state: -0, data: 806 });
  });

  processTest(`H3: keep and repeat, with data and without (${place})`, () => {
    const machine = Obedient.startLink(undefined, at(place));
    machine.cast.make("keepState", 0, 1);
    expect(machine.see().data).toBe(101);
    machine.cast.make("keepStateAndData", 0, 2);
    expect(machine.see().data).toBe(101);
    machine.cast.make("repeatState", 0, 3);
    expect(machine.see().data).toBe(302);
    machine.cast.make("repeatStateAndData", 0, 4);
    expect(machine.see().data).toBe(303);
  });

  processTest(`H6: an enter call must not change the state, postpone or insert events (${place})`, () => {
    processFlag("trapExit", true);
    const reasonOfEnter = (what: string): unknown => exitFrom(Disobedient.startLink(what, at(place)).pid).reason;
    expect(reasonOfEnter("nextState")).toEqual({
      badStateEnterReturnFromStateFunction: { action: "nextState", state: "second", data: "nextState", actions: undefined },
    });
    expect(reasonOfEnter("postpone")).toEqual({
      badStateEnterActionFromStateFunction: { action: "postpone", on: true },
    });
    expect(reasonOfEnter("nextEvent")).toEqual({
      badStateEnterActionFromStateFunction: { action: "nextEvent", event: { type: "internal", content: 1 } },
    });
    for (const what of ["sameState", "noPostpone"]) {
      const { pid } = Disobedient.startLink(what, at(place));
      send(pid, "go on");
      settled();
      expect(taken()).toEqual([]);
    }
  });

  processTest(`H1: a state without a function ends the machine when its next event comes (${place})`, () => {
    const machine = WaitingStates.start(undefined, at(place));
    const { pid } = machine;
    machine.go("c");
    expect(reasonOf(() => machine.seen())).toMatchObject({ code: "AGNER_UNDEF", message: expect.stringContaining("a, b") });
    expect(endOf(pid)).toBe("noproc");
  });
}
