/** Literals: deep-frozen terms that are sent without a copy. */
import { badTerm } from "./bad-term.ts";
import { copyTerm } from "./copy.ts";
import { TERM } from "./host.ts";
import { kindOf } from "./kinds.ts";

/**
 * A deep-frozen copy of a term made of arrays, plain objects, primitives, pids, references, functions and definitions. A literal, and any part
 * of one, is sent without a copy on its core, and is frozen again where it arrives on another.
 * Throws {@link BadTermError} for what is no term, or holds something that freezing does not make immutable (a Map, a Date, a Buffer, …).
 *
 * @example
 * const ROUTES = literal({ "/": "home", "/about": "about" });
 */
export function literal<T>(value: T): T {
  if (isLiteral(value)) return value;
  const copied = copyTerm(value);
  freezeLiteral(copied);
  return copied;
}

/** Whether a value is a literal or a part of one. Primitives need not be: they are never copied. */
export function isLiteral(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    (value as { [TERM]?: unknown })[TERM] === "literal" &&
    Object.hasOwn(value, TERM)
  );
}

const NAMES: Readonly<Record<string, string>> = { "": "a mutable object", error: "an error", shared: "shared memory" };

/** Makes a literal of a fresh term that nobody else has. */
export function freezeLiteral(root: unknown): void {
  const todo: { value: unknown; path: string }[] = [{ value: root, path: "" }];
  const fresh: object[] = [];
  for (let item = todo.pop(); item !== undefined; item = todo.pop()) {
    const { value, path } = item;
    if (typeof value !== "object" || value === null) continue;
    const kind = kindOf(value);
    switch (kind) {
      case "array":
      case "plain":
      case "null prototype":
        fresh.push(value);
        for (const key of Reflect.ownKeys(value)) {
          const step = kind === "array" ? `[${String(key)}]` : `.${String(key)}`;
          if (Object.prototype.propertyIsEnumerable.call(value, key))
            todo.push({ value: (value as Record<PropertyKey, unknown>)[key], path: path + step });
        }
        break;
      case "pid":
      case "ref":
      case "literal":
      case "definition":
      case "stand-in":
        break;
      default:
        throw badTerm(
          path,
          `${NAMES[kind ?? ""] ?? `a ${kind}`}, which freezing does not make immutable`,
          "literals hold arrays, plain objects and primitives only",
        );
    }
  }
  for (const value of fresh) {
    Object.defineProperty(value, TERM, { value: "literal" });
    Object.freeze(value);
  }
}
