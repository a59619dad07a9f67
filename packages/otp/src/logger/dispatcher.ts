/** From an event to the handlers that want it: levels, filters, and what happens to a filter or handler that fails. */
import { atomically } from "@agner/vm";
import type { LogEvent } from "./event.ts";
import { LEVELS, type Level } from "./report.ts";

/** Which events pass: those of this level and graver ones, all, or none. */
export type LevelLimit = Level | "all" | "none";

/**
 * Decides on an event: the event itself or a changed one passes on to the next filter, `"stop"` discards it, `"ignore"` leaves it to the others. An event that all
 * filters ignore passes, unless the default is `"stop"`.
 */
export type Filter = (event: LogEvent) => LogEvent | "stop" | "ignore";

/** Takes events, in the process that logs them. It is not preempted, and cannot wait. */
export type LogHandler = ((event: LogEvent) => void) | { log(event: LogEvent): void };

export interface HandlerOptions {
  /** Default `"all"`: whatever passes the primary level. */
  readonly level?: LevelLimit;
  readonly filters?: readonly Filter[];
  /** What becomes of an event that all filters ignore; default `"log"`. */
  readonly filterDefault?: "log" | "stop";
}

/** What a dispatcher says of a filter or handler that it has removed. */
export type Removal = { readonly part: "handler" | "filter"; readonly id: string; readonly reason: unknown };

interface Filters {
  readonly entries: Map<string, { readonly filter: Filter; running: boolean }>;
  otherwise: "log" | "stop";
}

interface Installed {
  readonly handler: LogHandler;
  readonly filters: Filters;
  level: LevelLimit;
  running: boolean;
}

const RANKS: Readonly<Record<LevelLimit, number>> = Object.freeze({
  ...(Object.fromEntries(LEVELS.map((level, rank) => [level, rank])) as Record<Level, number>),
  all: LEVELS.length,
  none: -1,
});

/** Whether a value names levels that pass. */
export function isLevelLimit(value: unknown): value is LevelLimit {
  return typeof value === "string" && Object.hasOwn(RANKS, value);
}

/**
 * One core's handlers and filters. A class for its private names: methods that use them run unpreempted, so no process can be killed or moved in the middle of a
 * handler, and the lines of one core come out whole and in order.
 */
export class Dispatcher {
  #level: LevelLimit;
  readonly #filters: Filters = { entries: new Map(), otherwise: "log" };
  readonly #handlers = new Map<string, Installed>();
  readonly #removed: (removal: Removal, during: LogEvent) => void;

  /** @param removed is told of every filter and handler that has failed; it may dispatch. */
  constructor(level: LevelLimit, removed: (removal: Removal, during: LogEvent) => void) {
    this.#level = level;
    this.#removed = removed;
  }

  /** Whether events of this level get past the primary level. */
  accepts(level: Level): boolean {
    return RANKS[level] <= RANKS[this.#level];
  }

  get level(): LevelLimit {
    return this.#level;
  }

  set level(level: LevelLimit) {
    this.#level = level;
  }

  /** The handlers, in the order in which they are called. */
  handlers(): { readonly id: string; readonly level: LevelLimit }[] {
    return Array.from(this.#handlers, ([id, { level }]) => ({ id, level }));
  }

  /** False if there is already a handler `id`. */
  addHandler(id: string, handler: LogHandler, { level = "all", filters = [], filterDefault = "log" }: HandlerOptions): boolean {
    if (this.#handlers.has(id)) return false;
    const entries = new Map(filters.map((filter, index) => [`${id}[${index}]`, { filter, running: false }]));
    this.#handlers.set(id, { handler, level, filters: { entries, otherwise: filterDefault }, running: false });
    return true;
  }

  removeHandler(id: string): boolean {
    return this.#handlers.delete(id);
  }

  /** False if there is no handler `id`. */
  setHandlerLevel(id: string, level: LevelLimit): boolean {
    const installed = this.#handlers.get(id);
    if (installed !== undefined) installed.level = level;
    return installed !== undefined;
  }

  /** Adds a primary filter; false if there is already one. */
  addFilter(id: string, filter: Filter): boolean {
    if (this.#filters.entries.has(id)) return false;
    this.#filters.entries.set(id, { filter, running: false });
    return true;
  }

  removeFilter(id: string): boolean {
    return this.#filters.entries.delete(id);
  }

  set filterDefault(otherwise: "log" | "stop") {
    this.#filters.otherwise = otherwise;
  }

  /** Shows the event to every handler that wants it. Throws nothing. All processes of a core have the same handlers, so that none of them may stop in the middle. */
  dispatch(event: LogEvent): void {
    atomically(() => this.#dispatch(event));
  }

  #dispatch(event: LogEvent): void {
    const passed = this.#pass(event, this.#filters);
    if (passed === undefined) return;
    for (const [id, installed] of this.#handlers) {
      // What a handler logs itself goes to the others.
      if (installed.running || RANKS[passed.level] > RANKS[installed.level]) continue;
      const own = this.#pass(passed, installed.filters);
      if (own !== undefined) this.#call(id, installed, own);
    }
  }

  #call(id: string, installed: Installed, event: LogEvent): void {
    const { handler } = installed;
    installed.running = true;
    try {
      if (typeof handler === "function") handler(event);
      else handler.log(event);
    } catch (reason) {
      if (this.#handlers.get(id) === installed) this.#handlers.delete(id);
      this.#removed({ part: "handler", id, reason }, event);
    } finally {
      installed.running = false;
    }
  }

  #pass(event: LogEvent, { entries, otherwise }: Filters): LogEvent | undefined {
    if (entries.size === 0) return otherwise === "log" ? event : undefined;
    let passed = event;
    let ignored = true;
    for (const [id, entry] of entries) {
      // What a filter logs itself is for the other filters.
      if (entry.running) continue;
      entry.running = true;
      try {
        const result = entry.filter(passed);
        if (result === "stop") return undefined;
        if (result !== "ignore") {
          passed = checkEvent(result);
          ignored = false;
        }
      } catch (reason) {
        entries.delete(id);
        this.#removed({ part: "filter", id, reason }, event);
      } finally {
        entry.running = false;
      }
    }
    return ignored && otherwise === "stop" ? undefined : passed;
  }
}

function checkEvent(result: unknown): LogEvent {
  if (typeof result === "object" && result !== null && "level" in result && Object.hasOwn(RANKS, result.level as string))
    return result as LogEvent;
  throw new TypeError('a filter must return the event, a changed event, "stop" or "ignore"');
}
