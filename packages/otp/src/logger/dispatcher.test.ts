import { expect, test } from "vitest";
import { Dispatcher, type Filter, type HandlerOptions, type LevelLimit, type Removal } from "./dispatcher.ts";
import type { LogEvent } from "./event.ts";
import { LEVELS } from "./report.ts";
import { eventWith } from "./testing/events.ts";

function dispatcherAt(level: LevelLimit): { dispatcher: Dispatcher; removals: Removal[] } {
  const removals: Removal[] = [];
  return { dispatcher: new Dispatcher(level, (removal) => removals.push(removal)), removals };
}

/** Adds a handler that keeps the messages of what it gets. */
function keeper(dispatcher: Dispatcher, id: string, options: HandlerOptions = {}): (string | undefined)[] {
  const kept: (string | undefined)[] = [];
  expect(dispatcher.addHandler(id, (event) => kept.push(event.message), options)).toBe(true);
  return kept;
}

const saying = (message: string, level: LogEvent["level"] = "notice"): LogEvent => eventWith({ message, level });

test("the primary level lets itself and graver levels through; all and none do what they say", () => {
  const { dispatcher } = dispatcherAt("notice");
  const accepted = (): string[] => LEVELS.filter((level) => dispatcher.accepts(level));
  expect(accepted()).toEqual(["emergency", "alert", "critical", "error", "warning", "notice"]);
  dispatcher.level = "all";
  expect(accepted()).toEqual(LEVELS);
  dispatcher.level = "none";
  expect(accepted()).toEqual([]);
  expect(dispatcher.level).toBe("none");
});

test("a handler's own level counts beside the primary one", () => {
  const { dispatcher } = dispatcherAt("all");
  const grave = keeper(dispatcher, "grave", { level: "error" });
  const all = keeper(dispatcher, "all");
  dispatcher.dispatch(saying("a", "warning"));
  dispatcher.dispatch(saying("b", "critical"));
  expect(dispatcher.setHandlerLevel("grave", "warning")).toBe(true);
  dispatcher.dispatch(saying("c", "warning"));
  expect([grave, all]).toEqual([
    ["b", "c"],
    ["a", "b", "c"],
  ]);
  expect(dispatcher.setHandlerLevel("nobody", "all")).toBe(false);
});

test("handlers are called in the order in which they were added, by id only once, and no more when removed", () => {
  const { dispatcher } = dispatcherAt("all");
  const calls: string[] = [];
  dispatcher.addHandler("one", () => calls.push("one"), {});
  dispatcher.addHandler("two", { log: () => calls.push("two") }, { level: "info" });
  expect(dispatcher.addHandler("one", () => calls.push("another"), {})).toBe(false);
  expect(dispatcher.handlers()).toEqual([
    { id: "one", level: "all" },
    { id: "two", level: "info" },
  ]);
  dispatcher.dispatch(saying("x"));
  expect(dispatcher.removeHandler("one")).toBe(true);
  expect(dispatcher.removeHandler("one")).toBe(false);
  dispatcher.dispatch(saying("x"));
  expect(calls).toEqual(["one", "two", "two"]);
});

test("a handler that is an object is called as its method", () => {
  const { dispatcher } = dispatcherAt("all");
  const handler = {
    seen: 0,
    log(): void {
      this.seen++;
    },
  };
  dispatcher.addHandler("object", handler, {});
  dispatcher.dispatch(saying("x"));
  expect(handler.seen).toBe(1);
});

test("a primary filter stops an event, changes it, or leaves it to the next", () => {
  const { dispatcher } = dispatcherAt("all");
  const kept = keeper(dispatcher, "kept");
  const filters: Record<string, Filter> = {
    first: (event) => (event.message === "secret" ? "stop" : "ignore"),
    second: (event) => ({ ...event, message: `${event.message}!` }),
    third: (event) => ({ ...event, message: `${event.message}?` }),
  };
  for (const [id, filter] of Object.entries(filters)) expect(dispatcher.addFilter(id, filter)).toBe(true);
  expect(dispatcher.addFilter("first", (event) => event)).toBe(false);
  dispatcher.dispatch(saying("secret"));
  dispatcher.dispatch(saying("open"));
  expect(dispatcher.removeFilter("second")).toBe(true);
  expect(dispatcher.removeFilter("second")).toBe(false);
  dispatcher.dispatch(saying("open"));
  expect(kept).toEqual(["open!?", "open?"]);
});

test("what all filters ignore passes or not, as the default says", () => {
  const { dispatcher } = dispatcherAt("all");
  const kept = keeper(dispatcher, "kept");
  dispatcher.addFilter("only errors", (event) => (event.level === "error" ? event : "ignore"));
  dispatcher.filterDefault = "stop";
  dispatcher.dispatch(saying("a", "info"));
  dispatcher.dispatch(saying("b", "error"));
  dispatcher.filterDefault = "log";
  dispatcher.dispatch(saying("c", "info"));
  expect(kept).toEqual(["b", "c"]);
});

test("a handler's filters are for that handler alone", () => {
  const { dispatcher } = dispatcherAt("all");
  const filtered = keeper(dispatcher, "filtered", {
    filters: [() => "ignore", (event) => (event.message === "a" ? event : "ignore")],
    filterDefault: "stop",
  });
  const all = keeper(dispatcher, "all");
  dispatcher.dispatch(saying("a"));
  dispatcher.dispatch(saying("b"));
  expect([filtered, all]).toEqual([["a"], ["a", "b"]]);
});

test("a level that a filter changes is the one that handlers see", () => {
  const { dispatcher } = dispatcherAt("all");
  dispatcher.addFilter("calm", (event) => ({ ...event, level: "debug" }));
  const kept = keeper(dispatcher, "kept", { level: "error" });
  dispatcher.dispatch(saying("a", "error"));
  expect(kept).toEqual([]);
});

test("a handler that throws is removed and told of once; the others go on", () => {
  const { dispatcher, removals } = dispatcherAt("all");
  const reason = new Error("disk full");
  dispatcher.addHandler(
    "bad",
    () => {
      throw reason;
    },
    {},
  );
  const kept = keeper(dispatcher, "kept");
  dispatcher.dispatch(saying("a"));
  dispatcher.dispatch(saying("b"));
  expect(kept).toEqual(["a", "b"]);
  expect(removals).toEqual([{ part: "handler", id: "bad", reason }]);
  expect(dispatcher.handlers()).toEqual([{ id: "kept", level: "all" }]);
});

test.each<[string, Filter]>([
  [
    "throws",
    () => {
      throw new Error("no");
    },
  ],
  ["returns nothing", () => undefined as never],
  ["returns another word", () => "log" as never],
  ["returns something that is no event", () => ({ level: "loud" }) as never],
])("a filter that %s is removed, and the event passes", (_how, filter) => {
  const { dispatcher, removals } = dispatcherAt("all");
  const kept = keeper(dispatcher, "kept", { filters: [filter] });
  dispatcher.addFilter("bad", filter);
  dispatcher.dispatch(saying("a"));
  dispatcher.dispatch(saying("b"));
  expect(kept).toEqual(["a", "b"]);
  expect(removals.map(({ part, id }) => `${part} ${id}`)).toEqual(["filter bad", "filter kept[0]"]);
});

test("what a handler logs goes to the others, what a filter logs past itself", () => {
  const { dispatcher } = dispatcherAt("all");
  dispatcher.addHandler("talks", ({ message }) => dispatcher.dispatch(saying(`handled ${message}`)), {});
  const kept = keeper(dispatcher, "kept");
  dispatcher.dispatch(saying("a"));
  expect(kept).toEqual(["handled a", "a"]);
  dispatcher.removeHandler("talks");
  dispatcher.addFilter("talks", (event) => {
    dispatcher.dispatch(saying(`filtered ${event.message}`));
    return event;
  });
  dispatcher.dispatch(saying("b"));
  expect(kept).toEqual(["handled a", "a", "filtered b", "b"]);
});

test("a handler may remove itself, and add another", () => {
  const { dispatcher } = dispatcherAt("all");
  const kept: string[] = [];
  dispatcher.addHandler(
    "once",
    () => {
      dispatcher.removeHandler("once");
      dispatcher.addHandler("later", (event) => kept.push(event.message!), {});
    },
    {},
  );
  dispatcher.dispatch(saying("a"));
  dispatcher.dispatch(saying("b"));
  expect(dispatcher.handlers().map(({ id }) => id)).toEqual(["later"]);
  expect(kept).toContain("b");
});
