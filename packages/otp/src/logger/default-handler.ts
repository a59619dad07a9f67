/** The handler that every core starts with: it writes to standard error, as text on a terminal and as JSON lines otherwise, and not more than its limits allow. */
import type { LogEvent } from "./event.ts";
import { eventJson } from "./json.ts";
import { overloadGuard, type Dropped, type OverloadGuard } from "./overload.ts";
import { reasonLine } from "./reason.ts";
import type { OverloadEvent } from "./report.ts";
import { eventText } from "./text.ts";

/** `"auto"` is text on a terminal, JSON lines otherwise. */
export type LogFormat = "auto" | "text" | "json" | "none";

export interface DefaultHandlerOptions {
  /** Default `"auto"`, or the environment variable `AGNER_LOG`. */
  readonly format?: LogFormat;
  /** Whether text is coloured; by default, what `NO_COLOR`, `FORCE_COLOR` and the terminal say. */
  readonly color?: boolean;
  /** How many events a window takes before further ones are only counted; default 500, `Infinity` for no limit. */
  readonly burst?: number;
  /** Length of a window in milliseconds; default 1,000. */
  readonly windowMs?: number;
}

/** What the handler needs of the world. */
export interface Surroundings {
  /** Writes text and a line feed. */
  write(text: string): void;
  isTerminal(): boolean;
  hasColors(): boolean;
  /** Milliseconds of a clock that does not go back. */
  now(): number;
  /** Calls `action` once, after `ms` milliseconds. */
  later(ms: number, action: () => void): void;
}

export interface DefaultHandler {
  log(event: LogEvent): void;
  /** Changes the options given; the count of what was dropped is written first. */
  configure(options: DefaultHandlerOptions): void;
  /** Writes the count of what was dropped, if anything was. */
  flush(): void;
}

const DEFAULTS = { format: "auto", burst: 500, windowMs: 1_000 } as const satisfies DefaultHandlerOptions;

/** A default handler with its own limits. */
export function defaultHandler(surroundings: Surroundings, initial: DefaultHandlerOptions = {}): DefaultHandler {
  let options: DefaultHandlerOptions & Required<Omit<DefaultHandlerOptions, "color">> = { ...DEFAULTS, ...initial };
  let guard: OverloadGuard = overloadGuard(options);
  let scheduler = -1;
  let flushing = false;
  /** What is dropped after this moment is dropped by a new storm. */
  let calmFrom = -Infinity;

  function write(event: LogEvent): void {
    const { format } = options;
    if (format === "text" || (format === "auto" && surroundings.isTerminal()))
      surroundings.write(show(event, (e) => eventText(e, { color: options.color ?? surroundings.hasColors() })));
    else surroundings.write(show(event, eventJson));
  }

  function notice(dropped: Dropped): void {
    const { burst, windowMs } = options;
    const report: OverloadEvent = { type: "overload", dropped, burst, windowMs };
    const domain = ["otp", "overload"];
    const who = { pid: undefined, name: undefined, scheduler };
    write({ level: "notice", time: Date.now(), ...who, message: undefined, report, fields: {}, domain });
  }

  function flush(): void {
    const dropped = guard.take();
    if (dropped !== undefined) notice(dropped);
  }

  function flushLater(ms: number): void {
    flushing = true;
    surroundings.later(ms, () => {
      flushing = false;
      flush();
    });
  }

  return {
    log(event) {
      if (options.format === "none") return;
      scheduler = event.scheduler;
      const now = surroundings.now();
      if (now >= guard.endsAt()) flush();
      if (guard.admit(event.level, now)) return write(event);
      if (now > calmFrom) notice({});
      calmFrom = guard.endsAt() + options.windowMs;
      if (!flushing) flushLater(guard.endsAt() - now);
    },
    configure(changes) {
      flush();
      options = { ...options, ...changes };
      guard = overloadGuard(options);
      calmFrom = -Infinity;
    },
    flush,
  };
}

function show(event: LogEvent, format: (event: LogEvent) => string): string {
  try {
    return format(event);
  } catch (e) {
    return JSON.stringify({ level: event.level, message: `an event that cannot be shown: ${reasonLine(e)}` });
  }
}
