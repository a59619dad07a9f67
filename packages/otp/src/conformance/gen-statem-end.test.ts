/** Group H: how state machines end, and what callers see of it (H3, H12 to H14). */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { exit, processFlag, receive, self, send, spawn, TIMEOUT, type Pid } from "@agner/vm";
import {
  answer,
  event,
  genStatem,
  keepState,
  keepStateAndData,
  nextState,
  postpone,
  replyTo,
  startIn,
  stateTimeout,
  stop,
  stopAndReply,
} from "../index.ts";
import { at, PLACES } from "./testing/place.ts";
import { collecting, reportsOf } from "./testing/reports.ts";
import { machineIn, MODES, nameOf } from "./testing/statem.ts";
import { endOf, exitFrom, reasonOf, settled, taken, thrown } from "./testing/watch.ts";

/** Keeps those who ask, and answers them all at its end. */
export const Keeper = genStatem({
  events: {
    calls: { ask: event<() => string>(), end: event<(reason: unknown, ...data: string[]) => string>() },
    casts: { endBadly: event<() => void>() },
  },
  init: (to: Pid) => startIn<string, any>("keeping", { to, asked: [] }),
  handleEvent: (e, _state, { to, asked }) => {
    if (e.type === "cast") return stopAndReply("normal", [{ reply: "nobody" }] as never);
    if (e.type !== "call") return keepStateAndData();
    if (e.name === "ask") return keepState({ to, asked: [...asked, e.from] });
    const replies = [...asked.map((from: any) => answer(from, "at last")), answer(e.from, "ending")];
    const [reason, ...data] = e.args;
    return data.length === 0 ? stopAndReply(reason, replies) : stopAndReply(reason, replies, { to, data });
  },
  terminate: (reason, state, data) => {
    // What is sent here comes after the answers.
    send(data.to, { terminate: reason, state, data: data.data });
  },
});

/** Has something of everything in it when it crashes. */
export const Busy = genStatem({
  events: { calls: { crash: event<() => void>(), ready: event<() => void>() }, casts: { wait: event<(n: number) => void>() } },
  init: (password: string) => startIn("busy", { password }, stateTimeout(60_000, "late")),
  states: {
    busy: (e, data) => {
      if (e.type === "cast") return keepState(data, postpone());
      if (e.type === "call" && e.name === "ready") return keepStateAndData(answer(e.from, undefined));
      throw new RangeError("too busy");
    },
  },
  formatStatus: (status) => ({ ...status, data: "hidden" }),
});

/** Cannot show itself. */
export const Shy = genStatem({
  init: (_secret: string) => startIn("shy", _secret),
  states: { shy: () => stop("seen") },
  formatStatus: () => {
    throw new Error("no");
  },
});

/** Tells of its end, and traps exits. */
export const Trapping = genStatem({
  events: { calls: { ready: event<() => string>() } },
  init: (to: Pid) => {
    processFlag("trapExit", true);
    return startIn<string, Pid>("trapping", to);
  },
  handleEvent: (e, _state, to) => {
    if (e.type === "call") return keepStateAndData(answer(e.from, "yes"));
    send(to, e);
    return nextState("told", to);
  },
  terminate: (reason, state, to) => send(to, { terminate: reason, state }),
});

function parent(to: Pid, place: (typeof PLACES)[number]): void {
  const machine = Trapping.startLink(to, at(place));
  machine.ready();
  send(to, machine.pid);
  receive(() => false);
}

for (const place of PLACES) {
  for (const mode of MODES) {
    // abnormal1, abnormal1clean, abnormal1dirty
    processTest(`H14: a call that waits too long ends with "timeout", and no late answer comes (${mode}, ${place})`, () => {
      const machine = machineIn(mode).start(undefined, at(place));
      for (const how of ["timeout", "cleanTimeout", "dirtyTimeout"]) {
        expect(machine.with({ [how]: 1_000 }).delayed(1)).toBe("delayed");
        const error = thrown(() => machine.with({ [how]: 5 }).delayed(100));
        expect([error.code, error.reason]).toEqual(["AGNER_TIMEOUT", "timeout"]);
      }
      expect(machine.alive()).toBe("yes"); // it waits as long as it takes
      genStatem.stop(machine);
      settled();
      expect(taken()).toEqual([]);
    });

    // abnormal2
    processTest(`H13: a bad return ends the machine and its caller's call (${mode}, ${place})`, () => {
      processFlag("trapExit", true);
      for (const value of ["bad", undefined, 17, { next: "state" }]) {
        const machine = machineIn(mode).startLink(undefined, at(place));
        const { pid } = machine;
        const reason = { badReturnFromStateFunction: value };
        expect(reasonOf(() => machine.badReturn(value))).toEqual(reason);
        expect(exitFrom(pid).reason).toEqual(reason);
      }
      expect(taken()).toEqual([]);
    });

    // abnormal3, abnormal4
    processTest(`H13: a bad action ends the machine and its caller's call (${mode}, ${place})`, () => {
      processFlag("trapExit", true);
      for (const action of ["bad action", -1, Number.NaN, { timeout: 4711 }, null]) {
        const machine = machineIn(mode).startLink(undefined, at(place));
        const { pid } = machine;
        const reason = { badActionFromStateFunction: action };
        expect(reasonOf(() => machine.badAction(action))).toEqual(reason);
        expect(exitFrom(pid).reason).toEqual(reason);
      }
      expect(taken()).toEqual([]);
    });

    processTest(`H13: what is thrown and no error is a result; an error or an exit ends the machine (${mode}, ${place})`, () => {
      processFlag("trapExit", true);
      const start = (): ReturnType<ReturnType<typeof machineIn>["ref"]> => machineIn(mode).startLink(undefined, at(place));
      expect(reasonOf(() => start().throwValue("thrown"))).toEqual({ badReturnFromStateFunction: "thrown" });
      expect(reasonOf(() => start().crash("oh no"))).toMatchObject({ message: "oh no" });
      expect(reasonOf(() => start().leave({ left: true }))).toEqual({ left: true });
    });

    // terminate_crash_format, undef_in_terminate
    processTest(`H12: a terminate that fails gives the machine its reason (${mode}, ${place})`, () => {
      collecting((logged) => {
        const machine = machineIn(mode).start({ how: "data", data: "crash in terminate" }, at(place));
        const { pid } = machine;
        expect(machine.stop()).toBe("stopped");
        endOf(pid);
        const [report] = reportsOf(logged(), pid, "terminated");
        expect(report.reason).toEqual({ crash: "terminate" });
        expect(report.lastMessage).toMatchObject({ type: "call", name: "stop" });
      });
    });

    // undef_terminate1, undef_terminate2 have terminate left out; here it is called for each way to end
    processTest(`H12: terminate gets the reason, the state and the data (${mode}, ${place})`, () => {
      const data = { tell: self() };
      const start = (): ReturnType<ReturnType<typeof machineIn>["ref"]> =>
        machineIn(mode).start({ how: "data", data }, at(place));
      const told = (): unknown => {
        const { terminate, state } = receive<any>();
        return [terminate, nameOf(state)];
      };
      start().cast.stop();
      expect(told()).toEqual(["normal", "idle"]);
      start().cast.stopWith({ shutdown: 1 });
      expect(told()).toEqual([{ shutdown: 1 }, "idle"]);
      const machine = start();
      machine.connect();
      machine.stop();
      expect(told()).toEqual(["normal", "waitForConfirmation"]);
      genStatem.stop(start(), "other");
      expect(told()).toEqual(["other", "idle"]);
      expect(reasonOf(() => start().badReturn(1))).toEqual({ badReturnFromStateFunction: 1 });
      expect(told()).toEqual([{ badReturnFromStateFunction: 1 }, "idle"]);
    });
  }

  // stop_and_reply
  processTest(`H12: the answers of stopAndReply are sent before terminate (${place})`, () => {
    processFlag("trapExit", true);
    const keeper = Keeper.startLink(self(), at(place));
    const { pid } = keeper;
    const first = genStatem.sendRequest(keeper, "ask");
    const second = genStatem.sendRequest(keeper, "ask");
    expect(keeper.end("reason", "new", "data")).toBe("ending");
    expect(receive()).toMatchObject({ type: "$reply", ref: first.ref, value: "at last" });
    expect(receive()).toMatchObject({ type: "$reply", ref: second.ref, value: "at last" });
    expect(receive()).toEqual({ terminate: "reason", state: "keeping", data: ["new", "data"] });
    expect(exitFrom(pid).reason).toBe("reason");
    expect(reasonOf(() => keeper.ask())).toBe("noproc");
    expect(taken()).toEqual([]);
  });

  processTest(`H13: stopAndReply with what is no answer (${place})`, () => {
    processFlag("trapExit", true);
    const keeper = Keeper.startLink(self(), at(place));
    keeper.cast.endBadly();
    expect(exitFrom(keeper.pid).reason).toEqual({ badReplyActionFromStateFunction: { reply: "nobody" } });
  });

  // send_request_receive_reqid_collection, send_request_wait_reqid_collection, send_request_check_reqid_collection
  processTest(`H14: requests whose answers are collected (${place})`, () => {
    const keeper = Keeper.start(self(), at(place));
    let ids = genStatem.requestIds<string, string>();
    for (const label of ["a", "b"]) ids = ids.add(genStatem.sendRequest(keeper, "ask"), label);
    expect(genStatem.waitResponse(ids, 5)).toBe(TIMEOUT);
    expect(keeper.end("normal")).toBe("ending");
    for (const label of ["a", "b"]) {
      const collected: any = genStatem.receiveResponse(ids, 5_000);
      expect([collected.result, collected.label]).toEqual([{ reply: "at last" }, label]);
      ids = collected.rest;
    }
    expect(genStatem.receiveResponse(ids)).toBe("no_request");
    const late = genStatem.sendRequest(keeper, "ask");
    expect(genStatem.receiveResponse(late)).toMatchObject({ error: { reason: "noproc" } });
  });

  // reply_by_alias_with_payload
  processTest(`H14: an answer of any size, from any process (${place})`, () => {
    const keeper = Keeper.start(self(), at(place));
    const payload = Array.from({ length: 10_000 }, (_, i) => ({ i }));
    const id = genStatem.sendRequest(keeper, "ask");
    const { data } = genStatem.receiveResponse(genStatem.sendRequest(keeper, "ask"), 5) as any;
    expect(data).toBeUndefined();
    replyTo({ pid: self(), ref: id.ref }, payload);
    expect(genStatem.receiveResponse(id)).toEqual({ reply: payload });
  });

  // error_format_status
  processTest(`H13: the report of a crash shows what formatStatus shows, and all that waited (${place})`, () => {
    collecting((logged) => {
      const busy = Busy.start("secret", { name: "busy machine", ...at(place) });
      const { pid } = busy;
      busy.cast.wait(1);
      busy.ready();
      expect(reasonOf(() => busy.crash())).toMatchObject({ name: "RangeError" });
      const [terminated, crash] = reportsOf(logged(), pid);
      expect(terminated).toMatchObject({
        type: "terminated",
        behaviour: "genStatem",
        module: "Busy",
        name: "busy machine",
        reason: { message: "too busy" },
        state: { state: "busy", data: "hidden" },
        lastMessage: { type: "call", name: "crash" },
        queued: [],
        postponed: [{ type: "cast", name: "wait", args: [1] }],
        timeouts: [{ type: "stateTimeout", content: "late" }],
        client: { pid: self() },
      });
      expect(crash).toMatchObject({ type: "crash", initialCall: "Busy.init" });
      const orderly = Busy.start("secret", at(place));
      genStatem.stop(orderly, "shutdown");
      expect(reportsOf(logged(), orderly.pid)).toEqual([]);
    });
  });

  processTest(`H13: a formatStatus that fails shows no data (${place})`, () => {
    collecting((logged) => {
      const { pid } = Shy.start("secret", at(place));
      send(pid, "show");
      endOf(pid);
      const [terminated] = reportsOf(logged(), pid, "terminated");
      expect(terminated.state.state).toBe("shy");
      expect(terminated.state.data).toBe("formatStatus of Shy has failed");
    });
  });

  processTest(`H12: exit signals of others are info events, those of the parent the end (${place})`, () => {
    const middle = spawn(parent, self(), place);
    const pid = receive<Pid>();
    exit(pid, "from a friend");
    expect(receive()).toEqual({ type: "info", message: { type: "EXIT", from: self(), reason: "from a friend" } });
    exit(middle, "over");
    expect(receive()).toEqual({ terminate: "over", state: "told" });
    expect(endOf(pid)).toBe("noproc");
  });
}
