/**
 * Rewrites a bundle of the real protocol modules for the simulation. Methods of classes, and functions that reach an `Atomics` operation,
 * become generators that yield before each such operation; the machine (machine.ts) performs it when it is this thread's turn, and hands back
 * the result. Plain accesses by index, and methods of typed arrays, are told to the machine, too. Constructors, getters and callbacks run in
 * one piece.
 *
 * Only code of the given files is rewritten. `esbuild` says in comments from which file a part of a bundle is.
 */
import { parse, type AnyNode, type CallExpression, type Program } from "acorn";

/** A place in the source at which shared memory is used atomically. */
export interface Site {
  readonly operation: string;
  /** The method or function, as in `RingProducer.publish`. */
  readonly where: string;
  /** Whether it is passed step by step; in a constructor or a getter it is not. */
  readonly steps: boolean;
}

export interface Rewritten {
  /** Uses `$`, the machine's runtime. */
  readonly code: string;
  readonly sites: readonly Site[];
  /** Names of the functions that have become generators. */
  readonly functions: ReadonlySet<string>;
}

/** Methods of typed arrays that touch memory. */
const BULK = new Set(["set", "slice", "subarray", "fill", "copyWithin"]);
const VIEWS = new Set(["Int32Array", "Uint8Array", "Uint16Array", "Float64Array"]);

/** `also`: further functions that are to become generators, though in this bundle they reach no atomic operation. */
export function rewrite(
  source: string,
  isProtocol: (file: string) => boolean,
  firstSite: number,
  also: ReadonlySet<string> = new Set(),
): Rewritten {
  const program = parse(source, { ecmaVersion: "latest", sourceType: "script" });
  const rewriter = new Rewriter(source, program, isProtocol, firstSite, also);
  return { code: rewriter.emit(program, OUTSIDE), sites: rewriter.sites, functions: rewriter.functions };
}

interface Context {
  readonly protocol: boolean;
  /** Whether the innermost function is a generator. */
  readonly yields: boolean;
  readonly className: string;
  readonly where: string;
  /** Names of the function's parameters: what is called by one of them may take steps. */
  readonly parameters: ReadonlySet<string>;
}

const OUTSIDE: Context = { protocol: false, yields: false, className: "", where: "", parameters: new Set() };

class Rewriter {
  readonly sites: Site[] = [];
  readonly functions: Set<string>;
  private readonly source: string;
  private readonly firstSite: number;
  private readonly methods = new Set<string>();
  /** Where the part of each file begins. */
  private readonly parts: { readonly at: number; readonly protocol: boolean }[] = [];

  constructor(
    source: string,
    program: Program,
    isProtocol: (file: string) => boolean,
    firstSite: number,
    also: ReadonlySet<string>,
  ) {
    this.source = source;
    this.firstSite = firstSite;
    for (const found of source.matchAll(/^ *\/\/ (\S+\.[jt]s)$/gm)) {
      this.parts.push({ at: found.index, protocol: isProtocol(found[1]!) });
    }
    this.functions = this.reaching(program, also);
  }

  emit(node: AnyNode, context: Context): string {
    if (!context.protocol && context.where === "" && this.isProtocolAt(node.start)) context = { ...context, protocol: true };
    switch (node.type) {
      case "VariableDeclarator":
        if (node.id.type === "Identifier" && node.init?.type === "ClassExpression") {
          return this.plain(node, { ...context, className: node.id.name });
        }
        break;
      case "ClassDeclaration":
        return this.plain(node, { ...context, className: node.id?.name ?? "" });
      case "FunctionDeclaration": {
        const name = node.id?.name ?? "";
        const yields = context.protocol && this.functions.has(name);
        const inner = { ...context, yields, where: name, parameters: parametersOf(node) };
        const text = this.plain(node, inner);
        return yields ? text.replace("function", "function*") : text;
      }
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return this.plain(node, { ...context, yields: false });
      case "PropertyDefinition":
        return this.plain(node, { ...context, yields: false });
      case "MethodDefinition": {
        const name = node.key.type === "Identifier" ? node.key.name : "";
        const where = `${context.className.replace(/^_|\d+$/g, "")}.${name}`;
        if (!context.protocol || !isStepping(node)) return this.plain(node, { ...context, yields: false, where });
        const { value } = node;
        return `*${name}${this.plain(value, { ...context, yields: true, where, parameters: parametersOf(value) })}`;
      }
      case "NewExpression":
        if (context.protocol && node.callee.type === "Identifier" && VIEWS.has(node.callee.name))
          return `$.view(${this.plain(node, context)})`;
        break;
      case "CallExpression":
        if (context.protocol) return this.call(node, context);
        break;
      case "AssignmentExpression":
        if (context.protocol && isIndexed(node.left)) {
          const [object, index] = this.ends(node.left, context);
          const value = this.emit(node.right, context);
          if (node.operator === "=") return `$.set(${object}, ${index}, ${value})`;
          return `$.change(${object}, ${index}, "${node.operator.slice(0, -1)}", ${value}, false)`;
        }
        break;
      case "UpdateExpression":
        if (context.protocol && isIndexed(node.argument)) {
          const [object, index] = this.ends(node.argument, context);
          return `$.change(${object}, ${index}, "${node.operator[0]}", 1, ${!node.prefix})`;
        }
        break;
      case "MemberExpression":
        if (context.protocol && isIndexed(node) && !node.optional) {
          const [object, index] = this.ends(node, context);
          return `$.get(${object}, ${index})`;
        }
        break;
    }
    return this.plain(node, context);
  }

  private call(node: CallExpression, context: Context): string {
    const { callee } = node;
    if (callee.type === "Identifier" && this.functions.has(callee.name)) {
      const text = this.plain(node, context);
      return context.yields ? `(yield* ${text})` : `$.finish(${text})`;
    }
    if (callee.type === "Identifier" && context.yields && context.parameters.has(callee.name) && !node.optional)
      return stepInto(this.plain(node, context));
    if (callee.type !== "MemberExpression" || callee.computed || callee.property.type !== "Identifier")
      return this.plain(node, context);
    const { name } = callee.property;
    if (callee.object.type === "Identifier" && callee.object.name === "Atomics") {
      const site = this.firstSite + this.sites.push({ operation: name, where: context.where, steps: context.yields }) - 1;
      const list = node.arguments.map((argument) => this.emit(argument, context)).join(", ");
      return context.yields ? `(yield $.ask(${site}, ${list}))` : `$.now(${site}, ${list})`;
    }
    if (BULK.has(name)) {
      const list = node.arguments.map((argument) => this.emit(argument, context));
      return `$.bulk(${[this.emit(callee.object, context), `"${name}"`, ...list].join(", ")})`;
    }
    if (!this.methods.has(name)) return this.plain(node, context);
    return context.yields ? stepInto(this.withSteppingCallbacks(node, context)) : `$.finish(${this.plain(node, context)})`;
  }

  /** A call of a method; arrow functions among its arguments take steps of their own. */
  private withSteppingCallbacks(node: CallExpression, context: Context): string {
    if (node.optional || !node.arguments.some(isBlockArrow)) return this.plain(node, context);
    const list = node.arguments.map((argument) => {
      if (!isBlockArrow(argument)) return this.emit(argument, context);
      const parameters = argument.params.map((parameter) => this.emit(parameter, context)).join(", ");
      return `function* (${parameters}) ${this.emit(argument.body, context)}`;
    });
    return `${this.emit(node.callee, context)}(${list.join(", ")})`;
  }

  private ends(node: Indexed, context: Context): [string, string] {
    return [this.emit(node.object, context), this.emit(node.property, context)];
  }

  /** The node as it is, with its children rewritten. */
  private plain(node: AnyNode, context: Context): string {
    let text = "";
    let from = node.start;
    for (const child of children(node)) {
      text += this.source.slice(from, child.start) + this.emit(child, context);
      from = child.end;
    }
    return text + this.source.slice(from, node.end);
  }

  private isProtocolAt(at: number): boolean {
    let protocol = false;
    for (const part of this.parts) {
      if (part.at > at) break;
      ({ protocol } = part);
    }
    return protocol;
  }

  /** Names of the top-level functions from which an atomic operation or a method that may yield can be reached. */
  private reaching(program: Program, also: ReadonlySet<string>): Set<string> {
    const calls = new Map<string, Set<string>>();
    const walk = (node: AnyNode, inside: string): void => {
      if (node.type === "MethodDefinition" && isStepping(node) && this.isProtocolAt(node.start)) {
        if (node.key.type === "Identifier") this.methods.add(node.key.name);
        inside = "";
      } else if (node.type === "FunctionDeclaration") inside = this.isProtocolAt(node.start) ? (node.id?.name ?? "") : "";
      if (node.type === "CallExpression" && inside !== "") {
        const names = calls.get(inside) ?? new Set();
        calls.set(inside, names);
        const { callee } = node;
        if (callee.type === "Identifier") names.add(callee.name);
        else if (callee.type === "MemberExpression") {
          if (callee.object.type === "Identifier" && callee.object.name === "Atomics") names.add("Atomics");
          else if (callee.property.type === "Identifier") names.add(`.${callee.property.name}`);
        }
      }
      for (const child of children(node)) walk(child, inside);
    };
    walk(program, "");
    const methods = [...this.methods].map((name) => `.${name}`);
    const found = new Set([...also, ...methods, "Atomics"]);
    for (let size = 0; size !== found.size;) {
      size = found.size;
      for (const [name, callees] of calls) for (const callee of callees) if (found.has(callee)) found.add(name);
    }
    for (const name of [...methods, "Atomics"]) found.delete(name);
    return found;
  }
}

function stepInto(text: string): string {
  return `($.t = ${text}, $.isSteps($.t) ? yield* $.t : $.t)`;
}

function parametersOf(node: { readonly params: readonly AnyNode[] }): ReadonlySet<string> {
  return new Set(node.params.flatMap((parameter) => (parameter.type === "Identifier" ? [parameter.name] : [])));
}

type Arrow = Extract<AnyNode, { type: "ArrowFunctionExpression" }>;

function isBlockArrow(node: AnyNode): node is Arrow {
  return node.type === "ArrowFunctionExpression" && node.body.type === "BlockStatement" && !node.async;
}

function isStepping(node: Extract<AnyNode, { type: "MethodDefinition" }>): boolean {
  return node.kind === "method" && !node.static && !node.value.generator && !node.value.async && !node.computed;
}

type Indexed = Extract<AnyNode, { type: "MemberExpression" }>;

function isIndexed(node: AnyNode): node is Indexed {
  return node.type === "MemberExpression" && node.computed && node.object.type !== "Super";
}

/** In the order of the source. */
function children(node: AnyNode): AnyNode[] {
  const isNode = (value: unknown): value is AnyNode =>
    typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
  const found = Object.values(node).flatMap((value: unknown) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
  // `{ a }` has the same node as key and value.
  return found.sort((a, b) => a.start - b.start).filter((child, i) => i === 0 || child.start >= found[i - 1]!.end);
}
