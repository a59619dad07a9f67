/** Reasons of supervisors in sentences. */
import { formatTerm } from "@agner/vm/report";
import { formatReason } from "../gen/format.ts";

/** A reason of a start or of a refusal, in words. */
export function explainReason(reason: unknown): string {
  if (typeof reason === "string") return PLAIN[reason] ?? formatReason(reason);
  const [key, value] = onlyEntry(reason) ?? [];
  switch (key) {
    case "shutdown":
      return onlyEntry(value)?.[0] === "failedToStartChild" ? explainReason(value) : formatReason(reason);
    case "failedToStartChild": {
      const { id, reason: why } = value as { id: unknown; reason: unknown };
      return `its child ${formatTerm(id)} could not be started: ${explainReason(why)}`;
    }
    case "alreadyStarted":
      return `it runs already, as ${String(value)}`;
    case "badReturnValue":
      return `the start returned neither a pid, nor something that has one, nor undefined: ${formatTerm(value)}`;
    case "badReturn":
      return explainReturn(value as { module: string; function: string; value: unknown });
    case "supervisorData":
    case "startSpec":
      return explainReason(value);
    case "badStartSpec":
      return "a simple_one_for_one supervisor must have exactly one child specification";
    case "duplicateChildName":
      return `two child specifications have the id ${formatTerm(value)}; give one of them another`;
    case "badCombination":
      return explainCombination(value as Record<string, unknown>);
  }
  const rule = key === undefined ? undefined : RULES[key];
  return rule === undefined ? formatReason(reason) : `${rule}, and not ${formatTerm(value)}`;
}

const PLAIN: Readonly<Record<string, string>> = {
  not_found: "it has no such child; whichChildren() lists those it has",
  running: "the child runs; end it with terminateChild first",
  restarting: "the child is waiting for its restart; call that off with terminateChild first",
  already_present: "it has a child with this id, which does not run; start it with restartChild, or remove it with deleteChild",
  simple_one_for_one:
    "its children are all of one kind and have no ids; name a child by its pid, which only terminateChild takes",
  no_ids: "its children have no ids; name a child by its pid, which only terminateChild takes",
  max_children: "it has as many children as maxChildren allows",
  missing_id: "a child specification has no id; what genServer and its like have made gives a whole one: Counter.child(argument)",
  missing_start: "a child specification has no start: write start: [definition, …arguments], or start: [function, …arguments]",
};

/** What must hold, by the key of the reason that says that it does not. */
const RULES: Readonly<Record<string, string>> = {
  invalidStrategy: "strategy must be one_for_one, one_for_all, rest_for_one or simple_one_for_one",
  invalidIntensity: "intensity must be a whole number, 0 or more",
  invalidPeriod: "periodMs must be a whole number of milliseconds, more than 0",
  invalidAutoShutdown: "autoShutdown must be never, any_significant or all_significant",
  invalidMaxChildren: "maxChildren must be a whole number, 0 or more, or Infinity",
  invalidExtraArguments: "extraArguments must be an array",
  invalidPlacement: 'placement must be "supervisor" or "spread"',
  invalidChildren: "children must be an array of child specifications",
  invalidChildSpec: "a child specification must be an object",
  invalidStart: "a child's start must be an array of a definition or a function, and its arguments",
  invalidRestartType: "a child's restart must be permanent, transient or temporary",
  invalidSignificant: "a child's significant must be true or false",
  invalidChildType: "a child's type must be worker or supervisor",
  invalidShutdown: "a child's shutdown must be a whole number of milliseconds, Infinity or brutal_kill",
  invalidModules: 'a child\'s modules must be an array of strings, or "dynamic"',
  invalidModule: "a child's modules must be strings",
  invalidBackoff:
    "a child's backoffMs must be { min, max, factor, jitter }, with 0 <= min <= max, factor >= 1, and jitter from 0 to 1",
};

function explainReturn({ function: callback, value }: { function: string; value: unknown }): string {
  return callback === "init"
    ? `init must return the flags and children of a supervisor, or ignore(), and not ${formatTerm(value)}`
    : `children must return an array of child specifications, or ignore(), and not ${formatTerm(value)}`;
}

function explainCombination(parts: Record<string, unknown>): string {
  return "autoShutdown" in parts
    ? "a child cannot be significant in a supervisor whose autoShutdown is never"
    : "a child that is permanent cannot be significant: it never ends";
}

function onlyEntry(value: unknown): [string, unknown] | undefined {
  if (typeof value !== "object" || value === null || value instanceof Error) return undefined;
  const entries = Object.entries(value);
  return entries.length === 1 ? entries[0] : undefined;
}
