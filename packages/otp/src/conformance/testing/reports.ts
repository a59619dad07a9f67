/** What is logged while a test runs. */
import { alias, exit, receive, schedulerId, send, spawnOpt, unalias, whereis, type Pid, type Ref } from "@agner/vm";
import { formatTerm } from "@agner/vm/report";
import { logger } from "../../logger/index.ts";
import type { LogEvent } from "../../logger/event.ts";
import { settled } from "./watch.ts";

/** What is collected of an event: its level and its report. */
export interface Logged {
  readonly level: string;
  readonly report: any;
}

const COLLECTOR = "log collector of a test";

/** A logger's handler that passes every report on to the collector. */
export function passOn({ level, report }: LogEvent): void {
  if (report === undefined || whereis(COLLECTOR) === undefined) return;
  try {
    send(COLLECTOR, { level, report });
  } catch {
    send(COLLECTOR, { level, report: { type: "not a term", text: formatTerm(report) } });
  }
}

function collect(): void {
  const logged: Logged[] = [];
  for (;;) {
    const message = receive<Logged | { readonly ref: Ref }>();
    if ("ref" in message) send(message.ref, { ref: message.ref, logged });
    else logged.push(message);
  }
}

/** Runs `body` and collects what is logged meanwhile; `body` gets a function that returns what has been logged so far. */
export function collecting(body: (logged: () => Logged[]) => void): void {
  // It stays: `settled` knows when all that was sent to it has arrived.
  const collector: Pid = spawnOpt({ name: COLLECTOR, scheduler: schedulerId() }, collect);
  logger.addHandler("collector", passOn);
  try {
    body(loggedSoFar);
  } finally {
    logger.removeHandler("collector");
    exit(collector, "kill");
    settled();
  }
}

function loggedSoFar(): Logged[] {
  settled();
  const ref = alias();
  send(COLLECTOR, { ref });
  const { logged } = receive<{ logged: Logged[] }>((message) => message?.ref === ref);
  unalias(ref);
  return logged;
}

/** The reports of one process, of one type if that is given. */
export function reportsOf(logged: readonly Logged[], pid: Pid, type?: string): any[] {
  return logged
    .map(({ report }) => report)
    .filter((report) => report.pid === pid && (type === undefined || report.type === type));
}
