/** Exit reasons for people: through the wrappings that starts and shutdowns put around them, to what went wrong in the first place. */
import { formatTerm, reasonChain, type Paint, type ReasonDetails } from "@agner/vm/report";
import { brokenRule } from "../gen/format.ts";

/** Reasons may contain themselves. */
const MOST_LINKS = 16;

/** What happened, and below it why, outermost first. Throws nothing, whatever the reason holds. */
export function explain(reason: unknown): ReasonDetails[] {
  const links: ReasonDetails[] = [];
  let next: { readonly reason: unknown } | undefined = { reason };
  while (next !== undefined && links.length < MOST_LINKS) {
    const { reason: current }: { readonly reason: unknown } = next;
    const wrapping = unwrap(current);
    links.push(wrapping === undefined ? safeDetails(current) : { text: wrapping.text, stack: [], properties: {} });
    next = wrapping ?? causeOf(current);
  }
  return links;
}

/** A wrapping of this library around a reason, in words. */
function unwrap(reason: unknown): { readonly text: string; readonly reason: unknown } | undefined {
  if (typeof reason !== "object" || reason === null || reason instanceof Error) return undefined;
  const { shutdown, failedToStartChild } = reason as { shutdown?: unknown; failedToStartChild?: unknown };
  if (isWrapping(shutdown)) return unwrap(shutdown);
  if (!isChild(failedToStartChild)) return undefined;
  return { text: `the child ${safeTerm(failedToStartChild.id)} could not be started`, reason: failedToStartChild.reason };
}

function isWrapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "failedToStartChild");
}

function isChild(value: unknown): value is { readonly id: unknown; readonly reason: unknown } {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "id") && Object.hasOwn(value, "reason");
}

function causeOf(reason: unknown): { readonly reason: unknown } | undefined {
  return reason instanceof Error && reason.cause !== undefined ? { reason: reason.cause } : undefined;
}

function safeDetails(reason: unknown): ReasonDetails {
  try {
    const [details] = reasonChain(reason) as [ReasonDetails];
    const rule = brokenRule(reason);
    return rule === undefined ? withoutCause(details, reason) : { ...details, text: `${details.text}: ${rule}` };
  } catch {
    return { text: safeTerm(reason), stack: [], properties: {} };
  }
}

/** The typed errors of this library carry their cause under `reason` as well. */
function withoutCause(details: ReasonDetails, error: unknown): ReasonDetails {
  if (!(error instanceof Error) || error.cause === undefined || details.properties["reason"] !== error.cause) return details;
  const { reason: _same, ...properties } = details.properties;
  return { ...details, properties };
}

/** A term on one line, cut where it is large, also where its own way to show itself fails. */
export function safeTerm(term: unknown): string {
  try {
    return formatTerm(term);
  } catch {
    return `[${typeof term} that cannot be shown]`;
  }
}

/** What happened, on one line. Throws nothing. */
export function reasonLine(reason: unknown): string {
  return safeDetails(reason).text;
}

/** A heading with a reason, and below it stacks and causes. */
export function reasonBlock(heading: string, reason: unknown, style: Paint): string[] {
  const [first, ...causes] = explain(reason) as [ReasonDetails, ...ReasonDetails[]];
  const lines = [`${heading} ${style("bold", first.text)}`, ...below(first, "    ", style)];
  for (const cause of causes) lines.push(`  ${style("red", "Caused by:")} ${cause.text}`, ...below(cause, "      ", style));
  return lines;
}

function below({ stack, properties }: ReasonDetails, indent: string, style: Paint): string[] {
  const lines = stack.map((line) => `${indent}${style("dim", line)}`);
  if (Object.keys(properties).length > 0) lines.push(`${indent}${safeTerm(properties)}`);
  return lines;
}
