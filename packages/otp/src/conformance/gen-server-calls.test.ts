/** Group G: calls, answers, requests (G13 to G22). */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { exit, isAlive, processInfo, receive, self, send, spawn, TIMEOUT, type Pid, type Timeout } from "@agner/vm";
import {
  caller,
  CallError,
  genServer,
  noreply,
  reply,
  replyTo,
  stop,
  sys,
  type Caller,
  type RequestId,
  type RequestIds,
} from "../index.ts";
import { at, PLACES } from "./testing/place.ts";
import { endOf, isGone, kill, numbers, settled, taken, thrown, until } from "./testing/watch.ts";

/** Answers at once, later, never, or dies. */
export const Answering = genServer({
  init: () => [] as Caller<unknown>[],
  calls: {
    echo: (waiting, value: unknown) => reply(value, waiting),
    double: (waiting, n: number) => reply(2 * n, waiting),
    hold: (waiting): ReturnType<typeof noreply<Caller<unknown>[]>> => noreply([...waiting, caller<unknown>()]),
    elsewhere: (waiting, value: unknown) => {
      const from = caller<unknown>();
      spawn(() => replyTo(from, value));
      return noreply(waiting);
    },
    die: (_waiting, reason: unknown): never => exit(reason),
    bad: (waiting) => reply(() => 1, waiting),
    badAtEnd: (waiting) => stop("normal", waiting, () => 1),
    answerAndDie: (waiting, value: unknown) => stop("done", waiting, value),
  },
  casts: {
    release: (waiting, value: unknown) => {
      for (const from of waiting) replyTo(from, value);
      return noreply([]);
    },
    releaseTwice: (waiting, value: unknown) => {
      for (const from of waiting) {
        replyTo(from, value);
        replyTo(from, value);
      }
      return noreply([]);
    },
    tell: (waiting, to: Pid, what: unknown) => {
      send(to, what);
      return noreply(waiting);
    },
  },
});

/** Nothing of a call is left in the calling process. */
function expectNothingLeft(): void {
  settled();
  expect(taken()).toEqual([]);
  expect(processInfo()!.monitors).toEqual([]);
}

function inSoManyMs(ms: number): { readonly abs: number } {
  return { abs: Date.now() + ms };
}

function fill(count: number): void {
  for (const i of numbers(count)) send(self(), ["junk", i]);
}

for (const place of PLACES) {
  // reply_by_alias_with_payload
  processTest(`G13: an answer comes back whatever its size, and whoever sends it (${place})`, () => {
    const s = Answering.start(undefined, at(place));
    const large = numbers(20_000).map((i) => ({ i, text: `number ${i}` }));
    expect(s.echo(large)).toEqual(large);
    expect(s.elsewhere(large)).toEqual(large);
    expectNothingLeft();
  });

  // call
  processTest(
    `G14: a call that takes too long says who, whom, what, and what the server was doing; the answer vanishes (${place})`,
    () => {
      const s = Answering.start(undefined, { ...at(place), name: `g14 ${place}` });
      const error = thrown(() => s.with({ timeout: 20 }).hold());
      expect(CallError.is(error)).toBe(true);
      expect([error.code, error.reason, error.request]).toEqual(["AGNER_TIMEOUT", "timeout", "hold"]);
      expect(error.server).toBe(s.pid);
      for (const part of [
        self().toString(),
        "hold(…)",
        s.pid.toString(),
        "Answering",
        "20 ms",
        `registered as "g14 ${place}"`,
        "waiting in",
        "0 messages",
      ])
        expect(error.message).toContain(part);
      s.cast.release("late");
      expect(s.echo(1)).toBe(1);
      expectNothingLeft();
      expect(thrown(() => Answering.ref(`g14 ${place}`).with({ timeout: 1 }).hold()).message).toContain(
        `"g14 ${place}" (${s.pid.toString()}, Answering)`,
      );
      genServer.stop(s);
    },
  );

  processTest(
    `G14: an answer that arrives in the moment in which the time is over is the answer, or nothing is left (${place})`,
    () => {
      const s = Answering.start(undefined, at(place));
      let answers = 0;
      for (const round of numbers(60)) {
        try {
          expect(s.with({ timeout: round % 3 }).echo(round)).toBe(round);
          answers++;
        } catch (e) {
          expect((e as CallError).code).toBe("AGNER_TIMEOUT");
        }
      }
      expect(answers).toBeGreaterThan(0);
      s.echo(0);
      expectNothingLeft();
    },
  );

  // call_with_huge_message_queue
  processTest(`G14: a call is answered behind any mailbox, and leaves it as it is (${place})`, () => {
    const s = Answering.start(undefined, at(place));
    fill(10_000);
    const before = processInfo()!.reductions;
    for (const i of numbers(300)) expect(s.echo(i)).toBe(i);
    expect(processInfo()!.reductions - before).toBeLessThan(200_000);
    expect(thrown(() => s.with({ timeout: 1 }).hold()).code).toBe("AGNER_TIMEOUT");
    expect(taken()).toEqual(numbers(10_000).map((i) => ["junk", i]));
    expectNothingLeft();
  });

  processTest(`G15: the server's end is the caller's error, with the reason (${place})`, () => {
    const s = Answering.start(undefined, at(place));
    const error = thrown(() => s.die({ because: 1 }));
    expect([error.code, error.reason, error.cause]).toEqual(["AGNER_CALL", { because: 1 }, { because: 1 }]);
    for (const part of [self().toString(), "die(…)", s.pid.toString(), "Answering", "because: 1"])
      expect(error.message).toContain(part);
    const gone = thrown(() => s.echo(1));
    expect([gone.code, gone.reason]).toEqual(["AGNER_NOPROC", "noproc"]);
    expect(thrown(() => Answering.start(undefined, at(place)).die("normal")).reason).toBe("normal");
    const killed = Answering.start(undefined, at(place));
    spawn(killSoon, killed.pid);
    expect(thrown(() => killed.hold()).reason).toBe("killed");
    expectNothingLeft();
  });

  processTest(`G15: nobody has the name: an error that names the nearest (${place})`, () => {
    const s = Answering.start(undefined, { ...at(place), name: `g15 server ${place}` });
    const error = thrown(() => Answering.ref(`g15 servr ${place}`).echo(1));
    expect([error.code, error.reason, error.server]).toEqual(["AGNER_NOPROC", "noproc", `g15 servr ${place}`]);
    expect(error.message).toContain(`did you mean "g15 server ${place}"`);
    genServer.stop(s);
    expectNothingLeft();
  });

  processTest(`G16: an answer from another process, and only the first one (${place})`, () => {
    const s = Answering.start(undefined, at(place));
    expect(s.elsewhere("there")).toBe("there");
    const me = self();
    const asker = spawn(() => send(me, [s.hold(), receive(undefined, 50)]));
    until(() => (sys.getState(s) as unknown[]).length === 1);
    s.cast.releaseTwice("one");
    expect(receive()).toEqual(["one", TIMEOUT]);
    expect(isGone(asker)).toBe(true);
    expectNothingLeft();
  });

  // cast, cast_fast
  processTest(`G17: a cast is always sent, whoever is there (${place})`, () => {
    const s = Answering.start(undefined, at(place));
    s.cast.tell(self(), "told");
    expect(receive()).toBe("told");
    genServer.cast(s.pid, "tell", [self(), "again"]);
    expect(receive()).toBe("again");
    kill(s.pid);
    s.cast.tell(self(), "x");
    genServer.cast("g17 nobody", "tell");
    Answering.ref("g17 nobody").cast.release(1);
    expectNothingLeft();
  });

  processTest(`an argument that is no term is the caller's error, and the server never hears of it (${place})`, () => {
    const s = Answering.start(undefined, at(place));
    const error = thrown(() => s.echo({ run: () => 1 }));
    expect([error.code, error.path]).toEqual(["AGNER_BAD_TERM", ".args[0].run"]);
    for (const part of [self().toString(), "echo(…)", s.pid.toString(), "Answering", ".run"])
      expect(error.message).toContain(part);
    expect(thrown(() => s.cast.release(() => 1)).code).toBe("AGNER_BAD_TERM");
    expect(thrown(() => genServer.sendRequest(s, "echo", () => 1)).code).toBe("AGNER_BAD_TERM");
    expect(thrown(() => genServer.multiCall([s, s], "echo", [() => 1])).code).toBe("AGNER_BAD_TERM");
    expect(s.echo(1)).toBe(1);
    expectNothingLeft();
  });

  processTest(`an answer that is no term ends the server, and the error says which (${place})`, () => {
    for (const name of ["bad", "badAtEnd"] as const) {
      const s = Answering.start(undefined, at(place));
      const error = thrown(() => s[name]());
      expect(error.code).toBe("AGNER_CALL");
      expect(error.reason.code).toBe("AGNER_BAD_TERM");
      expect(error.reason.message).toContain(`Answering: the answer to ${name} cannot be sent`);
      expect(isGone(s.pid)).toBe(true);
    }
    expectNothingLeft();
  });

  // send_request
  processTest(`G19: a request and its response (${place})`, () => {
    const s = Answering.start(undefined, at(place));
    const id: RequestId<number> = genServer.sendRequest(s, "double", 21);
    const response = genServer.receiveResponse(id, 5_000);
    expect(response).toEqual({ reply: 42 });
    expect(genServer.receiveResponse(genServer.sendRequest(s.pid, "echo", "by pid"))).toEqual({ reply: "by pid" });
    const wait = genServer.sendRequest(s, "echo", 1);
    expect(genServer.waitResponse(wait, Infinity)).toEqual({ reply: 1 });
    expectNothingLeft();
  });

  processTest(`G19: receiveResponse gives the request up when the time is over, waitResponse does not (${place})`, () => {
    const s = Answering.start(undefined, at(place));
    const given = genServer.sendRequest(s, "hold");
    expect(genServer.receiveResponse(given, 5)).toBe(TIMEOUT);
    s.cast.release("late");
    s.echo(0);
    expectNothingLeft();
    const kept = genServer.sendRequest(s, "hold");
    expect(genServer.waitResponse(kept, 5)).toBe(TIMEOUT);
    expect(genServer.waitResponse(kept, inSoManyMs(5))).toBe(TIMEOUT);
    expect(genServer.waitResponse(kept, { abs: 0 })).toBe(TIMEOUT);
    s.cast.release("in time");
    expect(genServer.waitResponse(kept, inSoManyMs(5_000))).toEqual({ reply: "in time" });
    expectNothingLeft();
  });

  processTest(`G19: the response of a server that ends or is not there is an error (${place})`, () => {
    const s = Answering.start(undefined, at(place));
    const id = genServer.sendRequest(s, "die", "bye");
    expect(genServer.receiveResponse(id)).toEqual({ error: { reason: "bye", server: s.pid } });
    endOf(s.pid);
    const dead = genServer.sendRequest(s, "echo", 1);
    expect(genServer.receiveResponse(dead)).toEqual({ error: { reason: "noproc", server: s.pid } });
    const nobody = genServer.sendRequest("g19 nobody", "echo", 1);
    expect(genServer.receiveResponse(nobody)).toEqual({ error: { reason: "noproc", server: "g19 nobody" } });
    const last = Answering.start(undefined, at(place));
    expect(genServer.receiveResponse(genServer.sendRequest(last, "answerAndDie", 1))).toEqual({ reply: 1 });
    endOf(last.pid);
    expectNothingLeft();
  });

  processTest(`G19: checkResponse tells a response from other messages (${place})`, () => {
    const s = Answering.start(undefined, at(place));
    const id = genServer.sendRequest(s, "echo", "checked");
    const other = genServer.sendRequest(s, "echo", "other");
    for (const foreign of ["x", null, undefined, { type: "$reply" }, { type: "DOWN", ref: 1 }])
      expect(genServer.checkResponse(foreign, id)).toBe("no_reply");
    const messages = [receive(), receive()];
    expect(messages.map((m) => genServer.checkResponse(m, id))).toEqual([{ reply: "checked" }, "no_reply"]);
    expect(messages.map((m) => genServer.checkResponse(m, other))).toEqual(["no_reply", { reply: "other" }]);
    const dying = genServer.sendRequest(s, "die", "bye");
    expect(genServer.checkResponse(receive(), dying)).toEqual({ error: { reason: "bye", server: s.pid } });
    expectNothingLeft();
  });

  // send_request_receive_reqid_collection
  processTest(`G20: of a collection the first response comes first, with its label (${place})`, () => {
    const slow = Answering.start(undefined, at(place));
    const quick = Answering.start(undefined, at(place));
    const ids: RequestIds<unknown, string> = genServer.requestIds();
    expect(genServer.receiveResponse(ids, 0)).toBe("no_request");
    const held = genServer.sendRequest(slow, "hold");
    ids
      .add(held, "slow")
      .add(genServer.sendRequest(quick, "echo", 1), "quick")
      .add(genServer.sendRequest("g20 nobody", "x"), "nobody");
    expect(ids.size).toBe(3);
    expect(ids.toList().map(([, label]) => label)).toEqual(["slow", "quick", "nobody"]);
    expect(thrown(() => ids.add(held, "again")).code).toBe("AGNER_BAD_ARGUMENT");
    const first = [genServer.receiveResponse(ids, 5_000), genServer.receiveResponse(ids, 5_000)];
    const byLabel = new Map(first.map((each) => [(each as { label: string }).label, each]));
    expect(byLabel.get("quick")).toMatchObject({ result: { reply: 1 }, rest: ids });
    expect(byLabel.get("nobody")).toMatchObject({ result: { error: { reason: "noproc", server: "g20 nobody" } } });
    expect(ids.size).toBe(1);
    slow.cast.release("released");
    expect(genServer.receiveResponse(ids, inSoManyMs(5_000))).toMatchObject({ result: { reply: "released" }, label: "slow" });
    expect(genServer.receiveResponse(ids)).toBe("no_request");
    expectNothingLeft();
  });

  processTest(`G20: a receive that takes too long gives all requests up; remove: false keeps the one answered (${place})`, () => {
    const slow = Answering.start(undefined, at(place));
    const ids = genServer.requestIds<unknown, number>();
    for (const i of numbers(5)) ids.add(genServer.sendRequest(slow, "hold"), i);
    expect(genServer.receiveResponse(ids, 5)).toBe(TIMEOUT);
    expect(ids.size).toBe(5);
    slow.cast.release("late");
    slow.echo(1);
    expectNothingLeft();
    const kept = genServer.requestIds<unknown, string>().add(genServer.sendRequest(slow, "echo", 1), "one");
    expect(genServer.receiveResponse(kept, 5_000, { remove: false })).toMatchObject({ label: "one" });
    expect(kept.size).toBe(1);
    expect(kept.delete(kept.toList()[0]![0])).toBe(true);
    expect(kept.size).toBe(0);
    expectNothingLeft();
  });

  // send_request_wait_reqid_collection
  processTest(`G20: a wait that takes too long leaves the requests alone (${place})`, () => {
    const slow = Answering.start(undefined, at(place));
    const ids = genServer.requestIds<unknown, number>();
    expect(genServer.waitResponse(ids, 0)).toBe("no_request");
    for (const i of numbers(3)) ids.add(genServer.sendRequest(slow, "hold"), i);
    expect(genServer.waitResponse(ids, 5)).toBe(TIMEOUT);
    slow.cast.release("after all");
    const labels = numbers(3).map(() => (genServer.waitResponse(ids, 5_000) as { label: number }).label);
    expect(labels).toEqual([0, 1, 2]);
    expect(genServer.waitResponse(ids)).toBe("no_request");
    expectNothingLeft();
  });

  // send_request_check_reqid_collection
  processTest(`G20: checkResponse with a collection (${place})`, () => {
    const s = Answering.start(undefined, at(place));
    const ids = genServer.requestIds<unknown, string>();
    expect(genServer.checkResponse("x", ids)).toBe("no_request");
    ids.add(genServer.sendRequest(s, "echo", 1), "a").add(genServer.sendRequest(s, "die", "bye"), "b");
    expect(genServer.checkResponse("x", ids)).toBe("no_reply");
    expect(genServer.checkResponse(receive(), ids)).toMatchObject({ result: { reply: 1 }, label: "a" });
    expect(genServer.checkResponse(receive(), ids)).toMatchObject({ result: { error: { reason: "bye" } }, label: "b" });
    expect(ids.size).toBe(0);
    expectNothingLeft();
  });

  // multicall, multicall_down, multicall_remote
  processTest(`G21: multiCall sorts answers and those without; nothing late is left (${place})`, () => {
    const [live, held, dead, suspended] = numbers(4).map(() => Answering.start(undefined, at(place))) as [
      ReturnType<typeof Answering.ref>,
      ReturnType<typeof Answering.ref>,
      ReturnType<typeof Answering.ref>,
      ReturnType<typeof Answering.ref>,
    ];
    kill(dead.pid);
    sys.suspend(suspended);
    const all = [live, dead, suspended, held];
    expect(genServer.multiCall(all, "double", [4], { timeout: 30 })).toEqual({
      replies: [
        [live, 8],
        [held, 8],
      ],
      bad: [dead, suspended],
    });
    expect(genServer.multiCall([live.pid, "g21 nobody", self()], "echo", ["x"], { timeout: 1_000 })).toEqual({
      replies: [[live.pid, "x"]],
      bad: ["g21 nobody", self()],
    });
    expect(genServer.multiCall([live, held], "die", ["y"])).toEqual({ replies: [], bad: [live, held] });
    expect(genServer.multiCall([], "echo")).toEqual({ replies: [], bad: [] });
    sys.resume(suspended);
    suspended.echo(1);
    expectNothingLeft();
    expect(thrown(() => genServer.multiCall("x" as never, "echo")).code).toBe("AGNER_BAD_ARGUMENT");
    expect(thrown(() => genServer.multiCall([1 as never], "echo")).code).toBe("AGNER_BAD_ARGUMENT");
    expect(thrown(() => genServer.multiCall([suspended], "echo", [1], { timeout: -1 })).code).toBe("AGNER_BAD_ARGUMENT");
  });

  // multicall_recv_opt_success, multicall_recv_opt_timeout
  processTest(`G21: multiCall does not look at what was in the mailbox before (${place})`, () => {
    const servers = numbers(20).map(() => Answering.start(undefined, at(place)));
    fill(20_000);
    const before = processInfo()!.reductions;
    for (const _round of numbers(10)) expect(genServer.multiCall(servers, "echo", [1]).replies.length).toBe(20);
    expect(genServer.multiCall(servers, "hold", [], { timeout: 5 }).bad.length).toBe(20);
    expect(processInfo()!.reductions - before).toBeLessThan(1_000_000);
    for (const s of servers) s.cast.release("late");
    for (const s of servers) s.echo(0);
    expect(taken().length).toBe(20_000);
    expectNothingLeft();
  });

  // abcast
  processTest(`G22: abcast reaches all that are there (${place})`, () => {
    const servers = numbers(3).map(() => Answering.start(undefined, at(place)));
    genServer.abcast([...servers, "g22 nobody"], "tell", [self(), "all"]);
    expect(numbers(3).map(() => receive())).toEqual(["all", "all", "all"]);
    expectNothingLeft();
  });

  processTest(`genServer.call: by pid, name and client, with a timeout (${place})`, () => {
    const s = Answering.start(undefined, { ...at(place), name: `untyped ${place}` });
    for (const dest of [s, s.pid, `untyped ${place}`]) {
      expect(genServer.call(dest, "echo", [1])).toBe(1);
      expect(thrown(() => genServer.call(dest, "hold", [], { timeout: 5 })).code).toBe("AGNER_TIMEOUT");
    }
    expect(thrown(() => genServer.call(s.with({ timeout: 5 }), "hold")).message).toContain("5 ms");
    expect(thrown(() => genServer.call(s, "echo", [], { timeout: Number.NaN })).code).toBe("AGNER_BAD_ARGUMENT");
    expect(thrown(() => s.with({ timeout: -1 })).code).toBe("AGNER_BAD_ARGUMENT");
    s.cast.release(0);
    expect(isAlive(s.pid)).toBe(true);
    genServer.stop(s);
    expectNothingLeft();
  });
}

function killSoon(pid: Pid): void {
  until(() => (sys.getState(pid) as unknown[]).length > 0);
  exit(pid, "kill");
}

// calling_self
processTest("G15: a server that calls itself is told so", () => {
  const s = Selfish.start();
  const error = thrown(() => s.ask());
  expect(error.reason).toMatchObject({ code: "AGNER_CALLING_SELF", reason: "calling_self" });
  expect(thrown(() => Answering.ref(self()).echo(1)).code).toBe("AGNER_CALLING_SELF");
  expectNothingLeft();
});

export const Selfish = genServer({
  init: () => 0,
  calls: { ask: (n) => reply(genServer.call(self(), "ask"), n) },
});

processTest("G19: a process can answer its own request", () => {
  const id = genServer.sendRequest(self(), "mine", 1);
  const { ref, pid, name } = receive<any>();
  expect([pid, name]).toEqual([self(), "mine"]);
  replyTo({ pid, ref }, "done");
  expect(genServer.receiveResponse(id, 0)).toEqual({ reply: "done" });
  const unanswered = genServer.sendRequest(self(), "mine", 1);
  const late = receive<any>();
  const response: { readonly reply: unknown } | object | Timeout = genServer.receiveResponse(unanswered, 1);
  expect(response).toBe(TIMEOUT);
  replyTo(late, "late");
  expectNothingLeft();
  const untaken = genServer.sendRequest(self(), "mine", 2);
  expect(genServer.waitResponse(untaken, 1)).toBe(TIMEOUT);
  expect(receive<any>().args).toEqual([2]);
  expect(genServer.receiveResponse(untaken, 0)).toBe(TIMEOUT);
  expectNothingLeft();
});
