/** What is logged while a test runs. */
import { AgnerError, BadTermError, exit, monitor, receive, receiveSince, self, send, spawnOpt, type Pid } from "@agner/vm";
import { formatTerm } from "@agner/vm/report";
import { isMatch } from "@agner/vm/testing";
import { logger, type LevelLimit, type LogEvent } from "../logger/index.ts";
import { settle } from "./settle.ts";
import { failed, listMessages, showPattern } from "./show.ts";

/** What is collected, and what is shown meanwhile. */
export interface CaptureOptions {
  /** The primary level while the logs are captured; default: as it is. `"all"` also captures the reports of progress. */
  readonly level?: LevelLimit;
  /** Whether the default handler shows the events all the same; default false. */
  readonly show?: boolean;
}

/** The log of a test. */
export interface CapturedLogs {
  /**
   * Returns the first event that matches, once the VM has come to rest. The pattern is that of a report, or of the whole event (`{ level: "error" }`).
   * Throws `AGNER_EXPECTATION` if none does; the message lists what was logged.
   */
  expect(pattern: unknown): LogEvent;
  /** Fails if an event matches, once the VM has come to rest; without a pattern, if anything was logged. */
  expectNone(pattern?: unknown): void;
  /** All events so far, once the VM has come to rest. Those of one process are in order. */
  all(): LogEvent[];
  /** Ends the capture; levels are as they were. */
  restore(): void;
}

const COLLECTOR = "log collector of a test";
const HANDLER = "captured by a test";
const DEFAULT = "default";

/**
 * Captures what is logged on all cores, from now to `restore()`, or to the end of the test's process.
 *
 * @throws {AgnerError} `AGNER_CAPTURING` if logs are being captured already.
 * @example
 * const logs = captureLogs();
 * shop.kill("orders");
 * logs.expect({ type: "supervisor", event: "child_terminated" });
 * logs.restore();
 */
export function captureLogs({ level, show = false }: CaptureOptions = {}): CapturedLogs {
  // The test before may still be giving the logger back.
  settle();
  const collector = startCollector({ level, show });
  const events = (): LogEvent[] => {
    settle();
    const ref = monitor(collector, { alias: "replyDemonitor" });
    send(collector, { type: TELL, ref });
    const answer = receiveSince<any>(ref);
    if (answer.type === "DOWN") throw failed("the capture of logs was restored; begin another with captureLogs()");
    return answer.events;
  };
  return {
    expect: (pattern: unknown) => {
      const all = events();
      const found = all.find((event) => matches(pattern, event));
      if (found !== undefined) return found;
      throw failed(`logs.expect: nothing that matches ${showPattern(pattern)} was logged; ${listEvents(all)}`);
    },
    expectNone: (pattern?: unknown) => {
      const found = events().filter((event) => pattern === undefined || matches(pattern, event));
      if (found.length > 0) throw failed(`logs.expectNone: ${listEvents(found)}`);
    },
    all: events,
    restore: () => {
      const ref = monitor(collector);
      send(collector, { type: END });
      receiveSince(ref);
    },
  };
}

function matches(pattern: unknown, event: LogEvent): boolean {
  return (event.report !== undefined && isMatch(pattern, event.report)) || isMatch(pattern, event);
}

function listEvents(events: readonly LogEvent[]): string {
  return listMessages(
    events.map(({ level, message, report, fields }) => ({
      level,
      ...(message === undefined ? {} : { message }),
      ...(report === undefined ? {} : { report }),
      ...(Object.keys(fields).length === 0 ? {} : { fields }),
    })),
    "nothing was logged at all",
  ).replace(/came:/, "came to the log:");
}

const TELL = "$tell";
const END = "$end";
const READY = "$ready";

function startCollector(options: { readonly level: LevelLimit | undefined; readonly show: boolean }): Pid {
  let started: Pid;
  try {
    started = spawnOpt({ name: COLLECTOR }, collect, self(), options);
  } catch (e) {
    if (!AgnerError.is(e) || e.code !== "AGNER_NAME_TAKEN") throw e;
    throw new AgnerError("AGNER_CAPTURING", "captureLogs: logs are being captured already; restore() that capture first", {
      cause: e,
    });
  }
  receive((m: any) => m?.type === READY && m.pid === started);
  return started;
}

/** The life of the collector: it takes the logger over, and gives it back when it is told to, or when the test ends. */
function collect(test: Pid, { level, show }: { readonly level: LevelLimit | undefined; readonly show: boolean }): void {
  const end = monitor(test);
  const before = { level: logger.level(), shown: logger.handlers().find(({ id }) => id === DEFAULT)?.level };
  if (level !== undefined) logger.setLevel(level);
  if (!show) logger.setHandlerLevel(DEFAULT, "none");
  logger.addHandler(HANDLER, passOn);
  send(test, { type: READY, pid: self() });
  const events: LogEvent[] = [];
  for (;;) {
    const message = receive<any>();
    if (message.type === LOGGED) events.push(message.event);
    else if (message.type === TELL) send(message.ref, { ref: message.ref, events });
    else if (message.type === END || message.ref === end) break;
  }
  logger.removeHandler(HANDLER);
  if (before.shown !== undefined) logger.setHandlerLevel(DEFAULT, before.shown);
  logger.setLevel(before.level);
  exit("normal");
}

const LOGGED = "$logged";

/** The handler: a function of the top level, so that every core has it. */
export function passOn(event: LogEvent): void {
  if (!BadTermError.is(failureOf(event))) return;
  // Something in it is no term: it is told in words.
  const { report, fields, ...rest } = event;
  failureOf({
    ...rest,
    report: report === undefined ? undefined : { text: formatTerm(report) },
    fields: { text: formatTerm(fields) },
  });
}

/** Sends an event to the collector; returns what is thrown if that cannot be, because it is no term or the capture has just ended. */
function failureOf(event: LogEvent): unknown {
  try {
    send(COLLECTOR, { type: LOGGED, event });
    return undefined;
  } catch (e) {
    return e;
  }
}
