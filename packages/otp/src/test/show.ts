/** How failures show patterns and messages. */
import { AgnerError, isPid, isRef, type Pid } from "@agner/vm";
import { formatTerm } from "@agner/vm/report";

/** Most messages that a failure lists. */
const MOST_LISTED = 20;

/** An expectation that did not come true: `AGNER_EXPECTATION`. */
export function failed(message: string): AgnerError {
  return new AgnerError("AGNER_EXPECTATION", message);
}

/** What was waited for, on one line. */
export function showPattern(pattern: unknown): string {
  if (typeof pattern === "function")
    return pattern.name === "" || pattern.name === "pattern" ? "the predicate" : `the predicate ${pattern.name}`;
  if (Array.isArray(pattern)) return `[${pattern.map(showPattern).join(", ")}]`;
  if (typeof pattern !== "object" || pattern === null || isPid(pattern) || isRef(pattern)) return formatTerm(pattern);
  if (Object.getOwnPropertySymbols(pattern).some((symbol) => symbol.description === "@ts-pattern/matcher")) return "P.…";
  const prototype: unknown = Object.getPrototypeOf(pattern);
  if (prototype !== Object.prototype && prototype !== null) return formatTerm(pattern);
  const entries = Object.entries(pattern).map(([key, value]) => `${key}: ${showPattern(value)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/** A message on one line; requests to servers as they were made. */
export function showMessage(message: unknown): string {
  const { type, name, args, pid } = (message ?? {}) as { type?: unknown; name?: unknown; args?: unknown[]; pid?: Pid };
  if ((type === "$call" || type === "$cast") && typeof name === "string" && Array.isArray(args)) {
    const request = `${name}(${args.map((arg) => formatTerm(arg)).join(", ")})`;
    return type === "$call" ? `the call ${request} of ${String(pid)}` : `the cast ${request}`;
  }
  return formatTerm(message);
}

/** Messages one below the other, after how many there are. */
export function listMessages(messages: readonly unknown[], none: string): string {
  if (messages.length === 0) return none;
  const lines = messages.slice(0, MOST_LISTED).map((message, index) => `\n  ${index + 1}. ${showMessage(message)}`);
  const more = messages.length > MOST_LISTED ? `\n  … and ${messages.length - MOST_LISTED} more` : "";
  return `${messages.length === 1 ? "one message" : `${messages.length} messages`} came:${lines.join("")}${more}`;
}
