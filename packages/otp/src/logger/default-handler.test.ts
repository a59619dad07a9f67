import { expect, test } from "vitest";
import { defaultHandler, type DefaultHandler, type DefaultHandlerOptions } from "./default-handler.ts";
import { eventWith } from "./testing/events.ts";

interface World {
  readonly handler: DefaultHandler;
  readonly written: string[];
  readonly clock: { now: number; readonly pending: { readonly at: number; readonly action: () => void }[] };
}

/** A handler whose time passes only as a test says. */
function world(options: DefaultHandlerOptions = {}, terminal = true, colors = false): World {
  const written: string[] = [];
  const clock: World["clock"] = { now: 0, pending: [] };
  const handler = defaultHandler(
    {
      write: (text) => written.push(text),
      isTerminal: () => terminal,
      hasColors: () => colors,
      now: () => clock.now,
      later: (ms, action) => clock.pending.push({ at: clock.now + ms, action }),
    },
    options,
  );
  return { handler, written, clock };
}

/** Lets time pass, and does what is due. */
function pass(clock: World["clock"], ms: number): void {
  clock.now += ms;
  const due = clock.pending.filter(({ at }) => at <= clock.now);
  clock.pending.splice(0, clock.pending.length, ...clock.pending.filter(({ at }) => at > clock.now));
  for (const { action } of due) action();
}

const say = ({ handler }: World, message: string, level: "notice" | "info" = "notice"): void =>
  handler.log(eventWith({ message, level }));
/** Without when and how grave. */
const texts = ({ written }: World): string[] => written.map((line) => line.replace(/^\S+ \S+ \S+ /, ""));

test("text on a terminal, JSON lines otherwise, or what was asked for", () => {
  const formatted = (options: DefaultHandlerOptions, terminal: boolean): string[] => {
    const { handler, written } = world(options, terminal);
    handler.log(eventWith({ message: "hello" }));
    return written;
  };
  const text = "1970-01-01 00:00:00.000Z notice hello";
  const json = '{"time":"1970-01-01T00:00:00.000Z","level":"notice","scheduler":0,"message":"hello"}';
  expect(formatted({}, true)).toEqual([text]);
  expect(formatted({}, false)).toEqual([json]);
  expect(formatted({ format: "json" }, true)).toEqual([json]);
  expect(formatted({ format: "text" }, false)).toEqual([text]);
  expect(formatted({ format: "none" }, true)).toEqual([]);
});

test("text is coloured where standard error shows colours, unless the options know better", () => {
  const colored = (options: DefaultHandlerOptions, colors: boolean): boolean => {
    const { handler, written } = world(options, true, colors);
    handler.log(eventWith({ message: "hello" }));
    return written[0]!.includes("\x1b[");
  };
  expect([colored({}, true), colored({}, false), colored({ color: false }, true), colored({ color: true }, false)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

test("a storm is cut off, and at the end of the window its size is told, though nothing more is logged", () => {
  const w = world({ burst: 2, windowMs: 1_000 });
  for (const message of ["a", "b", "c", "d"]) say(w, message);
  say(w, "e", "info");
  const begun = "Too many events, more than 2 within 1 s on this core: the rest is counted, not written";
  expect(texts(w)).toEqual(["a", "b", begun]);
  pass(w.clock, 999);
  expect(w.written.length).toBe(3);
  pass(w.clock, 1);
  expect(texts(w).slice(3)).toEqual([
    "3 events were not written: 2 notice, 1 info; there were more than 2 within 1 s on this core",
  ]);
  w.handler.flush();
  expect(w.written.length).toBe(4);
});

test("a storm that goes on is announced once, and counted for every window", () => {
  const w = world({ burst: 1, windowMs: 10 });
  for (let window = 0; window < 3; window++) {
    for (const message of ["a", "b", "c"]) say(w, message);
    pass(w.clock, 10);
  }
  expect(texts(w).filter((text) => text.startsWith("Too many")).length).toBe(1);
  expect(texts(w).filter((text) => text.startsWith("2 events")).length).toBe(3);
  pass(w.clock, 100);
  for (const message of ["a", "b"]) say(w, message);
  expect(texts(w).filter((text) => text.startsWith("Too many")).length).toBe(2);
});

test("an event that comes before the timer tells what its window's predecessor dropped", () => {
  const w = world({ burst: 1, windowMs: 10 });
  for (const message of ["a", "b"]) say(w, message);
  w.clock.now = 15;
  say(w, "c");
  expect(texts(w).slice(2)).toEqual([expect.stringMatching(/^1 event was not written/), "c"]);
  pass(w.clock, 0);
  expect(w.written.length).toBe(4);
});

test("options change one by one; what was dropped until then is told first", () => {
  const w = world({ burst: 1, windowMs: 1_000 });
  for (const message of ["a", "b"]) say(w, message);
  w.handler.configure({ burst: 3 });
  w.handler.configure({ format: "json" });
  expect(texts(w)[2]).toMatch(/^1 event was not written/);
  for (const message of ["c", "d", "e", "f"]) say(w, message);
  expect(w.written.slice(3).map((line) => (JSON.parse(line) as { message: string }).message)).toEqual([
    "c",
    "d",
    "e",
    expect.stringMatching(/^Too many/),
  ]);
});

test.each(["text", "json"] as const)("as %s, an event that cannot be shown is told of", (format) => {
  const w = world({ format });
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error("gotcha");
      },
    },
  );
  for (const parts of [{ fields: hostile }, { report: { type: "crash" }, domain: ["otp", "crash"] }, { time: NaN }])
    expect(() => w.handler.log(eventWith(parts))).not.toThrow();
  expect(w.written.length).toBe(3);
  expect(w.written[1]).toContain("cannot be shown");
});
