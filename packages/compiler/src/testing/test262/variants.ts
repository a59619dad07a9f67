/**
 * The forms in which a test is run. As it stands, its text is the top level of a module, which runs in native mode. In `main` it is the body of a
 * function, which is compiled to suspend and is preempted; where that changes what the test means, it changes it for the plain run too.
 */
import { parse } from "acorn";
import type { Metadata } from "./metadata.ts";

export interface Variant {
  readonly name: "main" | "top";
  readonly text: string;
}

/** The function into which a test is wrapped. */
export const MAIN = "$main";

export function variantsOf(text: string, metadata: Metadata): Variant[] {
  const top: Variant = { name: "top", text };
  if (metadata.negative?.phase === "parse" || metadata.negative?.phase === "resolution" || metadata.flags.includes("raw"))
    return [top];
  const wrapped = metadata.flags.includes("module") ? wrapModule(text) : wrap("", text);
  return wrapped === undefined ? [top] : [{ name: "main", text: wrapped }, top];
}

function wrap(before: string, body: string): string {
  return `${before}export function ${MAIN}() {\n${body}\n}\n`;
}

/** Imports stay where they are; a module that exports something of its own, or awaits, cannot be wrapped. */
function wrapModule(text: string): string | undefined {
  let body;
  try {
    body = parse(text, { ecmaVersion: "latest", sourceType: "module" }).body;
  } catch {
    return undefined;
  }
  let imports = "";
  let rest = text;
  for (const s of body) {
    const outside =
      s.type === "ImportDeclaration" ||
      s.type === "ExportAllDeclaration" ||
      (s.type === "ExportNamedDeclaration" && s.source != null);
    if (outside) {
      imports += `${text.slice(s.start, s.end)}\n`;
      rest = rest.slice(0, s.start) + " ".repeat(s.end - s.start) + rest.slice(s.end);
    } else if (s.type.startsWith("Export")) return undefined;
  }
  const wrapped = wrap(imports, rest);
  try {
    parse(wrapped, { ecmaVersion: "latest", sourceType: "module" });
    return wrapped;
  } catch {
    return undefined;
  }
}
