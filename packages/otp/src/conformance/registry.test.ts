/** L12: registries. What Elixir's own tests of Registry assert is asserted here, too, with one partition and with eight. */
import { expect, expectTypeOf, test } from "vitest";
import { processTest } from "@agner/vm/vitest";
import {
  definitionName,
  exit,
  isAlive,
  makeRef,
  monitor,
  processFlag,
  processInfo,
  receive,
  register,
  schedulers,
  self,
  send,
  spawnLink,
  spawnOpt,
  TIMEOUT,
  unregister,
  whereis,
  type Pid,
} from "@agner/vm";
import { P } from "ts-pattern";
import {
  genServer,
  noreply,
  registry,
  reply,
  supervisor,
  RegistryError,
  StartError,
  CallError,
  type DuplicateRegistry,
  type RegistryHandle,
  type UniqueRegistry,
} from "../index.ts";
import { at, PLACES } from "./testing/place.ts";
import { downOf, exitFrom, kill, numbers, park, settled, taken, thrown, until } from "./testing/watch.ts";

type Unique = RegistryHandle<UniqueRegistry<unknown, any>>;
type Duplicate = RegistryHandle<DuplicateRegistry<unknown, any>>;

export const Unique1 = registry<unknown, any>({ keys: "unique", listeners: ["unique listener"] });
export const Unique8 = registry<unknown, any>({ keys: "unique", partitions: 8, listeners: ["unique listener"] });
export const Duplicate1 = registry<unknown, any>({ keys: "duplicate", listeners: ["duplicate listener"] });
export const Duplicate8 = registry<unknown, any>({ keys: "duplicate", partitions: () => 8, listeners: ["duplicate listener"] });

export const Counter = genServer({
  init: (start: number) => start,
  calls: { add: (n, by: number) => reply(n + by, n + by) },
  casts: { reset: () => noreply(0) },
});

export const Failing = genServer({
  init: (): number => {
    throw new Error("no counter today");
  },
});

export const Root = supervisor({ children: () => [Unique1.child(), Counter.child(5, { name: Unique1.via("five") })] });

/** Starts a registry for one test, under a name of its own; it ends with the test. */
function started<R>(definition: { startLink(argument?: undefined, options?: { name: string }): R }): R {
  return definition.startLink(undefined, { name: `registry ${makeRef().toString()}` });
}

/** A process that is registered, and where it is. */
function holderOf(sessions: Unique | Duplicate, key: unknown, value: unknown, scheduler?: number): { pid: Pid; partition: Pid } {
  const to = self();
  const pid = spawnOpt(scheduler === undefined ? {} : { scheduler }, hold, sessions, key, value, to);
  const partition = receive<{ partition: Pid }>((m: any) => m?.held === pid).partition;
  return { pid, partition };
}

function hold(sessions: Unique | Duplicate, key: unknown, value: unknown, to: Pid): void {
  const partition = sessions.register(key, value);
  send(to, { held: self(), partition });
  park();
}

function byText(a: unknown, b: unknown): number {
  return String(a) < String(b) ? -1 : 1;
}

for (const [partitions, definition] of [
  [1, Unique1],
  [8, Unique8],
] as const) {
  const title = `L12 unique keys, ${partitions === 1 ? "one partition" : "eight partitions"}`;
  // registry/unique_test: starts configured number of partitions, counts 0 keys in an empty registry, counts the number of keys in a registry
  processTest(`${title}: its supervisor has as many partitions, one core after the other`, () => {
    const sessions = started(definition);
    const cores = new Set(
      numbers(partitions).map((i) => processInfo(whereis(`${processInfo(sessions.pid)!.registeredName}.${i}`)!)!.scheduler),
    );
    expect(cores.size).toBe(Math.min(partitions, schedulers()));
  });

  processTest(`${title}: they are counted`, () => {
    const sessions = started(definition) as Unique;
    expect(sessions.count()).toBe(0);
    sessions.register("hello", 1);
    sessions.register("world", 1);
    expect(sessions.count()).toBe(2);
  });

  // registry/unique_test: has unique registrations
  processTest(`${title}: a key is registered once`, () => {
    const sessions = started(definition) as Unique;
    expect(isAlive(sessions.register("hello", "value"))).toBe(true);
    expect(sessions.keys()).toEqual(["hello"]);
    expect(sessions.values("hello", self())).toEqual(["value"]);
    const error = thrown(() => sessions.register("hello", "value"));
    expect(RegistryError.is(error)).toBe(true);
    expect(error.reason).toEqual({ alreadyRegistered: self() });
    expect(error.message).toContain("taken by the caller itself");
    sessions.register("world", "value");
    expect(sessions.keys().sort(byText)).toEqual(["hello", "world"]);
  });

  // registry/unique_test: has unique registrations across processes
  for (const place of PLACES)
    processTest(`${title}: a key is registered once across processes, ${place}`, () => {
      const sessions = started(definition) as Unique;
      const { pid } = holderOf(sessions, "hello", "value", at(place).scheduler);
      expect(sessions.keys(pid)).toEqual(["hello"]);
      expect(sessions.values("hello", pid)).toEqual(["value"]);
      expect(thrown(() => sessions.register("hello", "recent")).reason).toEqual({ alreadyRegistered: pid });
      expect(sessions.whereis("hello")).toBe(pid);
      expect(sessions.keys()).toEqual([]);
      expect(sessions.values("hello", self())).toEqual([]);
      expect(sessions.whereis("nobody")).toBe(undefined);
    });

  // registry/unique_test: has unique registrations even if partition is delayed
  for (const place of PLACES)
    processTest(`${title}: the key of a dead process is free at once, ${place}`, () => {
      const sessions = started(definition) as Unique;
      for (const i of numbers(20)) {
        const { pid } = holderOf(sessions, i, "value", at(place).scheduler);
        kill(pid);
        expect(sessions.whereis(i)).toBe(undefined);
        expect(sessions.lookup(i)).toEqual([]);
        sessions.register(i, "other");
        expect(sessions.lookup(i)).toEqual([[self(), "other"]]);
      }
      expect(sessions.count()).toBe(20);
    });

  // registry/unique_test: supports match patterns, supports guard conditions, count_match, unregister_match
  processTest(`${title}: values are matched with patterns and predicates`, () => {
    const sessions = started(definition) as Unique;
    sessions.register("hello", [1, "atom", 2]);
    const entry = [self(), [1, "atom", 2]];
    expect(sessions.match("hello", [1, P.any, P.any])).toEqual([entry]);
    expect(sessions.match("hello", ["1", P.any, P.any])).toEqual([]);
    expect(sessions.match("hello", P.any)).toEqual([entry]);
    expect(sessions.match("hello", (value) => value[2] > 1)).toEqual([entry]);
    expect(sessions.match("hello", (value) => value[2] > 2)).toEqual([]);
    expect(sessions.match("world", P.any)).toEqual([]);
    expect(sessions.countMatch("hello", P.any)).toBe(1);
    expect(sessions.countMatch("hello", [P.any, P.number, P.any])).toBe(0);
    sessions.unregisterMatch("hello", [2, P.any, P.any]);
    expect(sessions.lookup("hello")).toEqual([entry]);
    sessions.unregisterMatch("hello", (value) => value[0] < 2);
    expect(sessions.lookup("hello")).toEqual([]);
  });

  // registry/unique_test: compares using ===, supports reserved keys
  processTest(`${title}: keys are terms, and the same if they are equal`, () => {
    const sessions = started(definition) as Unique;
    const keys: unknown[] = [
      1,
      "1",
      1n,
      true,
      "true",
      null,
      undefined,
      "",
      "\u0000[1]",
      [1],
      [[1]],
      [1, 2],
      ["1,2"],
      {},
      [],
      { a: 1 },
      { b: 1 },
    ];
    keys.push(
      { a: { b: 1 } },
      new Map([[1, 2]]),
      new Set([1]),
      new Date(5),
      /a/,
      /a/g,
      /b/,
      new Uint8Array([1]),
      Buffer.from([1]),
      new ArrayBuffer(1),
    );
    keys.push(
      self(),
      [self()],
      `${self()}`,
      makeRef(),
      Symbol.for("x"),
      new Error("x"),
      new TypeError("x"),
      { a: undefined },
      NaN,
      Infinity,
      definition,
    );
    for (const [i, key] of keys.entries()) sessions.register(key, i);
    expect(sessions.count()).toBe(keys.length);
    for (const [i, key] of keys.entries()) expect(sessions.values(key, self())).toEqual([i]);
    for (const same of [-0 + 1, [1], { a: { b: 1 } }, new Map([[1, 2]]), [self()], /a/g, Buffer.from([1]), NaN])
      expect(thrown(() => sessions.register(same, 0)).reason).toEqual({ alreadyRegistered: self() });
    sessions.register({ x: 1, y: [2] }, "here");
    expect(sessions.whereis({ y: [2], x: 1 })).toBe(self());
    sessions.register(0, "zero");
    expect(sessions.whereis(-0)).toBe(self());
    sessions.unregister(-0);
    expect(sessions.whereis(0)).toBe(undefined);
    expect(thrown(() => sessions.register([() => 1], 0)).message).toBe("a function cannot be a part of a key");
  });

  // registry/unique_test: updates current process value
  processTest(`${title}: the owner changes the value`, () => {
    const sessions = started(definition) as Unique;
    const never = (): never => {
      throw new Error("called");
    };
    expect(sessions.updateValue("hello", never)).toBe(undefined);
    holderOf(sessions, "hello", "value");
    expect(sessions.updateValue("hello", never)).toBe(undefined);
    sessions.register("world", 1);
    expect(sessions.updateValue("world", (n: number) => n + 1)).toEqual([2, 1]);
    expect(sessions.lookup("world")).toEqual([[self(), 2]]);
  });

  // registry/unique_test: dispatches to a single key
  processTest(`${title}: what is dispatched runs in the caller, if anybody is there`, () => {
    const sessions = started(definition) as Unique;
    sessions.dispatch("hello", () => {
      throw new Error("called");
    });
    sessions.register("hello", "value");
    sessions.dispatch("hello", (entries) => {
      for (const [pid, value] of entries) send(pid, { dispatch: value, from: self() });
    });
    expect(taken()).toEqual([{ dispatch: "value", from: self() }]);
  });

  // registry/unique_test: unregisters process by key, unregisters with no entries
  processTest(`${title}: a process unregisters its own keys, and no others`, () => {
    const sessions = started(definition) as Unique;
    sessions.unregister("hello");
    sessions.register("hello", 1);
    sessions.register("world", 2);
    sessions.unregister("hello");
    expect(sessions.keys()).toEqual(["world"]);
    const { pid } = holderOf(sessions, "theirs", 3);
    sessions.unregister("theirs");
    expect(sessions.whereis("theirs")).toBe(pid);
    sessions.unregister("world");
    expect(sessions.keys()).toEqual([]);
  });

  // registry/unique_test: allows listeners
  processTest(`${title}: listeners are told`, () => {
    const sessions = started(definition) as Unique;
    register("unique listener");
    const name = processInfo(sessions.pid)!.registeredName!;
    const { pid } = holderOf(sessions, "hello", "world");
    expect(receive({ type: "register" })).toEqual({ type: "register", registry: name, key: "hello", pid, value: "world" });
    sessions.register("world", "value");
    sessions.unregister("world");
    const mine = { registry: name, key: "world", pid: self(), value: "value" };
    expect(taken()).toEqual([
      { type: "register", ...mine },
      { type: "unregister", ...mine },
    ]);
    kill(pid);
    expect(receive({ type: "unregister" })).toEqual({ type: "unregister", registry: name, key: "hello", pid, value: "world" });
    unregister("unique listener");
    sessions.register("unheard", 1);
  });

  // registry/unique_test: links and unlinks on register/unregister
  processTest(`${title}: owner and partition are linked while there are entries`, () => {
    const sessions = started(definition) as Unique;
    const partition = sessions.register("hello", 1);
    expect(processInfo()!.links).toContain(partition);
    const next = sessions.register("world", 2);
    sessions.unregister("hello");
    expect(processInfo()!.links).toContain(next);
    sessions.unregister("world");
    expect(processInfo()!.links).not.toContain(next);
    expect(processInfo()!.links).not.toContain(partition);
    exit(partition, "kill");
    until(() => !isAlive(partition));
  });

  // registry/unique_test: empty list for empty registry, select all, select supports full match specs, count_select
  processTest(`${title}: entries are selected`, () => {
    const sessions = started(definition) as Unique;
    expect(sessions.select()).toEqual([]);
    const { pid } = holderOf(sessions, "hello", undefined);
    sessions.register("world", { a: 1 });
    const hello = { key: "hello", pid, value: undefined };
    const world = { key: "world", pid: self(), value: { a: 1 } };
    expect(sessions.select().sort((a, b) => byText(a.key, b.key))).toEqual([hello, world]);
    expect(sessions.select({ key: "hello" })).toEqual([hello]);
    expect(sessions.select({ pid: self() })).toEqual([world]);
    expect(sessions.select({ value: { a: P.number } })).toEqual([world]);
    expect(sessions.select(({ key }) => key === "world")).toEqual([world]);
    expect(sessions.countSelect({ key: P.string })).toBe(2);
    expect(sessions.countSelect({ key: "nobody" })).toBe(0);
  });

  // registry/unique_test: via callbacks, uses value provided in via
  for (const place of PLACES)
    processTest(`${title}: a key is the name of a server, ${place}`, () => {
      const sessions = started(definition) as Unique;
      const name = sessions.via("hello");
      const counter = Counter.start(0, { name, ...at(place) });
      expect(Counter.ref(name).add(1)).toBe(1);
      expect(counter.add(1)).toBe(2);
      expect(sessions.lookup("hello")).toEqual([[counter.pid, undefined]]);
      expect(thrown(() => Counter.start(0, { name })).reason).toEqual({ alreadyStarted: counter.pid });
      const other = Counter.start(0, { name: sessions.via("valued", "value"), ...at(place) });
      expect(sessions.lookup("valued")).toEqual([[other.pid, "value"]]);
      expect(StartError.is(thrown(() => Failing.start(undefined, { name: sessions.via("failing"), ...at(place) })))).toBe(true);
      expect(sessions.whereis("failing")).toBe(undefined);
      kill(counter.pid);
      const error = thrown(() => Counter.ref(name).add(1));
      expect(CallError.is(error) && error.code).toBe("AGNER_NOPROC");
      Counter.ref(name).cast.reset();
      expect(Counter.start(7, { name, ...at(place) }).add(1)).toBe(8);
    });

  // registry_test: clean up registry on process crash
  for (const place of PLACES)
    processTest(`${title}: the entries of a process that crashes are removed, ${place}`, () => {
      const sessions = started(definition) as Unique;
      const { pid, partition } = holderOf(sessions, "hello", 1, at(place).scheduler);
      expect(sessions.count()).toBe(1);
      exit(pid, "crash");
      until(() => sessions.count() === 0);
      expect(processInfo(partition)!.links).not.toContain(pid);
    });

  processTest(`${title}: meta`, () => {
    const sessions = started(definition) as Unique;
    expect(sessions.meta("colour")).toBe(undefined);
    sessions.putMeta("colour", "red");
    sessions.putMeta({ x: 1 }, 2);
    expect(sessions.meta("colour")).toBe("red");
    expect(sessions.meta({ x: 1 })).toBe(2);
    sessions.deleteMeta("colour");
    expect(sessions.meta("colour")).toBe(undefined);
    expect(sessions.count()).toBe(0);
  });

  // registry_test, lock cases
  processTest(`${title}: a lock is held by one process at a time`, () => {
    const sessions = started(definition) as Unique;
    const to = self();
    const enter = (name: string) => {
      sessions.lock("room", () => {
        send(to, ["in", name]);
        receive((m) => m === "leave");
        send(to, ["out", name]);
      });
    };
    const first = spawnLink(enter, "first");
    expect(receive()).toEqual(["in", "first"]);
    const second = spawnLink(enter, "second");
    expect(sessions.lock("another room", () => "free")).toBe("free");
    settled();
    expect(taken()).toEqual([]);
    send(first, "leave");
    send(second, "leave");
    expect([receive(), receive(), receive()]).toEqual([
      ["out", "first"],
      ["in", "second"],
      ["out", "second"],
    ]);
    expect(sessions.lock("room", () => 5)).toBe(5);
  });

  processTest(`${title}: a lock is given to the next when its holder ends, or what it guards throws`, () => {
    const sessions = started(definition) as Unique;
    const to = self();
    const keep = () => {
      sessions.lock("room", () => {
        send(to, self());
        park();
      });
    };
    const first = spawnOpt({}, keep);
    expect(receive()).toBe(first);
    const second = spawnOpt({}, keep);
    const third = spawnOpt({}, keep);
    kill(first);
    const next = receive<Pid>();
    expect([second, third]).toContain(next);
    kill(next === second ? third : second);
    kill(next);
    const fell = thrown(() =>
      sessions.lock("room", () => {
        throw new Error("fell");
      }),
    );
    expect(fell.message).toBe("fell");
    expect(sessions.lock("room", () => thrown(() => sessions.lock("room", () => 1)).reason)).toBe("already_locked");
    expect(sessions.lock("room", () => 6)).toBe(6);
  });
}

for (const [partitions, definition] of [
  [1, Duplicate1],
  [8, Duplicate8],
] as const) {
  const title = `L12 duplicate keys, ${partitions === 1 ? "one partition" : "eight partitions"}`;
  // registry/duplicate_test: counts the number of keys in a registry, has duplicate registrations
  processTest(`${title}: a process registers a key as often as it likes`, () => {
    const topics = started(definition) as Duplicate;
    topics.register("hello", 1);
    topics.register("hello", 2);
    topics.register("world", 3);
    expect(topics.count()).toBe(3);
    expect(topics.keys().sort(byText)).toEqual(["hello", "hello", "world"]);
    expect(topics.values("hello", self())).toEqual([1, 2]);
  });

  // registry/duplicate_test: has duplicate registrations across processes
  for (const place of PLACES)
    processTest(`${title}: many processes have a key, ${place}`, () => {
      const topics = started(definition) as Duplicate;
      const { pid } = holderOf(topics, "hello", "world", at(place).scheduler);
      expect(topics.keys()).toEqual([]);
      expect(topics.keys(pid)).toEqual(["hello"]);
      topics.register("hello", "value");
      expect(topics.lookup("hello")).toEqual([
        [pid, "world"],
        [self(), "value"],
      ]);
      kill(pid);
      expect(topics.lookup("hello")).toEqual([[self(), "value"]]);
    });

  // registry/duplicate_test: dispatches to multiple keys in serial
  processTest(`${title}: what is dispatched gets all entries of the key`, () => {
    const topics = started(definition) as Duplicate;
    topics.dispatch("hello", () => {
      throw new Error("called");
    });
    topics.register("hello", 1);
    topics.register("hello", 2);
    topics.register("world", 3);
    let calls = 0;
    topics.dispatch("hello", (entries) => {
      calls++;
      for (const [pid, value] of entries) send(pid, value);
    });
    expect(calls).toBe(1);
    expect(taken()).toEqual([1, 2]);
  });

  // registry/duplicate_test: dispatches to multiple keys in parallel. A publisher finds all subscribers, wherever they are
  processTest(`${title}: a publisher reaches subscribers on all cores`, () => {
    const topics = started(definition) as Duplicate;
    const to = self();
    const subscribe = (i: number) => {
      topics.register("news", i);
      send(to, "subscribed");
      send(to, [i, receive()]);
    };
    for (const i of numbers(10)) spawnOpt({ scheduler: i % schedulers() }, subscribe, i);
    for (const _ of numbers(10)) receive((m) => m === "subscribed");
    topics.dispatch("news", (entries) => {
      for (const [pid] of entries) send(pid, "extra");
    });
    const heard = numbers(10).map(() => receive<[number, string]>());
    expect(heard.sort(([a], [b]) => a - b)).toEqual(numbers(10).map((i) => [i, "extra"]));
    until(() => topics.count() === 0);
  });

  // registry/duplicate_test: unregisters by key, unregister_match supports patterns
  processTest(`${title}: unregistering removes all of the caller's entries, or those that match`, () => {
    const topics = started(definition) as Duplicate;
    holderOf(topics, "hello", 0);
    topics.register("hello", 1);
    topics.register("hello", 2);
    topics.register("world", 3);
    topics.unregisterMatch("hello", 2);
    topics.unregisterMatch("hello", 0);
    expect(topics.values("hello", self())).toEqual([1]);
    expect(topics.match("hello", (n: number) => n < 1)).toHaveLength(1);
    topics.unregister("hello");
    expect(topics.keys()).toEqual(["world"]);
    topics.unregister("world");
    topics.unregister("world");
    expect(topics.keys()).toEqual([]);
    expect(topics.lookup("hello")).toHaveLength(1);
  });

  // registry/duplicate_test: allows listeners, links and unlinks on register/unregister
  processTest(`${title}: listeners are told, and owners linked`, () => {
    const topics = started(definition) as Duplicate;
    register("duplicate listener");
    const partition = topics.register("hello", 1);
    expect(topics.register("hello", 2)).toBe(partition);
    topics.unregisterMatch("hello", 1);
    expect(processInfo()!.links).toContain(partition);
    topics.unregister("hello");
    expect(processInfo()!.links).not.toContain(partition);
    expect(taken().map((event: any) => [event.type, event.value])).toEqual([
      ["register", 1],
      ["register", 2],
      ["unregister", 1],
      ["unregister", 2],
    ]);
    unregister("duplicate listener");
  });

  // registry/duplicate_test: select all, count_select
  processTest(`${title}: entries are selected`, () => {
    const topics = started(definition) as Duplicate;
    topics.register("hello", 1);
    topics.register("hello", 2);
    topics.register("world", 3);
    expect(topics.select({ key: "hello" }).map(({ value }) => value)).toEqual([1, 2]);
    expect(topics.countSelect(({ value }) => value > 1)).toBe(2);
  });
}

// registry/unique_test: raises on unknown registry name
processTest("L12 a registry that does not run is an error that says so", () => {
  const error = thrown(() => Unique8.register("hello", 1));
  expect(CallError.is(error) && error.code).toBe("AGNER_NOPROC");
  expect(error.message).toContain('the registry "Unique8": it is not running');
  expect(thrown(() => Unique8.count()).reason).toBe("noproc");
  expect(thrown(() => Unique8.ref("nobody").pid).reason).toBe("noproc");
});

processTest("L12 a registry runs under the name of its definition, and under a supervisor", () => {
  const root = Root.startLink();
  expect(definitionName(Unique1)).toBe("Unique1");
  expect(Counter.ref(Unique1.via("five")).add(1)).toBe(6);
  expect(root.whichChildren().map(({ id, type }) => [id, type])).toEqual([
    ["Counter", "worker"],
    ["Unique1", "supervisor"],
  ]);
  expect(thrown(() => Unique1.start()).reason).toEqual({ alreadyStarted: whereis("Unique1") });
  root.stop();
  expect(whereis("Unique1")).toBe(undefined);
});

for (const definition of [Unique1, Unique8]) {
  const title = definition === Unique1 ? "one partition" : "eight partitions";

  processTest(`L12 of many that want a key at the same time, one gets it, ${title}`, () => {
    const sessions = started(definition) as Unique;
    const to = self();
    const compete = () => {
      let winner: Pid;
      try {
        sessions.register("key", 1);
        winner = self();
      } catch (e) {
        winner = ((e as RegistryError).reason as { alreadyRegistered: Pid }).alreadyRegistered;
      }
      send(to, winner);
      park();
    };
    for (const i of numbers(30)) spawnOpt({ scheduler: i % schedulers() }, compete);
    const winners = new Set(numbers(30).map(() => receive<Pid>()));
    expect(winners).toEqual(new Set([sessions.whereis("key")]));
    expect(sessions.count()).toBe(1);
  });

  processTest(`L12 nothing is left of many that come and go, ${title}`, () => {
    const sessions = started(definition) as Unique;
    const visit = (i: number) => {
      for (const j of numbers(5)) sessions.register([i, j], j);
      sessions.unregister([i, 0]);
      if (i % 3 === 0) exit("crash");
    };
    const refs = numbers(100).map((i) => spawnOpt({ scheduler: i % schedulers(), monitor: true }, visit, i)[1]);
    for (const ref of refs) downOf(ref);
    until(() => sessions.count() === 0);
    expect(sessions.select()).toEqual([]);
    for (const i of numbers(100)) sessions.register([i, 1], "free");
    expect(sessions.keys()).toHaveLength(100);
    for (const i of numbers(100)) sessions.unregister([i, 1]);
    expect(sessions.count()).toBe(0);
  });
}

processTest("L12 a partition that crashes takes its owners with it, and comes back empty", () => {
  const sessions = started(Unique1) as Unique;
  processFlag("trapExit", true);
  const { pid, partition } = holderOf(sessions, "theirs", 1);
  const ref = monitor(pid);
  sessions.register("mine", 2);
  exit(partition, "kill");
  expect(downOf(ref).reason).toBe("killed");
  expect(exitFrom(partition).reason).toBe("killed");
  until(() => whereis(`${processInfo(sessions.pid)!.registeredName}.0`) !== undefined);
  expect(sessions.count()).toBe(0);
  sessions.register("mine", 3);
  expect(sessions.whereis("mine")).toBe(self());
  expect(receive(undefined, 0)).toBe(TIMEOUT);
});

processTest("L12 a partition ignores plain messages", () => {
  const sessions = started(Unique1) as Unique;
  const partition = `${processInfo(sessions.pid)!.registeredName}.0`;
  const pid = whereis(partition);
  for (const message of [undefined, null, "hello", { type: "DOWN" }]) send(partition, message);
  expect(sessions.count()).toBe(0);
  expect(whereis(partition)).toBe(pid);
});

processTest("L12 stopping a registry ends it", () => {
  const sessions = Unique8.start(undefined, { name: "to be stopped" });
  const { pid } = sessions;
  sessions.stop();
  expect(isAlive(pid)).toBe(false);
  expect(whereis("to be stopped.3")).toBe(undefined);
});

processTest("L12 only unique keys are names; definitions are checked", () => {
  expect("via" in Duplicate1).toBe(false);
  expect("whereis" in Duplicate1).toBe(false);
  expect(() => registry({ keys: "many" as "unique" })).toThrow('keys must be "unique" or "duplicate"');
  expect(() => registry({ keys: "unique", listeners: [1 as never] })).toThrow("listeners must be registered names");
  const none = registry({ keys: "unique", partitions: 0 });
  expect(() => none.start()).toThrow("start it with one");
  expect(thrown(() => none.start(undefined, { name: "none" })).message).toContain("partitions must be a whole number from 1");
});

test("L12 registries are typed by keys and values", () => {
  const Users = registry<`user-${number}`, { name: string }>({ keys: "unique" });
  const Topics = registry<string>({ keys: "duplicate" });
  expectTypeOf<Parameters<typeof Users.register>>().toEqualTypeOf<[key: `user-${number}`, value: { name: string }]>();
  expectTypeOf<ReturnType<typeof Users.lookup>>().toEqualTypeOf<[pid: Pid, value: { name: string }][]>();
  expectTypeOf<Parameters<typeof Topics.register>>().toEqualTypeOf<[key: string, value?: unknown]>();
  // @ts-expect-error keys that are not unique are no names
  expectTypeOf(Topics.via);
  // @ts-expect-error keys that are not unique have no one value
  expectTypeOf(Topics.updateValue);
});
