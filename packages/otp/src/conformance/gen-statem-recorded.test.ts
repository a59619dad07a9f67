/** Group H: random state machines handle the same events in the same order as in OTP, where they were recorded (H5 to H11). */
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { exit, self, send, type Pid } from "@agner/vm";
import {
  event,
  genericTimeout,
  genStatem,
  keepState,
  keepStateAndData,
  nextEvent,
  nextState,
  postpone,
  repeatState,
  startIn,
  stateTimeout,
  sys,
  timeout,
} from "../index.ts";
import { at, PLACES } from "./testing/place.ts";
import { settled, taken } from "./testing/watch.ts";

interface Recording {
  readonly casts: number;
  readonly steps: number;
  readonly machines: readonly {
    readonly seed: number;
    readonly state: number;
    readonly random: number;
    readonly events: string;
  }[];
}

interface Data {
  readonly random: number;
  readonly steps: number;
  readonly limit: number;
  readonly recorder: Pid;
}

function next(random: number): number {
  return (random * 25_173 + 13_849) % 65_536;
}

function choice(random: number, count: number): number {
  return Math.floor(random / 16) % count;
}

const LETTERS: Readonly<Record<string, string>> = {
  enter: "e",
  cast: "c",
  internal: "i",
  timeout: "t",
  stateTimeout: "s",
};

function code(state: number, e: any): string {
  if (e.type === "genericTimeout") return `${state}${e.name === 0 ? "x" : "y"}${e.content}`;
  const content = e.type === "cast" ? e.args[0] : e.type === "enter" ? e.from : e.content;
  return `${state}${LETTERS[e.type]}${content}`;
}

function action(kind: number, name: number, content: number, entering: boolean): any[] {
  switch (kind) {
    case 0:
    case 1:
      return entering ? [] : [postpone()];
    case 2:
      return entering ? [] : [nextEvent({ type: "internal", content })];
    case 3:
      return entering ? [] : [nextEvent({ type: "cast", name: "number", args: [content] })];
    case 4:
      return [timeout(0, content)];
    case 5:
      return [timeout(60_000, content)];
    case 6:
      return [stateTimeout(0, content)];
    case 7:
      return [stateTimeout(60_000, content)];
    case 8:
      return [stateTimeout("update", content)];
    case 9:
      return [genericTimeout(name, 0, content)];
    case 10:
      return [genericTimeout(name, "update", content)];
    default:
      return [genericTimeout(name, "cancel")];
  }
}

/** Does what recorded/erlang/random_statem.erl does. */
export const Random = genStatem({
  events: { casts: { number: event<(n: number) => void>() } },
  stateEnter: true,
  init: (data: Data) => startIn<number, Data>(0, data),
  handleEvent: (e, state, data): any => {
    send(data.recorder, code(state, e));
    if (data.steps >= data.limit) return keepStateAndData();
    const entering = e.type === "enter";
    let random = next(data.random);
    const actions: unknown[] = [];
    for (let count = choice(random, 4); count > 0; count--) {
      const kind = choice(next(random), 12);
      random = next(next(random));
      actions.push(...action(kind, choice(random, 2), choice(random, 100), entering));
    }
    random = next(random);
    const then = { ...data, random, steps: data.steps + 1 };
    switch (choice(random, 7)) {
      case 0:
        return keepState(then, actions as never);
      case 1:
        return repeatState(then, actions as never);
      case 2:
        return nextState(state, then, actions as never);
      default:
        return entering ? keepState(then, actions as never) : nextState(choice(next(random), 3), then, actions as never);
    }
  },
});

for (const place of PLACES) {
  processTest(`H7: a hundred random machines do as recorded (${place})`, () => {
    const file = new URL("./recorded/state-machines.json", import.meta.url);
    const { casts, steps, machines }: Recording = JSON.parse(readFileSync(file, "utf8"));
    for (const { seed, ...recorded } of machines) {
      const machine = Random.start({ random: seed, steps: 0, limit: steps, recorder: self() }, at(place));
      sys.suspend(machine);
      for (let n = 1; n <= casts; n++) machine.cast.number(n);
      sys.resume(machine);
      const { state, data } = sys.getState(machine) as { state: number; data: Data };
      settled();
      expect({ seed, state, random: data.random, events: taken().join(" ") }).toEqual({ seed, ...recorded });
      exit(machine.pid, "kill");
    }
  });
}
