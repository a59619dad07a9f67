/**
 * CommonJS modules: the body of a function of `exports`, `require`, `module`, `__filename` and `__dirname`. Compiled, these five are variables of the module, and what the body
 * declares is, too: so its functions and constants are found by every thread, as those of an ES module are. Output is strict; see sloppy.ts.
 */
import { parse as acorn } from "acorn";
import { children, isClass, isFunction, type Node } from "./ast.ts";
import { CompileError, type Position } from "./errors.ts";
import type { Parsed } from "./parse.ts";
import { Positions } from "./source-maps.ts";
import type { Module } from "./variables.ts";

/** What Node gives to the function around a module. */
const PARAMETERS = ["exports", "require", "module", "__filename", "__dirname"];
/** The variable for `this` of the top level, which stays what it was when `exports` is assigned. */
const TOP_THIS = "__agnerModuleThis";

/** A `require("…")` that is written out. */
export interface Require {
  readonly specifier: string;
  readonly node: Node;
}

/** Parses it as strict code: what only sloppy code may contain is an error here, and says so. */
export function parseCommonJs(source: string, filename: string): Parsed {
  const positions = new Positions(source, null);
  const common = { ecmaVersion: "latest", allowHashBang: true, allowReturnOutsideFunction: true } as const;
  try {
    const program = acorn(source, { ...common, sourceType: "module" }) as unknown as Node;
    for (const statement of program.body as Node[])
      if (/^(Import|Export)\w*Declaration$/.test(statement.type))
        throw new CompileError(
          filename,
          positions.at(statement.start),
          `"import" and "export" stand in ES modules only, and this is CommonJS`,
          undefined,
          source,
        );
    return { program, javascript: source, map: null, positions };
  } catch (e) {
    if (CompileError.is(e)) throw e;
    const at = (error: unknown): Position => positions.at((error as { pos?: number }).pos ?? 0);
    const reason = (error: unknown): string => (error as Error).message.replace(/ \(\d+:\d+\)$/, "");
    try {
      acorn(source, { ...common, sourceType: "script" });
    } catch (sloppy) {
      throw new CompileError(filename, at(sloppy), reason(sloppy), undefined, source);
    }
    throw new CompileError(filename, at(e), `${reason(e)}: CommonJS is compiled as strict code`, undefined, source);
  }
}

/** Makes the program of a CommonJS module one that can be compiled as that of an ES module; returns what it requires by name. */
export function declareParameters(program: Node, refuse: Module["refuse"]): Require[] {
  const used = new Set<string>();
  const requires: Require[] = [];
  const go = (node: Node, inFunction: boolean, isInside: boolean): void => {
    if (node.type === "ThisExpression" && !inFunction) {
      Object.assign(node, { type: "Identifier", name: TOP_THIS });
      used.add(TOP_THIS);
    } else if (node.type === "Identifier") used.add(node.name);
    else if (node.type === "CallExpression" && node.callee.type === "Identifier" && node.callee.name === "require") {
      const argument: Node | undefined = node.arguments[0];
      if (argument?.type === "Literal" && typeof argument.value === "string") requires.push({ specifier: argument.value, node });
    }
    if (isClass(node)) {
      if (node.superClass != null) go(node.superClass, inFunction, isInside);
      for (const member of node.body.body as Node[]) {
        if (member.computed === true) go(member.key, inFunction, isInside);
        if (member.type === "StaticBlock") go(member, true, true);
        else if (member.value != null) go(member.value, true, true);
      }
      return;
    }
    if (node.type === "AwaitExpression" && !isInside)
      refuse(node, '"await" stands in async functions and ES modules only, and this is CommonJS');
    const own = isFunction(node) && node.type !== "ArrowFunctionExpression";
    isInside ||= isFunction(node);
    children(node, (child) => go(child, inFunction || own, isInside));
  };
  go(program, false, false);
  const body = program.body as Node[];
  const declared = new Set(body.filter((s) => s.type === "FunctionDeclaration").map((s) => s.id.name as string));
  const at = { start: 0, end: 0 };
  const given = [...PARAMETERS.map((name) => [name, name] as const), [TOP_THIS, "exports"] as const];
  const declarations = given
    .filter(([name]) => used.has(name) && !declared.has(name))
    .map(([name, of]) => ({
      type: "VariableDeclarator",
      id: { type: "Identifier", name, ...at },
      init: { type: "Raw", code: `$m.commonjs.${of}`, ...at },
      ...at,
    }));
  if (declarations.length > 0) body.unshift({ type: "VariableDeclaration", kind: "var", declarations, ...at });
  return requires;
}
