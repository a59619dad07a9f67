/** An event manager and handlers that do what they are told, and tell what is done to them. */
import { exit, send, type Pid } from "@agner/vm";
import {
  eventHandler,
  genEvent,
  noreply,
  removeHandler,
  reply,
  stop,
  swapHandler,
  withHibernate,
  type EventHandler,
  type HandlerRef,
  type Swapped,
} from "../../index.ts";

/** What a handler can be told, as an event, a call or a message. */
export type Order =
  | { readonly order: "tell"; readonly value: unknown }
  | { readonly order: "swap"; readonly to: HandlerRef; readonly reason: unknown; readonly argument?: unknown }
  | { readonly order: "remove" | "bad" | "crash" | "exit" | "throw" | "hibernate" | "async" | "undefined function" };

export const Manager = genEvent<Order>();

/** Whom a handler tells what is done to it. */
export interface Observer {
  readonly to: Pid;
  /** How the handler calls itself. */
  readonly as?: string;
  readonly failInit?: "stop" | "crash";
  readonly failTerminate?: true;
  readonly hibernate?: true;
}

/** The state of a handler. */
export interface State extends Observer {
  readonly seen: number;
}

function told({ to, as }: Observer, what: unknown): void {
  send(to, [as, what]);
}

function begin(name: string, argument: Observer, swapped?: Swapped) {
  const state: State = { as: name, ...argument, seen: 0 };
  if (state.failInit === "stop") return stop("my_error");
  if (state.failInit === "crash") throw new TypeError("init fails");
  if (swapped !== undefined) told(state, { swapped });
  return state.hibernate === true ? withHibernate(state) : state;
}

function obey(state: State, message: Order): any {
  const seen = { ...state, seen: state.seen + 1 };
  switch (message?.order) {
    case "tell":
      told(state, message.value);
      return noreply(seen);
    case "swap":
      return swapHandler(
        message.reason,
        seen,
        message.to as HandlerRef<Probe>,
        (message.argument ?? { to: state.to }) as Observer,
      );
    case "remove":
      return removeHandler();
    case "bad":
      return { return: "faulty" };
    case "crash":
      throw new RangeError("crashes");
    case "exit":
      exit("gone");
    // exit does not return
    case "throw":
      throw noreply({ ...seen, as: "thrown" });
    case "hibernate":
      return noreply(seen, { hibernate: true });
    case "async":
      return Promise.resolve(noreply(seen));
    case "undefined function":
      return (undefined as any)();
    default:
      told(state, { other: message });
      return noreply(seen);
  }
}

function probe(name: string) {
  return {
    init: (argument: Observer, swapped?: Swapped) => begin(name, argument, swapped),
    event: (state: State, message: Order) => obey(state, message),
    info: (state: State, message: any) => obey(state, message),
    calls: {
      seen: (state: State) => reply(state.seen, state),
      sleepy: (state: State) => reply("later", state, { hibernate: true }),
      function: (state: State) => reply(() => state, state),
      order: (state: State, message: Order): any => {
        if (message.order === "remove") return removeHandler("removed");
        if (message.order === "swap")
          return swapHandler(message.reason, state, message.to as HandlerRef<Probe>, { to: state.to }, "swapped");
        return obey(state, message);
      },
    },
    terminate: (state: State, reason: any): unknown => {
      told(state, { terminated: reason });
      if (state.failTerminate === true) throw new EvalError("terminate fails");
      return reason === "nothing" ? undefined : { left: state.seen, reason };
    },
    formatStatus: (status: any) => ({ ...status, state: `${name} formatted` }),
    codeChange: (state: State, oldVersion: unknown, extra: unknown): State => {
      if (extra === "fail") throw new Error("no way");
      return { ...state, as: `${name} after ${String(oldVersion)}, ${String(extra)}` };
    },
  };
}

type Probe = EventHandler<
  [argument: Observer, swapped?: Swapped],
  (state: State, message: Order) => any,
  ReturnType<typeof probe>["calls"],
  unknown
>;

export const First = eventHandler(probe("first"));
export const Second = eventHandler(probe("second"));

/** Has nothing that need not be there. */
export const Bare = eventHandler({ init: () => "bare", event: (state, _order: Order) => noreply(state) });
