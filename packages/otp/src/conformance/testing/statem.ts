/**
 * A state machine like that of OTP's own tests, in both modes: a connection that is asked for, confirmed, used and ended; and states for what else is tested.
 */
import { exit, receive, send, sendAfter, self, type Pid, type Ref } from "@agner/vm";
import {
  answer,
  event,
  genStatem,
  hibernate,
  ignore,
  keepState,
  keepStateAndData,
  nextEvent,
  nextState,
  postpone,
  replyTo,
  startIn,
  stop,
  stopAndReply,
  timeout,
} from "../../index.ts";

/** How the machine begins; the first argument of its starts. */
export type Begin =
  | { readonly how: "ignore" | "slow" | "hiber" | "hiberNow" | "state0" }
  | { readonly how: "stop" | "exit" | "throw"; readonly reason: unknown }
  | { readonly how: "error"; readonly message: string }
  | { readonly how: "bad"; readonly value: unknown }
  | { readonly how: "data"; readonly data: unknown };

/** The calls and casts, and so the clients, of both modes. */
const events = {
  calls: {
    alive: event<() => string>(),
    get: event<() => { state: unknown; data: unknown }>(),
    mode: event<() => string>(),
    connect: event<() => string>(),
    confirm: event<() => string>(),
    msg: event<(ref: Ref) => { ack: Ref }>(),
    disconnect: event<() => string>(),
    timeout: event<(ms: number) => string>(),
    delayed: event<(ms: number) => string>(),
    badReturn: event<(value: unknown) => void>(),
    badAction: event<(action: unknown) => void>(),
    crash: event<(message: string) => void>(),
    leave: event<(reason: unknown) => void>(),
    throwValue: event<(value: unknown) => void>(),
    stop: event<() => string>(),
    stopWith: event<(reason: unknown) => string>(),
    hibernateSync: event<() => string>(),
    wakeupSync: event<() => string>(),
    snoozeSync: event<() => string>(),
  },
  casts: {
    alive: event<(to: Pid) => void>(),
    get: event<(to: Pid) => void>(),
    connect: event<(to: Pid) => void>(),
    ping: event<(to: Pid, tag: unknown) => void>(),
    confirm: event<() => void>(),
    msg: event<(to: Pid, ref: Ref) => void>(),
    disconnect: event<() => void>(),
    nextEvents: event<() => void>(),
    stop: event<() => void>(),
    stopWith: event<(reason: unknown) => void>(),
    hibernateAsync: event<() => void>(),
    wakeupAsync: event<() => void>(),
    snoozeAsync: event<() => void>(),
  },
};

type Result = any;
type States = Readonly<Record<string, (event: any, data: any) => Result>>;

function common(e: any, state: string, data: any): Result {
  if (e.type === "call") {
    switch (e.name) {
      case "alive":
        return keepState(data, [answer(e.from, "yes")]);
      case "get":
        return keepState(data, [answer(e.from, { state, data })]);
      case "stop":
        return stopAndReply("normal", [answer(e.from, "stopped")], data);
      case "stopWith":
        return stopAndReply(e.args[0], answer(e.from, "stopped"), data);
      case "badReturn":
        return e.args[0];
      case "badAction":
        return keepStateAndData(e.args[0]);
      case "crash":
        throw new Error(e.args[0]);
      case "leave":
        return exit(e.args[0]);
      case "throwValue":
        throw e.args[0];
      case "delayed":
        receive(() => false, e.args[0]);
        replyTo(e.from, "delayed");
        throw keepState(data);
    }
  } else if (e.type === "cast") {
    switch (e.name) {
      case "alive":
        send(e.args[0], "yes");
        return keepState(data);
      case "get":
        send(e.args[0], { state, data });
        return keepState(data);
      case "stop":
        return stop("normal");
      case "stopWith":
        return stop(e.args[0]);
    }
  }
  return undefined;
}

const states: States = {
  idle: (e, data) => {
    if (e.name === "connect") {
      if (e.type === "call") replyTo(e.from, "accept");
      else send(e.args[0], "accept");
      return nextState("waitForConfirmation", data, Infinity);
    }
    if (e.type === "call" && e.name === "timeout") {
      return nextState("timeout", { from: e.from, ms: e.args[0] }, timeout(e.args[0], "idle"));
    }
    if (e.type === "cast" && e.name === "nextEvents") {
      return nextState(
        "nextEvents",
        ["a", "b", "c"],
        [
          nextEvent({ type: "internal", content: "a" }),
          nextEvent({ type: "internal", content: "b" }),
          nextEvent({ type: "internal", content: "c" }),
        ],
      );
    }
    const result = common(e, "idle", data);
    if (result !== undefined || e.name === "badReturn") return result;
    if (e.type === "call") throw keepState(data, [answer(e.from, "eh?")]);
    throw stop({ unexpected: e });
  },
  timeout: (e, { from, ms }) => {
    if (e.type === "timeout" && e.content === "idle") {
      const timer = sendAfter(ms, self(), "timer");
      return keepState({ from, timer }, 0);
    }
    if (e.type === "timeout" && e.content === 0) {
      return nextState("timeout2", { from }, [timeout(1, "should be cancelled"), postpone()]);
    }
    return keepStateAndData();
  },
  timeout2: (e, { from }) => {
    if (e.type === "timeout" && e.content === 0) return keepStateAndData();
    if (e.type === "timeout") return stop(e.content);
    if (e.type === "info" && e.message === "timer") {
      replyTo(from, "ok");
      return nextState("idle", "state");
    }
    return keepStateAndData([]);
  },
  waitForConfirmation: (e, data) => {
    if (e.type === "call" && e.name === "confirm") return nextState("connected", data, answer(e.from, "yes"));
    if (e.type === "cast" && e.name === "ping") return keepStateAndData([postpone()]);
    if (e.type === "cast" && e.name === "confirm") return nextState("connected", data);
    const result = common(e, "waitForConfirmation", data);
    if (result !== undefined) return result;
    if (e.type === "call") return nextState("idle", data, [answer(e.from, "eh?")]);
    throw keepStateAndData();
  },
  connected: (e, data) => {
    switch (e.name) {
      case "msg":
        if (e.type === "call") return keepState(data, answer(e.from, { ack: e.args[0] }));
        send(e.args[0], { ack: e.args[1] });
        return keepState(data);
      case "disconnect":
        return nextState("idle", data, e.type === "call" ? [answer(e.from, "yes")] : []);
      case "ping":
        send(e.args[0], { pong: e.args[1] });
        return keepState(data);
    }
    return common(e, "connected", data) ?? keepState(data, e.type === "call" ? answer(e.from, "eh?") : []);
  },
  state0: (e, data) => common(e, "state0", data) ?? keepState(data),
  hiberIdle: (e, data) => {
    if (e.type === "call" && e.name === "hibernateSync") {
      return nextState("hiberWakeup", data, [answer(e.from, "hibernating"), hibernate()]);
    }
    if (e.type === "cast" && e.name === "hibernateAsync") return nextState("hiberWakeup", data, [hibernate()]);
    if (e.type === "info" && e.message === "hibernate now") return keepState(data, [hibernate()]);
    return common(e, "hiberIdle", data) ?? keepState(data);
  },
  hiberWakeup: (e, data) => {
    if (e.type === "call" && e.name === "wakeupSync") return nextState("hiberIdle", data, [answer(e.from, "good morning")]);
    if (e.type === "call" && e.name === "snoozeSync") return keepState(data, [answer(e.from, "five more"), hibernate()]);
    if (e.type === "cast" && e.name === "wakeupAsync") return nextState("hiberIdle", data);
    if (e.type === "cast" && e.name === "snoozeAsync") return keepState(data, [hibernate()]);
    return common(e, "hiberWakeup", data) ?? keepState(data);
  },
  nextEvents: (e, data) => {
    if (e.type === "internal" && e.content === data[0]) return keepState(data.slice(1));
    return common(e, "nextEvents", data) ?? keepState(data);
  },
};

function init(begin?: Begin): any {
  switch (begin?.how) {
    case "ignore":
      return ignore();
    case "stop":
      return stop(begin.reason);
    case "exit":
      return exit(begin.reason);
    case "throw":
      throw stop(begin.reason);
    case "error":
      throw new TypeError(begin.message);
    case "bad":
      return begin.value;
    case "slow":
      receive(() => false);
      break;
    case "hiber":
      return startIn("hiberIdle", []);
    case "hiberNow":
      return startIn("hiberIdle", [], [hibernate()]);
    case "state0":
      return startIn("state0", []);
    case "data":
      return startIn("idle", begin.data);
  }
  return startIn("idle", "data");
}

function terminate(_reason: unknown, _state: unknown, data: any): void {
  if (data === "crash in terminate") exit({ crash: "terminate" });
  if (data?.tell !== undefined) send(data.tell, { terminate: _reason, state: _state, data });
}

const rest = {
  init: init as (begin?: Begin) => ReturnType<typeof startIn<any, any>>,
  terminate,
  codeChange: (oldVersion: unknown, state: any, data: any, extra: unknown) => ({ state, data: { oldVersion, data, extra } }),
  formatStatus: (status: any) => ({ ...status, data: { formatted: status.data } }),
};

/** The machine with a function for each state. */
export const ByStates = genStatem({ events, ...rest, states });

/** With one function for all; to try states that are no strings, those after the first are in arrays. */
export const ByHandler = genStatem({
  events,
  ...rest,
  handleEvent: (e, state, data): Result => {
    const name = Array.isArray(state) ? state[0] : state;
    try {
      return wrapped(states[name]!(e, data));
    } catch (thrown) {
      throw wrapped(thrown);
    }
  },
});

function wrapped(result: any): any {
  return result !== null && typeof result === "object" && "state" in result && "actions" in result
    ? nextState([result.state], result.data, result.actions)
    : result;
}

/** Both modes by name. */
export const MODES = ["states", "handleEvent"] as const;
export type Mode = (typeof MODES)[number];

/** The machine in a mode. */
export function machineIn(mode: Mode): typeof ByStates {
  return mode === "states" ? ByStates : ByHandler;
}

/** A state's name, whichever mode it is from. */
export function nameOf(state: unknown): unknown {
  return Array.isArray(state) ? state[0] : state;
}
