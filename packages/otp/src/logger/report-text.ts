/** The reports of this library and of the VM as text. */
import { formatCrash, paint, type CrashReport, type Paint } from "@agner/vm/report";
import type { LogEvent } from "./event.ts";
import { describeDropped } from "./overload.ts";
import { explain, reasonBlock, safeTerm } from "./reason.ts";
import type {
  ApplicationEvent,
  CrashEvent,
  Offender,
  OverloadEvent,
  ProgressEvent,
  RemovedEvent,
  Report,
  SupervisorEvent,
  TerminatedEvent,
  UncaughtEvent,
  UnexpectedEvent,
} from "./report.ts";

/** Whether an event's report is one of ours, and not whatever a program logs. */
export function isOwnReport({ domain, report }: LogEvent): boolean {
  return (domain[0] === "otp" || domain[0] === "vm") && typeof (report as { type?: unknown } | undefined)?.type === "string";
}

/** A report's lines; `head` says when, how grave, and who. */
export function reportLines(event: LogEvent, object: object, head: string, color: boolean): string[] {
  const report = object as Report;
  const style = paint(color);
  switch (report.type) {
    case "crash":
      return crashLines(event, report, color);
    case "terminated":
      return terminatedLines(report, head, style);
    case "supervisor":
      return supervisorLines(report, head, style);
    case "progress":
      return [`${head} Supervisor ${show(report.supervisor)} started the ${childOf(report)}`];
    case "unexpected":
      return [`${head} ${serverOf(report)} got an unexpected message: ${safeTerm(report.message)}`];
    case "application":
      return applicationLines(report, head, style);
    case "removed":
      return reasonBlock(`${head} ${removedText(report)}:`, report.reason, style);
    case "overload":
      return [`${head} ${overloadText(report)}`];
    default:
      return [`${head} ${safeTerm(report)}`];
  }
}

/** A report in one line without colours, for formats that have a place for a message. */
export function headline(event: LogEvent, report: object): string {
  return reportLines(event, report, "", false)[0]!.split("\n")[0]!.trim();
}

function crashLines({ time }: LogEvent, report: CrashEvent | UncaughtEvent, color: boolean): string[] {
  const { name, ...rest } = report;
  const crash: CrashReport = { ...rest, ...(name === undefined ? {} : { name }), time };
  const lines = [formatCrash(crash, { color })];
  if (!("neighbours" in report)) return lines;
  const style = paint(color);
  lines.push(
    ...facts(style, [
      ["trap exit", report.trapExit ? "yes" : undefined],
      ["dictionary", entriesOf(report.dictionary)],
    ]),
  );
  for (const { pid, name: neighbour, initialCall, currentFunction } of report.neighbours)
    lines.push(...facts(style, [["ends with it", `${named(pid, neighbour)} ${initialCall}, in ${currentFunction}`]]));
  return lines;
}

/** What processes of this library keep in their dictionaries is no news. */
function entriesOf(dictionary: CrashEvent["dictionary"]): string | undefined {
  const entries = dictionary.filter(([key]) => typeof key !== "string" || !key.startsWith("$"));
  return entries.length === 0 ? undefined : entries.map(([key, value]) => `${safeTerm(key)} => ${safeTerm(value)}`).join(", ");
}

function terminatedLines(report: TerminatedEvent, head: string, style: Paint): string[] {
  const { client, handler, log, lastMessage, queued = [], postponed = [], state, timeouts = [] } = report;
  return [
    ...reasonBlock(`${head} ${style(["red", "bold"], `${serverOf(report)} terminates:`)}`, report.reason, style),
    ...facts(style, [
      ["last message", lastMessage === undefined ? undefined : safeTerm(lastMessage)],
      ["state", safeTerm(state)],
      ["handler", handler === undefined ? undefined : safeTerm(handler)],
      ...queued.map((event): Fact => ["queued", safeTerm(event)]),
      ...postponed.map((event): Fact => ["postponed", safeTerm(event)]),
      ...timeouts.map((event): Fact => ["time-out", safeTerm(event)]),
      [
        "client",
        client === undefined
          ? undefined
          : `${named(client.pid, client.name)}${client.currentFunction === undefined ? "" : ` in ${client.currentFunction}`}`,
      ],
      ...(log ?? []).map((entry): Fact => ["log", safeTerm(entry)]),
    ]),
  ];
}

const SUPERVISOR_EVENTS = {
  start_error: "could not be started",
  child_terminated: "terminated",
  shutdown_error: "did not shut down in order",
} as const;

/** As a reason it says no more than the limits. */
const TOO_MANY_RESTARTS = "reached_max_restart_intensity";

function supervisorLines(report: SupervisorEvent, head: string, style: Paint): string[] {
  const { event, limits, offender, reason, restarts = [] } = report;
  const supervisor = `Supervisor ${named(report.supervisorPid, typeof report.supervisor === "string" ? report.supervisor : undefined)}`;
  const child = offender.id === undefined ? "a child" : `the child ${safeTerm(offender.id)}`;
  if (event !== "shutdown") {
    const heading = `${head} ${style(["red", "bold"], `${supervisor}: ${child} ${SUPERVISOR_EVENTS[event]}:`)}`;
    // A child that crashed has reported that itself, with the stack.
    const lines = event === "child_terminated" ? [`${heading} ${explain(reason)[0]!.text}`] : reasonBlock(heading, reason, style);
    return [...lines, ...facts(style, offenderFacts(offender))];
  }
  const headings = [`${head} ${style(["red", "bold"], `${supervisor} gives up:`)}`];
  if (limits !== undefined)
    headings.push(
      style("bold", `more than ${count(limits.intensity, "restart")} within ${duration(limits.periodMs)}; ${child} ended last`),
    );
  const lines =
    reason === TOO_MANY_RESTARTS && limits !== undefined ? [headings.join(" ")] : reasonBlock(headings.join(" "), reason, style);
  lines.push(...facts(style, offenderFacts(offender)));
  if (restarts.length > 0) lines.push(`  ${style("bold", "Restarts that it counted:")}`);
  for (const each of restarts)
    lines.push(
      ...reasonBlock(`  ${style("dim", timeOf(each.time))} ${safeTerm(each.id)}:`, each.reason, style).map((line) => `  ${line}`),
    );
  return lines;
}

function offenderFacts({ pid, start, restart, significant, shutdown, type, count: many }: Offender): Fact[] {
  return [
    ["child", [pid === undefined ? undefined : show(pid), start].filter((part) => part !== undefined).join(" ")],
    ["how many", many === undefined ? undefined : String(many)],
    ["type", significant ? `${type}, significant` : type],
    ["restart", restart],
    ["shutdown", typeof shutdown === "number" && Number.isFinite(shutdown) ? duration(shutdown) : String(shutdown)],
  ];
}

function applicationLines(report: ApplicationEvent, head: string, style: Paint): string[] {
  const { application, event, callback, reason, waitingFor } = report;
  const what = `${head} Application ${application}`;
  if (event === "callback_failed") return reasonBlock(`${what}: its callback ${callback} failed:`, reason, style);
  if (event === "started") return [`${what} started`];
  if (event === "stopping_slowly")
    return [`${what} is still stopping${waitingFor === undefined ? "" : `; it waits for ${waitingFor.join(", ")}`}`];
  return reason === undefined ? [`${what} ${event}`] : reasonBlock(`${what} ${event}:`, reason, style);
}

/** What became of a filter or handler, in words. */
function removedText({ part, id }: RemovedEvent): string {
  return `The logger's ${part} ${JSON.stringify(id)} failed and was removed`;
}

/** What the default handler says in a storm. */
function overloadText({ dropped, burst, windowMs }: OverloadEvent): string {
  const limit = `more than ${burst.toLocaleString("en-US")} within ${duration(windowMs)} on this core`;
  if (Object.keys(dropped).length === 0) return `Too many events, ${limit}: the rest is counted, not written`;
  return `${describeDropped(dropped)}; there were ${limit}`;
}

function childOf({ started }: ProgressEvent): string {
  return `child ${safeTerm(started.id)}: ${[started.pid === undefined ? undefined : show(started.pid), started.start].filter((part) => part !== undefined).join(" ")}`;
}

function serverOf({ module, pid, name }: Pick<UnexpectedEvent | TerminatedEvent, "module" | "pid" | "name">): string {
  return `${module} ${named(pid, name)}`;
}

function named(pid: { toString(): string }, name: string | undefined): string {
  return name === undefined ? String(pid) : `${String(pid)} ${JSON.stringify(name)}`;
}

function show(dest: { toString(): string } | string): string {
  return typeof dest === "string" && dest !== "restarting" ? JSON.stringify(dest) : String(dest);
}

type Fact = readonly [label: string, text: string | undefined];

/** As the VM's crash reports line them up. */
function facts(style: Paint, all: readonly Fact[]): string[] {
  return all.flatMap(([label, text]) => (text === undefined ? [] : [`  ${style("dim", label.padEnd(16))} ${text}`]));
}

function timeOf(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString().slice(11, 23) : String(time);
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

function duration(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000} s` : `${ms} ms`;
}
