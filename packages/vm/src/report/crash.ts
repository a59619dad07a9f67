/** Crash reports: what is known of a process that ended by an uncaught error. */
import { paint, type Paint } from "./paint.ts";
import { formatTerm, reasonChain, type ReasonDetails } from "./reason.ts";

/** Made on the scheduler where the process lived; `String()` of a pid is what is shown of it. */
export interface CrashReport {
  readonly pid: { toString(): string };
  /** Its registered name. */
  readonly name?: string;
  /** The function that it first ran, as `name (file:line:column)`. */
  readonly initialCall: string;
  readonly currentFunction?: string;
  /** The exit reason; an error, or `{ nocatch }` for another value that was thrown. */
  readonly reason: unknown;
  /** The error's stack in terms of the source, where the reason does not carry it. */
  readonly stack?: string;
  /** Who spawned it, nearest first. */
  readonly ancestors: readonly { toString(): string }[];
  readonly mailboxLength: number;
  /** What it received last. */
  readonly lastMessage?: unknown;
  readonly links?: readonly { toString(): string }[];
  /** Index of the core. */
  readonly scheduler: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** True if a crash handler in the VM (see `onCrash`) has logged it already. */
  readonly logged?: boolean;
}

/** The report as text of several lines, without a final line feed. */
export function formatCrash(report: CrashReport, { color }: { readonly color: boolean }): string {
  const style = paint(color);
  const [reason, ...causes] = reasonChain(report.reason, report.stack) as [ReasonDetails, ...ReasonDetails[]];
  const name = report.name === undefined ? "" : ` ${JSON.stringify(report.name)}`;
  const lines = [
    `${style(["red", "bold"], `Process ${String(report.pid)}${name} crashed:`)} ${style("bold", reason.text)}`,
    ...below(reason, "", style),
  ];
  for (const cause of causes) lines.push(`  ${style("red", "Caused by:")} ${cause.text}`, ...below(cause, "  ", style));
  for (const [label, text] of facts(report)) lines.push(`  ${style("dim", label.padEnd(16))} ${text}`);
  return lines.join("\n");
}

function below({ stack, properties }: ReasonDetails, indent: string, style: Paint): string[] {
  const lines = stack.map((line) => `${indent}    ${style("dim", line)}`);
  if (Object.keys(properties).length > 0) lines.push(`${indent}    ${formatTerm(properties)}`);
  return lines;
}

function facts(report: CrashReport): [label: string, text: string][] {
  const list = (pids: readonly { toString(): string }[]): string => pids.map(String).join(", ");
  const found: [string, string | undefined][] = [
    ["initial call", report.initialCall],
    ["current function", report.currentFunction],
    ["ancestors", report.ancestors.length === 0 ? undefined : list(report.ancestors)],
    ["links", report.links === undefined || report.links.length === 0 ? undefined : list(report.links)],
    ["mailbox", report.mailboxLength === 1 ? "1 message" : `${report.mailboxLength} messages`],
    ["last message", "lastMessage" in report ? formatTerm(report.lastMessage) : undefined],
    ["scheduler", String(report.scheduler)],
    ["time", new Date(report.time).toISOString()],
  ];
  return found.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

/** The report as one line of JSON; terms are written as text, since most of them are not JSON. */
export function crashToJson(report: CrashReport): string {
  const [reason, ...causes] = reasonChain(report.reason, report.stack) as [ReasonDetails, ...ReasonDetails[]];
  return JSON.stringify({
    type: "crash",
    time: new Date(report.time).toISOString(),
    pid: String(report.pid),
    name: report.name,
    reason: reason.text,
    stack: reason.stack,
    ...(Object.keys(reason.properties).length === 0 ? {} : { properties: formatTerm(reason.properties) }),
    causes: causes.map(({ text, stack }) => ({ reason: text, stack })),
    initialCall: report.initialCall,
    currentFunction: report.currentFunction,
    ancestors: report.ancestors.map(String),
    links: report.links?.map(String),
    mailboxLength: report.mailboxLength,
    lastMessage: "lastMessage" in report ? formatTerm(report.lastMessage) : undefined,
    scheduler: report.scheduler,
  });
}
