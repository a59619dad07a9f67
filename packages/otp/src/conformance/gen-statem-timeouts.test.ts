/** Group H: the time-outs of state machines (H9 to H11). */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { processFlag, receive, self, send, type Pid } from "@agner/vm";
import {
  answer,
  event,
  genericTimeout,
  genStatem,
  keepState,
  keepStateAndData,
  nextEvent,
  nextState,
  repeatState,
  replyTo,
  startIn,
  stateTimeout,
  stopAndReply,
  sys,
  timeout,
} from "../index.ts";
import { at, PLACES } from "./testing/place.ts";
import { MODES, type Mode } from "./testing/statem.ts";
import { exitFrom, taken } from "./testing/watch.ts";

/** The same machine with one callback for all states. */
function handlerOf(spec: any): any {
  const { states, ...rest } = spec;
  return { ...rest, handleEvent: (e: unknown, state: string, data: unknown) => states[state](e, data) };
}

function pick<T>(mode: Mode, byStates: T, byHandler: T): T {
  return mode === "states" ? byStates : byHandler;
}

/** Expects its events in one order; any other ends it by a bad return. */
const ordered = {
  events: { calls: { go: event<(ms: number) => string>(), check: event<() => string>() } },
  init: () => startIn<string, any>("start", 0),
  states: {
    start: (e: any): any => {
      send(self(), "to myself");
      const [ms] = e.args;
      // Inserted events come before messages.
      return nextState("state1", { ms, from: e.from }, [
        timeout(ms, 1),
        stateTimeout(ms, 1),
        nextEvent({ type: "internal", content: 1 }),
      ]);
    },
    // The change of state ends both time-outs.
    state1: (e: any, data: any): any =>
      e.type === "internal"
        ? nextState("state2", data, [timeout(0, 2), stateTimeout(0, 2), nextEvent({ type: "internal", content: 2 })])
        : e,
    state2: (e: any, data: any): any => {
      switch (`${e.type} ${e.content} ${data.step}`) {
        // A state time-out of 0 comes after inserted events, which end an event time-out of 0.
        case "internal 2 undefined":
          return keepState({ ...data, step: 2 }, [timeout(0, 3)]);
        // The event time-out that was set last was ended by the state time-out before it; the next two come in their order.
        case "stateTimeout 2 2":
          return keepState({ ...data, step: 3 }, [timeout(0, 4), stateTimeout(0, 5)]);
        // The state time-out that waits is replaced; the new one ends the event time-out behind it.
        case "timeout 4 3":
          return keepState({ ...data, step: 4 }, [stateTimeout(0, 6), timeout(0, 7)]);
        case "stateTimeout 6 4":
          return nextState("state3", 6, [answer(data.from, "ok"), stateTimeout(data.ms, 8)]);
        default:
          return { e, data };
      }
    },
    state3: (e: any, data: any): any => {
      if (e.type === "info" && e.message === "to myself" && data === 6) return keepState(7);
      if (e.type === "call" && data === 7) return keepState(e.from);
      if (e.type === "stateTimeout" && e.content === 8) return stopAndReply("normal", answer(data, "ok" as never));
      return { e, data };
    },
  },
};
export const OrderedStates: any = genStatem(ordered as any);
export const OrderedHandler: any = genStatem(handlerOf(ordered));

/** Cancels and updates time-outs that run, have fired, and never were. */
const updating = {
  events: { calls: { test: event<() => string>(), stop: event<() => string>() } },
  init: () => startIn<string, any>("start", 0),
  states: {
    start: (e: any): any => {
      send(self(), "to myself");
      return nextState("state1", e.from, [stateTimeout(17, 1), nextEvent({ type: "internal", content: 1 })]);
    },
    state1: (e: any, from: any): any => {
      switch (e.type) {
        case "internal":
          return keepStateAndData([stateTimeout("cancel"), genericTimeout("a", 17, 1)]);
        case "info":
          return keepStateAndData(genericTimeout("a", "update", "a"));
        case "genericTimeout":
          return e.content === "a"
            ? nextState("state2", from, [stateTimeout(1, 2), nextEvent({ type: "internal", content: 2 })])
            : e;
        default:
          return e;
      }
    },
    state2: (e: any, from: any): any => {
      if (e.type === "internal") {
        receive(() => false, 20);
        // The timer has fired, but its event is still in the mailbox.
        return keepStateAndData([stateTimeout("update", "b"), timeout(17, 2)]);
      }
      return e.type === "stateTimeout" && e.content === "b" ? nextState("state3", 3, [answer(from, "ok" as never), 17_000]) : e;
    },
    state3: (e: any): any => (e.type === "call" ? stopAndReply("normal", answer(e.from, "ok" as never)) : e),
  },
};
export const UpdatingStates: any = genStatem(updating as any);
export const UpdatingHandler: any = genStatem(handlerOf(updating));

/** Several generic time-outs, one of them absolute, one cancelled, one set anew. */
const generic = {
  events: { calls: { end: event<() => string>() } },
  init: () => startIn("start", undefined),
  states: {
    start: (e: any): any =>
      nextState("state1", undefined, [
        genericTimeout("a", 150, 1),
        stateTimeout(150, 1),
        genericTimeout("b", 100, 1),
        nextEvent(e),
      ]),
    state1: (e: any): any =>
      nextState("state2", undefined, [
        genericTimeout("c", Date.now() + 50, 2, { abs: true }),
        genericTimeout("d", 0, 2, { abs: false }),
        timeout(0, 2),
        genericTimeout("b", Infinity, 2),
        genericTimeout("a", 100, e),
      ]),
    state2: (e: any): any => (e.type === "genericTimeout" && e.name === "d" ? nextState("state3", undefined) : { e }),
    state3: (e: any): any =>
      e.type === "genericTimeout" && e.name === "c" && e.content === 2 ? nextState("state4", undefined) : { e },
    state4: (e: any): any =>
      e.type === "genericTimeout" && e.name === "a"
        ? stopAndReply("shutdown", [answer(e.content.from, "stopped" as never)])
        : { e },
  },
};
export const GenericStates: any = genStatem(generic as any);
export const GenericHandler: any = genStatem(handlerOf(generic));

/** Does the actions that it is told, and tells of every time-out. */
export const Clock = genStatem({
  events: {
    calls: { sync: event<() => string>() },
    casts: {
      event: event<(ms: any, content?: unknown, options?: { abs: boolean }) => void>(),
      state: event<(ms: any, content?: unknown, options?: { abs: boolean }) => void>(),
      generic: event<(name: unknown, ms: any, content?: unknown) => void>(),
      both: event<(ms: number) => void>(),
      twice: event<(first: number, second: number) => void>(),
      bare: event<(ms: number) => void>(),
      go: event<(state: string) => void>(),
      stay: event<() => void>(),
    },
  },
  init: (to: Pid) => startIn<string, Pid>("a", to),
  handleEvent: (e, _state, to) => {
    switch (e.type) {
      case "call":
        return keepStateAndData(answer(e.from, "ok"));
      case "timeout":
      case "stateTimeout":
        send(to, [e.type, e.content]);
        return keepStateAndData();
      case "genericTimeout":
        send(to, [e.type, e.name, e.content]);
        return keepStateAndData();
      case "cast":
        switch (e.name) {
          case "event":
            return keepStateAndData(timeout(...(e.args as [number, unknown])));
          case "state":
            return keepStateAndData(stateTimeout(...(e.args as [number, unknown])));
          case "generic":
            return keepStateAndData(genericTimeout(...(e.args as [unknown, number, unknown])));
          case "both":
            return keepStateAndData([genericTimeout("first", e.args[0], 1), genericTimeout("second", e.args[0], 2)]);
          case "twice":
            return keepStateAndData([stateTimeout(e.args[0], "first"), stateTimeout(e.args[1], "second")]);
          case "bare":
            return keepState(to, e.args[0]);
          case "go":
            return nextState(e.args[0], to);
          case "stay":
            return repeatState(to);
        }
    }
    return keepStateAndData();
  },
});

/** Answers when nothing has come for a while. */
export const Patient = genStatem({
  events: { calls: { quiet: event<(ms: number) => string>() } },
  init: () => startIn<string, any>("a", undefined),
  handleEvent: (e, _state, waiting) => {
    if (e.type === "call") return keepState(e.from, timeout(e.args[0], "quiet"));
    if (e.type === "timeout") {
      replyTo(waiting, e.content);
      return keepState(undefined);
    }
    return keepStateAndData();
  },
});

/** The time-outs that a machine has. */
function running(machine: { readonly pid: Pid }): unknown {
  return (sys.getStatus(machine).misc as any).timeouts;
}

for (const place of PLACES) {
  for (const mode of MODES) {
    // state_timeout
    processTest(`H11: time-outs of 0 keep their order, after inserted events and before messages (${mode}, ${place})`, () => {
      processFlag("trapExit", true);
      const machine = pick(mode, OrderedStates, OrderedHandler).startLink(undefined, at(place));
      const { pid } = machine;
      const before = performance.now();
      expect(machine.go(200)).toBe("ok");
      expect(machine.check()).toBe("ok");
      expect(performance.now() - before).toBeGreaterThan(195);
      expect(exitFrom(pid).reason).toBe("normal");
      expect(taken()).toEqual([]);
    });

    // timeout_cancel_and_update
    processTest(
      `H10: time-outs are cancelled and updated, whether they run, have fired or never were (${mode}, ${place})`,
      () => {
        processFlag("trapExit", true);
        const machine = pick(mode, UpdatingStates, UpdatingHandler).startLink(undefined, at(place));
        const { pid } = machine;
        expect(machine.test()).toBe("ok");
        expect(machine.stop()).toBe("ok");
        expect(exitFrom(pid).reason).toBe("normal");
        expect(taken()).toEqual([]);
      },
    );

    // generic_timers
    processTest(`H9: generic time-outs depend on neither events nor states nor each other (${mode}, ${place})`, () => {
      processFlag("trapExit", true);
      const machine = pick(mode, GenericStates, GenericHandler).startLink(undefined, at(place));
      const { pid } = machine;
      expect(machine.end()).toBe("stopped");
      expect(exitFrom(pid).reason).toBe("shutdown");
      expect(taken()).toEqual([]);
    });
  }

  processTest(`H9: any event ends the event time-out, a system message does not (${place})`, () => {
    const clock = Clock.startLink(self(), at(place));
    clock.cast.event(60_000, "over");
    expect(running(clock)).toEqual([{ type: "timeout", content: "over" }]);
    expect(running(clock)).toEqual([{ type: "timeout", content: "over" }]);
    clock.sync();
    expect(running(clock)).toEqual([]);
    clock.cast.event(5, "now");
    expect(receive()).toEqual(["timeout", "now"]);
  });

  processTest(`H9: a number is an event time-out whose content it is (${place})`, () => {
    const clock = Clock.startLink(self(), at(place));
    clock.cast.bare(5);
    expect(receive()).toEqual(["timeout", 5]);
    clock.cast.bare(0);
    expect(receive()).toEqual(["timeout", 0]);
  });

  processTest(`H9: a change of state ends the state time-out, a repetition does not, a new one replaces it (${place})`, () => {
    const clock = Clock.startLink(self(), at(place));
    clock.cast.state(60_000, "over");
    clock.cast.go("b");
    expect(running(clock)).toEqual([]);
    clock.cast.state(60_000, "replaced");
    clock.cast.state(60_000, "kept");
    clock.cast.stay();
    clock.cast.go("b");
    clock.sync();
    expect(running(clock)).toEqual([{ type: "stateTimeout", content: "kept" }]);
    clock.cast.twice(0, 5);
    expect(receive()).toEqual(["stateTimeout", "second"]);
    expect(running(clock)).toEqual([]);
    expect(taken()).toEqual([]);
  });

  processTest(`H9: of time-outs that are to come at the same time the last one comes first (${place})`, () => {
    const clock = Clock.startLink(self(), at(place));
    clock.cast.both(10);
    expect([receive(), receive()]).toEqual([
      ["genericTimeout", "second", 2],
      ["genericTimeout", "first", 1],
    ]);
  });

  processTest(`H10: "cancel" and Infinity end a time-out; an update of none comes at once (${place})`, () => {
    const clock = Clock.startLink(self(), at(place));
    for (const end of ["cancel", Infinity]) {
      clock.cast.generic("over", 60_000, 1);
      clock.cast.state(60_000, 1);
      expect(running(clock)).toHaveLength(2);
      clock.cast.generic("over", end);
      clock.cast.state(end);
      expect(running(clock)).toEqual([]);
    }
    clock.cast.generic("none", "update", "at once");
    expect(receive()).toEqual(["genericTimeout", "none", "at once"]);
    clock.cast.state(20, "old");
    clock.cast.state("update", "new");
    expect(receive()).toEqual(["stateTimeout", "new"]);
    expect(taken()).toEqual([]);
  });

  processTest(`H10: absolute times are points in time, also in the past (${place})`, () => {
    const clock = Clock.startLink(self(), at(place));
    const start = Date.now();
    clock.cast.state(start + 30, "then", { abs: true });
    expect(receive()).toEqual(["stateTimeout", "then"]);
    expect(Date.now()).toBeGreaterThanOrEqual(start + 29);
    clock.cast.state(start, "long ago", { abs: true });
    expect(receive()).toEqual(["stateTimeout", "long ago"]);
    clock.cast.event(-1, "before 1970", { abs: true });
    expect(receive()).toEqual(["timeout", "before 1970"]);
  });

  processTest(`H9: any term is the name of a generic time-out (${place})`, () => {
    const clock = Clock.startLink(self(), at(place));
    const names = [self(), { client: self(), n: 1 }, 7, undefined];
    for (const name of names) {
      clock.cast.generic(name, 60_000, "old");
      clock.cast.generic(name, 0, "new");
      expect(receive()).toEqual(["genericTimeout", name, "new"]);
      expect(running(clock)).toEqual([]);
    }
    expect(taken()).toEqual([]);
  });

  processTest(`H9: an idle machine answers after its event time-out (${place})`, () => {
    const patient = Patient.startLink(undefined, at(place));
    expect(patient.quiet(10)).toBe("quiet");
    expect(patient.quiet(0)).toBe("quiet");
  });
}
