import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { isAlive, monitor, receive, type Down } from "@agner/vm";
import { at } from "./conformance/testing/place.ts";
import {
  answer,
  event,
  genStatem,
  keepState,
  keepStateAndData,
  nextState,
  postpone,
  startIn,
  stateTimeout,
  stopAndReply,
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
      return nextState("open", empty, [answer(event.from, "open"), stateTimeout(10, "lock")]);
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
