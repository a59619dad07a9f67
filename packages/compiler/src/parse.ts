/** TypeScript (and JavaScript that is ahead of its time) to JavaScript by esbuild, JavaScript to a tree by acorn; syntax errors of either become compile errors in the source given. */
import { parse as acorn } from "acorn";
import { transformSync, type Loader, type Message, type TransformFailure } from "esbuild";
import { children, isClass, type Node } from "./ast.ts";
import { CompileError } from "./errors.ts";
import { formerNames, Positions } from "./source-maps.ts";

export interface Parsed {
  program: Node;
  /** What acorn parsed. */
  javascript: string;
  map: string | null;
  positions: Positions;
}

export function parseModule(source: string, filename: string, loader: "ts" | "tsx" | "js" | "jsx"): Parsed {
  if (loader === "js" && !SPELLED_OUT.test(source)) return parseJavaScript(source, null, filename, source);
  const { code, map } = toJavaScript(source, filename, loader);
  return parseJavaScript(code, map, filename, source);
}

/** Whether JavaScript may contain what esbuild has to spell out. Any other is taken as it stands: esbuild lets pass some of what is no JavaScript. Specifiers (`from "@…"`) are not meant. */
const SPELLED_OUT = /(?<!\b(?:from|import|require)\s*\(?\s*["'])@|\busing\b/;

function parseJavaScript(code: string, map: string | null, filename: string, source: string): Parsed {
  const positions = new Positions(code, map);
  try {
    const program = acorn(code, { ecmaVersion: "latest", sourceType: "module", allowHashBang: true }) as unknown as Node;
    if (map !== null) {
      const former = formerNames(code, map);
      const early = code.includes(EARLY_ACCESS) ? earlyAccesses(program, former) : [];
      if (!SPELLED_OUT.test(source)) restoreNames(program, former);
      for (const [node, id] of early)
        Object.assign(node, { type: "Identifier", name: id.name, callee: undefined, arguments: undefined });
    }
    return { program, javascript: code, map, positions };
  } catch (e) {
    const at = positions.at((e as { pos?: number }).pos ?? 0);
    const reason = (e as Error).message.replace(/ \(\d+:\d+\)$/, "");
    throw new CompileError(filename, at, reason, hintFor(reason), source);
  }
}

/** What esbuild calls where a computed key of a class names the class, though a closure there may be called when there is one. */
const EARLY_ACCESS = "var __earlyAccess = (name) => {";

/** Such calls, each with the name that the class has. */
function earlyAccesses(program: Node, former: ReadonlyMap<number, string>): [call: Node, id: Node][] {
  const found: [Node, Node][] = [];
  /** `around`: the names of the classes in whose computed keys `node` is. */
  const go = (node: Node, around: readonly Node[]): void => {
    if (node.type === "CallExpression" && node.callee.type === "Identifier" && node.callee.name === "__earlyAccess") {
      const id = around.findLast((c) => (former.get(c.start) ?? c.name) === node.arguments[0]?.value);
      if (id !== undefined) found.push([node, id]);
    } else if (isClass(node)) {
      if (node.superClass != null) go(node.superClass, around);
      for (const m of node.body.body as Node[])
        children(m, (child) =>
          go(child, m.computed === true && child === m.key && node.id != null ? [...around, node.id] : around),
        );
    } else children(node, (child) => go(child, around));
  };
  go(program, []);
  return found;
}

/**
 * esbuild numbers inner names that are those of outer ones, which functions would show as theirs. In the source they stood like that, so
 * they can be taken back. A name that stands anywhere for something of esbuild's own, as for an enum inside of it, is left.
 */
function restoreNames(program: Node, former: ReadonlyMap<number, string>): void {
  if (former.size === 0) return;
  const all = new Map<string, { name: string; nodes: Node[] } | null>();
  const go = (node: Node): void => {
    if (node.type === "Identifier" && /\d$/.test(node.name)) {
      const name = former.get(node.start);
      const numbered = name !== undefined && node.name.startsWith(name) && /^\d+$/.test(node.name.slice(name.length));
      const known = all.get(node.name);
      if (!numbered || known === null || (known !== undefined && known.name !== name)) all.set(node.name, null);
      else if (known === undefined) all.set(node.name, { name, nodes: [node] });
      else known.nodes.push(node);
    }
    children(node, go);
  };
  go(program);
  for (const found of all.values()) for (const node of found?.nodes ?? []) node.name = found!.name;
}

function toJavaScript(source: string, filename: string, loader: Loader): { code: string; map: string | null } {
  try {
    const result = transformSync(source, {
      loader,
      sourcefile: filename,
      target: "esnext",
      charset: "utf8",
      keepNames: false,
      sourcemap: "external",
      logLevel: "silent",
      // Syntax that is not in JavaScript yet is spelled out.
      supported: { using: false, decorators: false },
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, target: "esnext", useDefineForClassFields: true } },
    });
    return { code: result.code, map: result.map };
  } catch (e) {
    const first: Message | undefined = (e as TransformFailure).errors?.[0];
    if (first === undefined) throw e;
    const at = { line: first.location?.line ?? 1, column: (first.location?.column ?? 0) + 1 };
    throw new CompileError(filename, at, first.text, hintFor(first.text), source);
  }
}

function hintFor(message: string): string | undefined {
  if (/await/.test(message)) {
    return "A process function is not async: write wait(promise), imported from @agner/vm, which parks the process until the promise settles.";
  }
  return undefined;
}
