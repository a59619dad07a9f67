/** The logger in the VM: configuration on all cores, metadata, and what handlers and filters may do. */
import { expect } from "vitest";
import {
  definition,
  dictionary,
  inProcess,
  receive,
  register,
  registered,
  schedulers,
  self,
  send,
  sleep,
  spawn,
  spawnMonitor,
  spawnOpt,
  unregister,
  type Ref,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { downOf, numbers, onOneCore, settled, taken, thrown } from "../conformance/testing/watch.ts";
import { logger, type LogEvent } from "./index.ts";
import { report } from "./log.ts";

const COLLECTOR = "collector";

/** Sends events to the test, but for what is no term. */
export function pass({ report: logged, ...event }: LogEvent): void {
  send(COLLECTOR, { ...event, type: (logged as { type?: unknown } | undefined)?.type });
}

/** Runs `body` in a process that receives what {@link pass} sends. */
function collecting(body: () => void): void {
  register(COLLECTOR);
  logger.addHandler("pass", pass);
  try {
    body();
  } finally {
    logger.removeHandler("pass");
    unregister(COLLECTOR);
  }
}

/** Runs `fn` on every core, one after the other. */
function onEachCore(fn: (core: number) => void): void {
  for (const scheduler of numbers(schedulers())) {
    const [, ref] = spawnOpt({ scheduler, monitor: true }, fn, scheduler);
    expect(downOf(ref).reason).toBe("normal");
  }
}

function say(core: number): void {
  logger.notice(`core ${core}`);
}

const messages = (): unknown[] => (taken() as LogEvent[]).map(({ message }) => message);
const cores = (): string[] => numbers(schedulers()).map((core) => `core ${core}`);

processTest("what a process configures holds on every core when the call returns, and no longer when it is taken back", () => {
  logger.addHandler("pass", pass);
  register(COLLECTOR);
  onEachCore(say);
  expect(messages()).toEqual(cores());
  expect(logger.setHandlerLevel("pass", "error")).toBe(true);
  onEachCore(say);
  expect(messages()).toEqual([]);
  expect(logger.removeHandler("pass")).toBe(true);
  expect(logger.removeHandler("pass")).toBe(false);
  expect(logger.setHandlerLevel("pass", "error")).toBe(false);
});

processTest("the primary level is the VM's", () => {
  const level = logger.level();
  expect(level).toBe("notice");
  logger.setLevel("critical");
  collecting(() => {
    onEachCore(say);
    expect(messages()).toEqual([]);
    logger.setLevel("all");
    onEachCore((core) => logger.debug(`core ${core}`));
    expect(messages()).toEqual(cores());
  });
  logger.setLevel(level);
});

/** Takes one kind of message out, and marks the others. */
export function censor(event: LogEvent): LogEvent | "stop" | "ignore" {
  if (event.message === "secret") return "stop";
  return event.message === "odd" ? "ignore" : { ...event, fields: { ...event.fields, censored: true } };
}

processTest("primary filters hold on every core", () => {
  collecting(() => {
    logger.addFilter("censor", censor);
    expect(thrown(() => logger.addFilter("censor", censor)).message).toContain('already a filter "censor"');
    onEachCore(() => {
      for (const message of ["secret", "odd", "open"]) logger.notice(message);
    });
    const events = taken() as LogEvent[];
    expect(events.map(({ message }) => message)).toEqual(numbers(schedulers()).flatMap(() => ["odd", "open"]));
    expect(events.map(({ fields }) => fields["censored"])).toEqual(numbers(schedulers()).flatMap(() => [undefined, true]));
    logger.setFilterDefault("stop");
    onEachCore(() => logger.notice("odd"));
    logger.setFilterDefault("log");
    expect(logger.removeFilter("censor")).toBe(true);
    expect(logger.removeFilter("censor")).toBe(false);
    onEachCore(() => logger.notice("secret"));
    expect(messages()).toEqual(numbers(schedulers()).map(() => "secret"));
  });
});

/** A handler that is an object travels as a definition. */
export const asObject = definition({
  prefix: "object: ",
  log({ message }: LogEvent): void {
    send(COLLECTOR, `${this.prefix}${message}`);
  },
});

processTest("a definition may be a handler, with filters of its own", () => {
  register(COLLECTOR);
  logger.addHandler("object", asObject, { filters: [censor], level: "notice" });
  onEachCore(() => {
    logger.notice("secret");
    logger.notice("open");
  });
  logger.removeHandler("object");
  expect(taken()).toEqual(numbers(schedulers()).map(() => "object: open"));
});

processTest("a closure cannot be given to other cores by a process, and the error says what to do", () => {
  const seen: unknown[] = [];
  const error = thrown(() => logger.addHandler("closure", (event) => seen.push(event)));
  expect(error.code).toBe("AGNER_BAD_ARGUMENT");
  expect(error.message).toMatch(/^logger\.addHandler: "closure" cannot be given to the other cores \(.*closure/);
  expect(error.message).toContain("top level of a module");
  expect(thrown(() => logger.addFilter("closure", (event) => (seen.push(event), event))).code).toBe("AGNER_BAD_ARGUMENT");
  expect(logger.handlers().map(({ id }) => id)).toEqual(["default"]);
  expect(registered()).not.toContain("$logger");
});

processTest("bad arguments are refused with what is right", () => {
  const bad = (call: () => unknown): unknown => thrown(call).code;
  const calls: (() => unknown)[] = [
    () => logger.setLevel("loud" as never),
    () => logger.log("loud" as never, "x"),
    () => logger.addHandler("x", {} as never),
    () => logger.addHandler(7 as never, pass),
    () => logger.addHandler("x", pass, { level: "loud" as never }),
    () => logger.addHandler("x", pass, { filters: censor as never }),
    () => logger.addHandler("x", pass, { filters: ["stop" as never] }),
    () => logger.addHandler("x", pass, { filterDefault: "ignore" as never }),
    () => logger.addHandler("default", pass),
    () => logger.addFilter("x", "stop" as never),
    () => logger.setHandlerLevel("default", "loud" as never),
    () => logger.setFilterDefault("ignore" as never),
    () => logger.configureDefaultHandler({ format: "xml" as never }),
    () => logger.configureDefaultHandler({ color: "red" as never }),
    () => logger.configureDefaultHandler({ burst: 0 }),
    () => logger.configureDefaultHandler({ windowMs: Infinity }),
  ];
  expect(calls.map(bad)).toEqual(calls.map(() => "AGNER_BAD_ARGUMENT"));
});

function configureOften(parent: Ref | string, id: string): void {
  for (const _ of numbers(5)) {
    logger.addHandler(id, pass, { level: "none" });
    logger.removeHandler(id);
  }
  logger.addHandler(id, pass, { level: "none" });
  send(parent as string, "configured");
}

processTest("changes of several processes take turns, and reach every core in the same order", () => {
  register(COLLECTOR);
  const ids = numbers(4).map((i) => `handler ${i}`);
  for (const id of ids) spawn(configureOften, COLLECTOR, id);
  for (const _ of ids) expect(receive()).toBe("configured");
  const lists: string[] = [];
  onEachCore(() =>
    send(
      COLLECTOR,
      logger
        .handlers()
        .map(({ id }) => id)
        .join(),
    ),
  );
  for (const _ of numbers(schedulers())) lists.push(receive());
  expect(new Set(lists).size).toBe(1);
  expect(lists[0]!.split(",").toSorted()).toEqual(["default", ...ids]);
  for (const id of ids) logger.removeHandler(id);
});

processTest("metadata are the process's own, and among the fields of its events", () => {
  collecting(() => {
    logger.setMetadata({ request: 1, user: "joe" });
    logger.notice("a", { user: "ann" });
    logger.updateMetadata({ user: "mike", domain: ["shop", "orders"] });
    logger.notice("b");
    expect(logger.metadata()).toEqual({ request: 1, user: "mike", domain: ["shop", "orders"] });
    const [, ref] = spawnMonitor(() => logger.notice("child"));
    downOf(ref);
    logger.setMetadata({});
    logger.notice("c", { domain: "no array" });
    settled();
    const events = taken() as LogEvent[];
    expect(events.map(({ fields, domain }) => ({ fields, domain }))).toEqual([
      { fields: { request: 1, user: "ann" }, domain: [] },
      { fields: { request: 1, user: "mike" }, domain: ["shop", "orders"] },
      { fields: {}, domain: [] },
      { fields: { domain: "no array" }, domain: [] },
    ]);
  });
});

/** Waits, which no handler may. */
export function waits(): void {
  sleep(1);
}

/** Throws something that is no error. */
export function throwsTerm(): void {
  throw { no: "error" };
}

processTest("a handler that waits or throws is removed, the logging process goes on, and the others are told why", () => {
  onOneCore(() =>
    collecting(() => {
      for (const handler of [waits, throwsTerm]) {
        logger.addHandler("bad", handler);
        logger.notice("a");
        logger.notice("b");
        expect(logger.handlers().map(({ id }) => id)).toEqual(["default", "pass"]);
        const events = taken() as (LogEvent & { type?: string })[];
        expect(events.map(({ message, type, level }) => message ?? `${type} ${level}`)).toEqual(["a", "removed error", "b"]);
        expect(logger.removeHandler("bad")).toBe(schedulers() > 1); // it has failed on this core alone
      }
    }),
  );
});

/** Logs what it is told. */
export function echo({ message }: LogEvent): void {
  logger.notice(`echo of ${message}`);
}

processTest("what a handler logs goes to the other handlers", () => {
  collecting(() => {
    logger.addHandler("echo", echo);
    logger.notice("a");
    logger.removeHandler("echo");
    expect(messages()).toEqual(["a", "echo of a"]);
  });
});

processTest("everything may be logged: what is no term, what throws when it is read, nothing at all", () => {
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error("get");
      },
      ownKeys: () => {
        throw new Error("ownKeys");
      },
    },
  );
  logger.error(hostile);
  logger.error("hostile", hostile as never);
  logger.error(undefined as never);
  logger.error("a", null as never);
  logger.error(null as never, 7 as never);
  logger.error(Symbol.iterator as never);
  logger.error({ f: () => 1, self });
  report("error", hostile as never);
  report("error", { type: "crash" } as never);
  report("error", undefined as never);
  expect(inProcess()).toBe(true);
});

processTest("the dictionary holds the metadata alone", () => {
  logger.notice("x");
  expect(dictionary.erase()).toEqual([]);
  logger.setMetadata({ a: 1 });
  expect((dictionary.erase() as unknown[]).length).toBe(1);
});
