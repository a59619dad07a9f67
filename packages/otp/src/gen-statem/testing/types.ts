/** What must compile of state machines and their clients, and what must not; the type checker is the test. */
import {
  type EventOf,
  type EventResult,
  answer,
  event,
  genericTimeout,
  genStatem,
  ignore,
  keepState,
  keepStateAndData,
  nextEvent,
  nextState,
  postpone,
  repeatState,
  startIn,
  stateTimeout,
  stop,
  stopAndReply,
  timeout,
} from "../../index.ts";

export const Door = genStatem({
  events: {
    calls: { enter: event<(digit: number) => "open" | "locked">(), count: event<() => number>() },
    casts: { lock: event<(hard: boolean) => void>() },
    stateTimeout: event<"lock">(),
  },
  init: (code: number[]) => startIn("locked", { code, typed: [] as number[] }),
  states: {
    locked: (event, data) => {
      if (event.type === "call" && event.name === "enter") {
        const [digit] = event.args;
        const n: number = digit;
        return nextState("open", { ...data, typed: [n] }, answer(event.from, "open"));
      }
      return keepStateAndData(postpone());
    },
    open: (event, data) => {
      switch (event.type) {
        case "stateTimeout": {
          const content: "lock" = event.content;
          return nextState("locked", data, content === "lock" ? [] : [postpone()]);
        }
        case "cast": {
          const hard: boolean = event.args[0];
          return hard ? nextState("locked", data) : keepState(data);
        }
        case "call":
          return event.name === "count" ? keepStateAndData(answer(event.from, 1)) : keepState(data);
        default:
          return keepStateAndData();
      }
    },
  },
  terminate: (_reason, state, data) => {
    const either: "open" | "locked" = state;
    void [either, data.code];
  },
});
const door = Door.startLink([1, 2]);
const entered: "open" | "locked" = door.enter(1);
const count: number = door.count();
door.cast.lock(true);
door.with({ cleanTimeout: 10 }).count();
Door.ref("door").with({ timeout: 10 }).enter(1);
// @ts-expect-error wrong argument
door.enter("x");
// @ts-expect-error unknown call
door.nope();
// @ts-expect-error unknown cast
door.cast.nope();
// @ts-expect-error missing argument
door.cast.lock();
// @ts-expect-error missing argument
Door.startLink();

genStatem({
  init: () => startIn("a", 1),
  states: {
    // @ts-expect-error unknown state
    a: (_event, n) => nextState("c", n),
    b: (_event, n) => nextState("a", n),
  },
});
genStatem({
  // @ts-expect-error unknown first state
  init: () => startIn("x", 1),
  states: { a: (_event, n) => nextState("a", n) },
});
genStatem({
  // @ts-expect-error no state
  init: () => 1,
  states: { a: () => keepStateAndData() },
});
genStatem({
  // @ts-expect-error reserved
  // oxlint-disable-next-line unicorn/no-thenable
  events: { calls: { then: event<() => void>() } },
  init: () => startIn("a", 1),
  states: { a: (_event, n) => nextState("a", n) },
});
genStatem({
  events: { calls: { x: event<() => number>() } },
  init: () => startIn("a", 1),
  // @ts-expect-error wrong answer
  states: { a: (e, n) => (e.type === "call" ? keepState(n, answer(e.from, "x")) : keepState(n)) },
});
genStatem({
  stateEnter: true,
  init: () => startIn("a", 1),
  states: {
    a: (e, n) => (e.type === "enter" ? keepState(e.from === "b" ? 1 : n) : repeatState(n)),
    b: () => keepStateAndData(),
  },
});
genStatem({
  init: () => startIn("a", 1),
  // @ts-expect-error there are no enter calls without stateEnter
  states: { a: (e, n) => (e.type === "enter" ? keepState(1) : keepState(n)) },
});

type State = { tag: "idle" } | { tag: "busy"; n: number };
export const Structured = genStatem({
  events: { calls: { go: event<(n: number) => void>() } },
  init: () => startIn<State, number[]>({ tag: "idle" }, []),
  handleEvent: (e, state, data) => {
    if (e.type === "call" && state.tag === "busy")
      return nextState({ tag: "idle" }, [state.n, ...e.args], answer(e.from, undefined));
    return keepState([...data, 1]);
  },
});
Structured.startLink().go(1);
type Tuple = ["idle"] | ["busy", number[]];
genStatem({
  init: () => startIn<Tuple, number>(["idle"], 1),
  handleEvent: (_event, state, data) => (state[0] === "busy" ? nextState(["idle"], data) : nextState(["busy", [1]], data)),
});

const Perhaps = genStatem({
  events: { calls: { x: event<() => number>() } },
  init: (x: number) => (x > 1 ? ignore() : x > 2 ? stop("x") : startIn("a", x)),
  states: { a: (_event, n) => nextState("b", n + 1), b: () => stop("normal") },
});
const perhaps = Perhaps.startLink(1);
// @ts-expect-error possibly undefined
perhaps.x();

type Data = { a?: number };
function shared(_event: unknown, data: Data) {
  return keepState(data, [stateTimeout(1, "x"), postpone()]);
}
genStatem({
  init: () => startIn("a", {} as Data),
  states: { a: shared, b: (_event, _data) => nextState("a", { a: 1 }, 500) },
});
genStatem({
  init: () => startIn("a", {} as Data),
  // @ts-expect-error wrong data
  states: { a: () => keepState({ a: "x" }) },
});

genStatem({
  events: {
    internal: event<"again">(),
    stateTimeout: event<"lock">(),
    genericTimeouts: { retry: event<number>(), beat: event<string>() },
  },
  init: (x: number) => startIn("a", x),
  states: {
    a: (_event, n) =>
      nextState("b", n + 1, [
        stateTimeout(1, "lock"),
        stateTimeout("cancel"),
        stateTimeout("update", "lock"),
        postpone(),
        timeout(1, n),
        timeout(1),
        genericTimeout("retry", 1, 5),
        genericTimeout("beat", "cancel"),
        nextEvent({ type: "internal", content: "again" }),
      ]),
    b: (e, n) => {
      if (e.type === "genericTimeout" && e.name === "retry") {
        const content: number = e.content;
        return keepState(content);
      }
      return n > 1 ? stop("normal", 1) : nextState("a", 1, n > 0 ? stateTimeout(1, "lock") : []);
    },
    // @ts-expect-error wrong content
    c: (_event, n) => keepState(n, stateTimeout(1, "lok")),
    // @ts-expect-error wrong content
    d: (_event, n) => keepState(n, genericTimeout("retry", 1, "x")),
    // @ts-expect-error unknown name
    e: (_event, n) => keepState(n, genericTimeout("rety", 1, 1)),
    // @ts-expect-error wrong content
    f: (_event, n) => keepState(n, nextEvent({ type: "internal", content: "once" })),
    // @ts-expect-error content missing
    g: (_event, n) => keepState(n, stateTimeout(1)),
    h: () => stopAndReply("normal", []),
  },
});
const lampEvents = { calls: { toggle: event<() => string>() }, stateTimeout: event<"off">() };
type LampState = "on" | "off";
function lampOn(e: EventOf<typeof lampEvents>, data: number): EventResult<LampState, number, typeof lampEvents> {
  return e.type === "call" ? nextState("off", data, answer(e.from, "off")) : keepState(data, stateTimeout(1, "off"));
}
genStatem({
  events: lampEvents,
  init: () => startIn("on", 1),
  states: { on: lampOn, off: (_event, data) => nextState("on", data) },
});

const Silent = genStatem({ init: () => startIn("a", 1), states: { a: () => keepStateAndData() } });
// @ts-expect-error no calls
Silent.startLink().go();
void [entered, count, Silent.startLink().pid];
