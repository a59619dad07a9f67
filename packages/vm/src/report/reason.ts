/** Exit reasons, for people: one line for what happened, and for errors the stack and what caused them. */
import { inspect } from "node:util";

/** How much of a large term a report shows. */
const SHOWN_TERM = { depth: 4, breakLength: Infinity, compact: true, maxArrayLength: 20, maxStringLength: 500 } as const;
/** A cause may be its own cause. */
const MOST_CAUSES = 8;

/** A term on one line, cut where it is large. */
export function formatTerm(term: unknown): string {
  return inspect(term, SHOWN_TERM).replaceAll("\n", "\\n");
}

/**
 * An exit reason on one line (more, if an error's message has more).
 *
 * @example
 * formatReason(new TypeError("no")); // TypeError: no
 * formatReason({ shutdown: "restart" }); // { shutdown: 'restart' }
 */
export function formatReason(reason: unknown): string {
  if (reason instanceof Error) {
    const { code } = reason as { code?: unknown };
    const name = typeof code === "string" ? `${reason.name} [${code}]` : reason.name;
    return reason.message === "" ? name : `${name}: ${reason.message}`;
  }
  if (isNoCatch(reason)) return `threw ${formatTerm(reason.nocatch)}, which is not an Error`;
  return formatTerm(reason);
}

/** A value that was thrown and is no error. */
function isNoCatch(reason: unknown): reason is { nocatch: unknown } {
  return typeof reason === "object" && reason !== null && Object.keys(reason).length === 1 && "nocatch" in reason;
}

/** An error taken apart: the causes are in `causes`, outermost first. */
export interface ReasonDetails {
  readonly text: string;
  /** Stack lines without the heading, each `at …`. */
  readonly stack: readonly string[];
  /** Own properties beside name, message, stack, code and cause. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** `reason` and the chain of its causes. `stack` stands for the reason's own, where that was taken elsewhere. */
export function reasonChain(reason: unknown, stack?: string): ReasonDetails[] {
  const chain = [details(reason, stack)];
  let current = reason;
  while (current instanceof Error && current.cause !== undefined && chain.length <= MOST_CAUSES) {
    current = current.cause;
    chain.push(details(current, undefined));
  }
  return chain;
}

function details(reason: unknown, stack: string | undefined): ReasonDetails {
  const text = formatReason(reason);
  if (!(reason instanceof Error)) return { text, stack: stackLines(stack), properties: {} };
  const {
    code: _code,
    cause: _cause,
    name: _name,
    message: _message,
    stack: _stack,
    ...properties
  } = { ...reason } as Record<string, unknown>;
  // An error that carries a reason of its own has it as its cause too, which is shown anyway.
  if ("reason" in properties && formatReason(properties["reason"]) === formatReason(reason.cause)) delete properties["reason"];
  return { text, stack: stackLines(stack ?? reason.stack), properties };
}

function stackLines(stack: unknown): string[] {
  if (typeof stack !== "string") return [];
  return stack
    .split("\n")
    .filter((line) => /^\s+(?:at |…)/.test(line))
    .map((line) => line.trim());
}
