/** Definitions: exported constants (servers, supervisors) that travel by the name under which their module exports them. */
import { AgnerError } from "../errors.ts";
import { host, TERM, type StandIn } from "./host.ts";

/**
 * Marks an exported constant as a term by reference: it travels as module and export name, and arrives as that core's own instance.
 * Returns the same value. Throws {@link AgnerError} (`AGNER_BAD_ARGUMENT`) for a primitive, or for an object that is frozen already.
 *
 * @example
 * export const Settings = definition({ retries: 3, backoff: (n: number) => n * 2 });
 */
export function definition<T>(value: T): T {
  mark(value, "definition");
  return value;
}

/** Whether a value was marked by {@link definition}. */
export function isDefinition(value: unknown): boolean {
  return markOf(value) === "definition";
}

/** Whether a value was marked, and this core knows by which name it travels. */
export function isKnownDefinition(value: object): boolean {
  return markOf(value) === "definition" && host.definitionRef(value) !== undefined;
}

/** The name under which a module of this core exports a definition. */
export function exportNameOf(value: object): string | undefined {
  return markOf(value) === "definition" ? host.definitionRef(value)?.name : undefined;
}

/**
 * Marks an immutable object with methods (a server's client) to travel as a definition and a term: where it arrives,
 * `definition[REVIVE](data)` makes it again. On its own core it is sent by reference.
 */
export function standIn<T extends object>(value: T, parts: StandIn): T {
  mark(value, parts);
  return value;
}

function markOf(value: unknown): unknown {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || !Object.hasOwn(value, TERM))
    return undefined;
  return (value as { [TERM]?: unknown })[TERM];
}

function mark(value: unknown, how: "definition" | StandIn): void {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) {
    throw new AgnerError(
      "AGNER_BAD_ARGUMENT",
      "definition: only an object or a function can be one; a primitive is copied anyway",
    );
  }
  const before = markOf(value);
  if (before === "definition" && how === "definition") return;
  if (before !== undefined || !Object.isExtensible(value)) {
    throw new AgnerError(
      "AGNER_BAD_ARGUMENT",
      "definition: the value is frozen or a literal and cannot be marked; call definition(value) first and freeze its result",
    );
  }
  Object.defineProperty(value, TERM, { value: how });
}
