import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { exit, isAlive, monitor, receive, self, send, spawnOpt, type Down, type Pid } from "@agner/vm";
import { at } from "./conformance/testing/place.ts";
import { endOf, thrown, until } from "./conformance/testing/watch.ts";
import {
  answer,
  caller,
  event,
  genStatem,
  keepState,
  keepStateAndData,
  nextState,
  postpone,
  startIn,
  stateTimeout,
  stopAndReply,
  supervisor,
} from "./index.ts";

export const Door = genStatem({
  events: {
    calls: {
      enter: event<(digit: number) => "open" | "wrong" | "more">(),
      walk: event<() => string>(),
      close: event<() => void>(),
    },
    casts: { reset: event<() => void>() },
    stateTimeout: event<"lock">(),
  },
  init: (code: number[]) => startIn("locked", { code, typed: [] as number[] }),
  states: {
    locked: (event, data) => {
      if (event.type === "cast") return keepState({ ...data, typed: [] });
      if (event.type !== "call") return keepStateAndData();
      if (event.name !== "enter") return keepStateAndData(postpone());
      const typed = [...data.typed, ...event.args];
      if (typed.length < data.code.length) return keepState({ ...data, typed }, answer(event.from, "more"));
      const empty = { ...data, typed: [] };
      if (typed.join() !== data.code.join()) return keepState(empty, answer(event.from, "wrong"));
      return nextState("open", empty, [answer(event.from, "open"), stateTimeout(60_000, "lock")]);
    },
    open: (event, data) => {
      if (event.type === "stateTimeout") return nextState("locked", data);
      if (event.type !== "call") return keepStateAndData();
      if (event.name === "walk") return keepStateAndData(answer(event.from, "through"));
      if (event.name === "enter") return keepStateAndData(answer(event.from, "open"));
      return stopAndReply("normal", answer(event.from, undefined));
    },
  },
});

processTest("a door opens", () => {
  const door = Door.startLink([1, 2], { name: "door", ...at("other core") });
  expect(door.enter(1)).toBe("more");
  expect(door.enter(1)).toBe("wrong");
  expect(door.enter(1)).toBe("more");
  door.cast.reset();
  expect(Door.ref("door").enter(1)).toBe("more");
  expect(door.enter(2)).toBe("open");
  expect(door.walk()).toBe("through");
  const ref = monitor(door.pid);
  door.close();
  expect(receive<Down>((m) => m?.ref === ref).reason).toBe("normal");
  expect(isAlive(Door.startLink([1]).pid)).toBe(true);
});

export const Root = supervisor({ children: [Door.child([1, 2], { name: "front door" })] });

processTest("a supervisor starts a machine again, in its first state", () => {
  Root.startLink();
  const door = Door.ref("front door");
  const { pid } = door;
  expect([door.enter(1), door.enter(2)]).toEqual(["more", "open"]);
  exit(pid, "kill");
  endOf(pid);
  until(() => {
    try {
      return door.pid !== pid;
    } catch {
      return false; // nobody has the name yet
    }
  });
  expect(door.enter(1)).toBe("more");
});

function visit(door: { walk(): string }, to: Pid): void {
  send(to, door.walk());
}

processTest("a client travels", () => {
  const door = Door.startLink([1], at("other core"));
  spawnOpt(at("other core"), visit, door, self());
  door.enter(1);
  expect(receive()).toBe("through");
});

export const Asking = genStatem({
  events: { calls: { who: event<() => Pid>() } },
  init: () => startIn("asking", undefined),
  states: {
    asking: (e) => (e.type === "call" ? keepStateAndData(answer(e.from, caller().pid)) : keepStateAndData()),
  },
});

processTest("caller() is who waits for the answer", () => {
  expect(Asking.startLink(undefined, at("other core")).who()).toBe(self());
});

processTest("a definition must have init and one kind of callbacks, and no call with a client's own name", () => {
  const init = (): any => startIn("a", 0);
  const states = { a: (): any => keepStateAndData() };
  const define = (spec: unknown): unknown => thrown(() => genStatem(spec as never)).code;
  expect(define({ states })).toBe("AGNER_BAD_ARGUMENT");
  expect(define({ init })).toBe("AGNER_BAD_ARGUMENT");
  expect(define({ init, states, handleEvent: states.a })).toBe("AGNER_BAD_ARGUMENT");
  expect(define({ init, states, events: { calls: { with: event() } } })).toBe("AGNER_BAD_ARGUMENT");
});
