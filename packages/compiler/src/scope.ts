/** Scope analysis: which variable every identifier means, who captures it, and the table of functions and classes. */
import { children, hasArrayPattern, helper, isClass, isFunction, patternNames, type Node } from "./ast.ts";
import { collectExports, collectImports } from "./links.ts";
import { CALLBACK_METHODS, CALLBACK_STATICS, PROXY_TRAPS } from "./method-names.ts";
import { guardedValue, isWrittenAnywhere, syntaxName } from "./syntax-methods.ts";
import {
  makeVariable,
  type ClassUnit,
  type Fn,
  type FnKind,
  type Module,
  type Scope,
  type Unit,
  type Variable,
  type VariableKind,
} from "./variables.ts";

/** Whether a property is the prototype of the object literal that it stands in. */
export function isPrototype({ key, kind, computed, shorthand }: Node): boolean {
  return kind === "init" && computed !== true && shorthand !== true && (key.name ?? key.value) === "__proto__";
}

/** Whether an assignment gives its name to the function on its right; in parentheses a name is none. */
function namesRight({ left, operator, start }: Node): boolean {
  return left.type === "Identifier" && left.start === start && /^(=|\|\|=|&&=|\?\?=)$/.test(operator);
}

export function analyse(program: Node, refuse: Module["refuse"]): Module {
  const top = makeFn(program, null, null, "module", "module");
  top.mode = "N";
  const moduleScope: Scope = { variables: new Map(), list: [], parent: null, unit: top, kind: "module" };
  top.scope = moduleScope;
  const module: Module = {
    program,
    functions: [],
    classes: [],
    top,
    scope: moduleScope,
    imports: [],
    exports: [],
    stars: [],
    globals: new Set(),
    defaultVariable: null,
    topLevelAwait: false,
    refuse,
  };

  function makeFn(node: Node, parent: Fn | null, up: Unit | null, kind: FnKind, name: string): Fn {
    return {
      unit: "fn",
      index: -1,
      node,
      parent,
      up,
      kind,
      name,
      arrow: kind === "arrow",
      generator: node.generator === true,
      async: node.async === true,
      own: [],
      free: new Set(),
      kids: [],
      calls: [],
      loops: 0,
      iterated: [],
      mode: "P",
      charges: false,
      thisVariable: null,
      argumentsVariable: null,
      newTargetVariable: null,
      selfVariable: null,
      privateOf: null,
      use: "value",
      heldBy: null,
      cls: null,
      syntaxName: null,
      inKey: false,
      objectMethod: null,
      topLevel: false,
      exported: null,
      scope: null,
      site: -1,
      factory: null,
      value: "",
    };
  }

  /** In the initialiser of a field, where `new.target` is undefined. */
  let inInitialiser = false;

  function fnOf(unit: Unit): Fn {
    return unit.unit === "fn" ? unit : unit.parent;
  }

  function declare(name: string, kind: VariableKind, scope: Scope, unit: Unit, node: Node | null): Variable {
    const existing = scope.variables.get(name);
    if (existing !== undefined && existing.kind !== "self") return existing;
    const variable = makeVariable(name, kind, unit);
    variable.scope = scope;
    variable.module = scope.kind === "module";
    if (node !== null) variable.declarationEnd = node.end;
    scope.variables.set(name, variable);
    scope.list.push(variable);
    if (unit.unit === "fn") unit.own.push(variable);
    return variable;
  }

  function declareLexical(statements: Node[], scope: Scope, unit: Unit): void {
    for (let s of statements) {
      if (s.type === "ExportNamedDeclaration" || s.type === "ExportDefaultDeclaration") {
        if (s.declaration == null) continue;
        s = s.declaration;
      }
      if (s.type === "VariableDeclaration" && s.kind !== "var") {
        for (const d of s.declarations as Node[]) {
          for (const name of patternNames(d.id)) {
            const v = declare(name.name, s.kind, scope, unit, d);
            if (d.id === name) hold(v, d.init);
          }
        }
      } else if (s.type === "FunctionDeclaration" && s.id != null) {
        const v = declare(s.id.name, "function", scope, unit, null);
        v.declarationEnd = -1;
        v.init = s;
      } else if (s.type === "ClassDeclaration" && s.id != null) {
        const v = declare(s.id.name, "class", scope, unit, s);
        v.init = s;
      }
    }
  }

  function hold(v: Variable, init: Node | null | undefined): void {
    if (init == null) return;
    v.init = init;
  }

  function declareVars(node: Node, scope: Scope, unit: Unit): void {
    if (isFunction(node) || isClass(node)) return;
    if (node.type === "VariableDeclaration" && node.kind === "var") {
      for (const d of node.declarations as Node[]) {
        for (const name of patternNames(d.id)) {
          const v = declare(name.name, "var", scope, unit, null);
          v.declarationEnd = -1;
          if (d.id === name && d.init != null) v.init ??= d.init;
        }
      }
      return;
    }
    // Expressions declare nothing.
    if (/Expression$|Literal$|Identifier$/.test(node.type)) return;
    children(node, (c) => declareVars(c, scope, unit));
  }

  function lookup(name: string, scope: Scope | null): Variable | undefined {
    for (let s = scope; s !== null; s = s.parent) {
      const v = s.variables.get(name);
      if (v !== undefined) return v;
    }
    return undefined;
  }

  function use(v: Variable, unit: Unit, node: Node): void {
    v.references.push({ unit, node, write: false, callee: false });
  }

  function reference(node: Node, scope: Scope, unit: Unit, write: boolean, callee = false): void {
    const v = lookup(node.name, scope);
    if (v === undefined) {
      if (node.name === "arguments" && argumentsOwner(fnOf(unit)) !== null) {
        const owner = argumentsOwner(fnOf(unit))!;
        owner.argumentsVariable ??= makeVariable("arguments", "arguments", owner);
        node.v = owner.argumentsVariable;
        use(owner.argumentsVariable, unit, node);
        return;
      }
      module.globals.add(node.name);
      return;
    }
    node.v = v;
    v.references.push({ unit, node, write, callee });
    if (write) v.writes++;
  }

  function argumentsOwner(fn: Fn): Fn | null {
    let f: Fn | null = fn;
    while (f !== null && f.arrow) f = f.parent;
    return f === null || f.kind === "module" || f.kind === "static" ? null : f;
  }

  function thisOwner(unit: Unit): Fn {
    let f = fnOf(unit);
    while (f.arrow) f = f.parent!;
    return f;
  }

  function walkFunction(node: Node, scope: Scope, unit: Unit, kind: FnKind, name: string): Fn {
    const fn = makeFn(node, fnOf(unit), unit, kind, name);
    fn.index = module.functions.length;
    module.functions.push(fn);
    unit.kids.push(fn);
    node.fn = fn;
    const initialiser = inInitialiser;
    inInitialiser &&= kind === "arrow";
    if (unit.unit === "class" && kind !== "expression" && kind !== "arrow") fn.cls = unit;
    let outer = scope;
    if (node.type === "FunctionExpression" && node.id != null && kind === "expression") {
      const selfScope: Scope = { variables: new Map(), list: [], parent: scope, unit: fn, kind: "function" };
      fn.selfVariable = declare(node.id.name, "self", selfScope, fn, null);
      fn.selfVariable.declarationEnd = -1;
      fn.selfVariable.holds = fn;
      node.id.v = fn.selfVariable;
      outer = selfScope;
    }
    const s: Scope = { variables: new Map(), list: [], parent: outer, unit: fn, kind: "function" };
    fn.scope = s;
    for (const p of node.params as Node[])
      for (const n of patternNames(p)) declare(n.name, "param", s, fn, null).declarationEnd = p.end;
    for (const p of node.params as Node[]) {
      if (p.type === "RestElement" && p.argument.type === "Identifier") s.variables.get(p.argument.name)!.rest = true;
      walkPattern(p, s, fn, true);
      // Spelled out in the body, since what is iterated may be compiled code.
      if (hasArrayPattern(p) || fn.kids.length > 0) fn.loops++;
    }
    if (node.body.type === "BlockStatement") {
      declareLexical(node.body.body, s, fn);
      declareVars(node.body, s, fn);
      node.body.scope = s;
      for (const child of node.body.body as Node[]) walk(child, s, fn);
    } else walk(node.body, s, fn);
    inInitialiser = initialiser;
    return fn;
  }

  /** A function expression where something tells its name. */
  function walkNamed(node: Node | null | undefined, name: string, scope: Scope, unit: Unit): void {
    if (node == null) return;
    if (isFunction(node) && node.id == null) {
      walkFunction(node, scope, unit, node.type === "ArrowFunctionExpression" ? "arrow" : "expression", name);
    } else if (node.type === "ClassExpression" && node.id == null) walkClass(node, scope, unit, name);
    else walk(node, scope, unit);
  }

  function block(node: Node, body: Node[], scope: Scope, unit: Unit, kind: Scope["kind"] = "block"): Scope {
    const s: Scope = { variables: new Map(), list: [], parent: scope, unit, kind };
    declareLexical(body, s, unit);
    node.scope = s;
    return s;
  }

  function walkAll(nodes: (Node | null)[], scope: Scope, unit: Unit): void {
    for (const n of nodes) if (n != null) walk(n, scope, unit);
  }

  function walk(node: Node, scope: Scope, unit: Unit): void {
    switch (node.type) {
      case "FunctionDeclaration": {
        const fn = walkFunction(node, scope, unit, "declaration", node.id?.name ?? "default");
        if (node.id != null) {
          node.id.v = scope.variables.get(node.id.name);
          fn.use = "held";
          fn.heldBy = node.id.v;
          node.id.v.init = node;
        }
        return;
      }
      case "FunctionExpression":
        walkFunction(node, scope, unit, "expression", node.id?.name ?? "");
        return;
      case "ArrowFunctionExpression":
        walkFunction(node, scope, unit, "arrow", "");
        return;
      case "ClassDeclaration":
      case "ClassExpression":
        walkClass(node, scope, unit, node.id?.name ?? "");
        return;
      case "BlockStatement": {
        const s = block(node, node.body, scope, unit);
        walkAll(node.body, s, unit);
        return;
      }
      case "StaticBlock":
        return;
      case "SwitchStatement": {
        walk(node.discriminant, scope, unit);
        const s = block(
          node,
          (node.cases as Node[]).flatMap((c) => c.consequent),
          scope,
          unit,
          "switch",
        );
        s.cases = node.cases as Node[];
        for (const c of node.cases as Node[]) {
          if (c.test != null) walk(c.test, s, unit);
          walkAll(c.consequent, s, unit);
        }
        return;
      }
      case "ForStatement": {
        fnOf(unit).loops++;
        const s = block(node, node.init?.type === "VariableDeclaration" ? [node.init] : [], scope, unit);
        walkAll([node.init, node.test, node.update, node.body], s, unit);
        return;
      }
      case "ForInStatement":
      case "ForOfStatement": {
        fnOf(unit).loops++;
        if (node.await === true && fnOf(unit) === top) module.topLevelAwait = true;
        const declaration = node.left.type === "VariableDeclaration";
        const s = block(node, declaration ? [node.left] : [], scope, unit);
        for (const v of s.list) v.declarationEnd = node.right.end;
        if (declaration) {
          if (node.left.kind === "var") for (const n of patternNames(node.left.declarations[0].id)) reference(n, s, unit, true);
          walkPattern(node.left.declarations[0].id, s, unit, true);
        } else walkPattern(node.left, s, unit, false);
        walk(node.right, s, unit);
        walk(node.body, s, unit);
        return;
      }
      case "WhileStatement":
      case "DoWhileStatement":
        fnOf(unit).loops++;
        walk(node.test, scope, unit);
        walk(node.body, scope, unit);
        return;
      case "CatchClause": {
        const s: Scope = { variables: new Map(), list: [], parent: scope, unit, kind: "block" };
        node.scope = s;
        for (const n of patternNames(node.param)) declare(n.name, "catch", s, unit, null).declarationEnd = -1;
        if (node.param != null) {
          if (hasArrayPattern(node.param)) fnOf(unit).loops++;
          walkPattern(node.param, s, unit, true);
        }
        walk(node.body, s, unit);
        return;
      }
      case "VariableDeclaration":
        for (const d of node.declarations as Node[]) {
          if (node.kind === "var" && d.init != null) for (const n of patternNames(d.id)) reference(n, scope, unit, true);
          walkPattern(d.id, scope, unit, true);
          if (d.id.type === "ArrayPattern" && d.init != null) fnOf(unit).iterated.push(d.init);
          if (d.init != null) {
            walkNamed(d.init, d.id.type === "Identifier" ? d.id.name : "", scope, unit);
            if (d.id.type === "Identifier" && isFunction(d.init)) {
              d.init.fn.use = "held";
              d.init.fn.heldBy = d.id.v;
            }
          }
        }
        return;
      case "AssignmentExpression":
        if (node.left.type === "ArrayPattern") fnOf(unit).iterated.push(node.right);
        walkPattern(node.left, scope, unit, false);
        walkNamed(node.right, namesRight(node) ? node.left.name : "", scope, unit);
        if (node.left.type === "MemberExpression") {
          if (isFunction(node.right)) node.right.fn.syntaxName = syntaxName(node.left);
          if (isWrittenAnywhere(node.left, node.right) && node.operator === "=") {
            const put = helper(isFunction(node.right) ? "$putw" : "$put", node.left.object, node.left.property, node.right);
            Object.assign(node, put, { start: node.start, end: node.end });
          } else if (/^(=|\|\|=|&&=|\?\?=)$/.test(node.operator)) node.right = guardedValue(node.left, node.right);
        }
        return;
      case "UpdateExpression":
        walkPattern(node.argument, scope, unit, false);
        return;
      case "MemberExpression":
        walk(node.object, scope, unit);
        if (node.computed === true) walk(node.property, scope, unit);
        else if (node.property.type === "PrivateIdentifier") usePrivate(unit, node.property);
        return;
      case "BinaryExpression":
        if (node.left.type === "PrivateIdentifier") usePrivate(unit, node.left);
        else walk(node.left, scope, unit);
        walk(node.right, scope, unit);
        return;
      case "ObjectExpression":
        for (const q of node.properties as Node[])
          if (q.method === true || q.kind === "get" || q.kind === "set") q.value.literal = node;
        walkAll(node.properties, scope, unit);
        return;
      case "Property":
        if (node.computed === true) walk(node.key, scope, unit);
        walkProperty(node, scope, unit);
        return;
      case "LabeledStatement":
        walk(node.body, scope, unit);
        return;
      case "ThisExpression": {
        const owner = thisOwner(unit);
        if (owner.kind === "module") return;
        owner.thisVariable ??= makeVariable("this", "this", owner);
        node.v = owner.thisVariable;
        use(owner.thisVariable, unit, node);
        return;
      }
      case "Super": {
        // That of the method around the arrows.
        let f = fnOf(unit);
        while (f.arrow) f = f.parent!;
        // super.x needs `this`.
        f.thisVariable ??= makeVariable("this", "this", f);
        node.v = f.thisVariable;
        use(f.thisVariable, unit, node);
        if (f.cls !== null) {
          node.cls = f.cls.nameVariable;
          node.isStatic = f.kind === "static" || f.node.static === true;
          use(f.cls.nameVariable, unit, node);
        } else if (f !== fnOf(unit) || f.kind === "method") {
          node.home = homeOf(f);
          use(node.home, unit, node);
        }
        return;
      }
      case "MetaProperty":
        if (node.meta.name === "new" && !inInitialiser) {
          const owner = thisOwner(unit);
          owner.newTargetVariable ??= makeVariable("newTarget", "newTarget", owner);
          node.v = owner.newTargetVariable;
          use(owner.newTargetVariable, unit, node);
        }
        return;
      case "Identifier":
        reference(node, scope, unit, false);
        return;
      case "AwaitExpression":
        if (fnOf(unit) === top) module.topLevelAwait = true;
        walk(node.argument, scope, unit);
        return;
      case "ImportDeclaration":
      case "ExportAllDeclaration":
        return;
      case "ExportNamedDeclaration":
        if (node.declaration != null) walk(node.declaration, scope, unit);
        return;
      case "ExportDefaultDeclaration": {
        const d: Node = node.declaration;
        if (d.type === "FunctionDeclaration" || d.type === "ClassDeclaration") {
          if (d.id != null) walk(d, scope, unit);
          else {
            const v = declare("default", d.type === "ClassDeclaration" ? "class" : "function", module.scope, top, d);
            v.init = d;
            module.defaultVariable = v;
            if (d.type === "FunctionDeclaration") {
              v.declarationEnd = -1;
              const fn = walkFunction(d, scope, unit, "declaration", "default");
              fn.use = "held";
              fn.heldBy = v;
            } else walkClass(d, scope, unit, "default");
          }
        } else {
          const v = declare("default", "const", module.scope, top, d);
          module.defaultVariable = v;
          walkNamed(d, "default", scope, unit);
        }
        return;
      }
      case "CallExpression":
      case "NewExpression": {
        const fn = fnOf(unit);
        fn.calls.push(node);
        if (node.callee.type === "Super") callSuper(node, unit);
        if (node.callee.type === "Identifier") reference(node.callee, scope, unit, false, true);
        else {
          walk(node.callee, scope, unit);
          if (isFunction(node.callee)) node.callee.fn.use = "callee";
        }
        if (
          node.type === "CallExpression" &&
          node.callee.type === "Identifier" &&
          node.callee.name === "eval" &&
          node.callee.v === undefined
        ) {
          refuse(
            node,
            "eval cannot be compiled: its code would see none of the variables around it",
            "Use new Function(…) or import() instead.",
          );
        }
        const callback =
          node.callee.type === "MemberExpression" &&
          node.callee.computed !== true &&
          (CALLBACK_METHODS.has(node.callee.property.name) ||
            (node.callee.object.type === "Identifier" &&
              lookup(node.callee.object.name, scope) === undefined &&
              CALLBACK_STATICS.has(`${node.callee.object.name}.${node.callee.property.name}`)));
        for (const a of node.arguments as Node[]) {
          walk(a, scope, unit);
          if (callback && isFunction(a)) a.fn.use = "callback";
        }
        return;
      }
      case "YieldExpression":
        // Delegation is a loop over whatever iterates.
        if (node.delegate === true) fnOf(unit).loops++;
        if (node.argument != null) walk(node.argument, scope, unit);
        return;
      case "SpreadElement":
        fnOf(unit).iterated.push(node.argument);
        walk(node.argument, scope, unit);
        return;
      case "TaggedTemplateExpression":
        fnOf(unit).calls.push(node);
        children(node, (c) => walk(c, scope, unit));
        return;
      default:
        children(node, (c) => walk(c, scope, unit));
    }
  }

  function callSuper(node: Node, unit: Unit): void {
    const owner = thisOwner(unit);
    owner.newTargetVariable ??= makeVariable("newTarget", "newTarget", owner);
    node.newTarget = owner.newTargetVariable;
    use(owner.newTargetVariable, unit, node);
    if (fnOf(unit) !== owner) owner.cls!.superArrows.push(fnOf(unit));
  }

  /** Classes whose computed keys are being walked. */
  const inKeys = new Set<ClassUnit>();

  function usePrivate(unit: Unit, node: Node): void {
    let owner: Unit = unit;
    let members: Node[] = [];
    for (; ; owner = owner.up!) {
      if (owner.unit !== "class") continue;
      members = (owner.node.body.body as Node[]).filter((m) => m.key?.type === "PrivateIdentifier" && m.key.name === node.name);
      if (members.length > 0) break;
    }
    node.members = members;
    for (let u: Unit = unit; u !== owner; u = u.up!) {
      if (inKeys.has(owner as ClassUnit) && u.unit === "fn") u.inKey = true;
      if (u.privateOf === null || isInside(owner, u.privateOf)) u.privateOf = owner;
    }
    if (inKeys.has(owner as ClassUnit)) (owner as ClassUnit).keysInside = true;
    else if (!owner.nameVariable.module) use(owner.nameVariable, unit, node);
  }

  function isInside(unit: Unit, outer: Unit): boolean {
    for (let u: Unit | null = unit; u !== null; u = u.up) if (u === outer) return true;
    return false;
  }

  /** Holds, in a box, the object whose literal contains the method `fn`: its `super` is looked up from there. */
  function homeOf(fn: Fn): Variable {
    const literal = fn.node.literal as Node;
    if (literal.home === undefined) {
      const owner = fnOf(fn.up!);
      literal.home = makeVariable("$home", "temp", owner);
      owner.own.push(literal.home);
    }
    return literal.home as Variable;
  }

  function walkProperty(node: Node, scope: Scope, unit: Unit): void {
    const name = node.method !== true && isPrototype(node) ? "" : keyName(node);
    if (node.method === true || node.kind !== "init") {
      const kind: FnKind = node.kind === "get" ? "getter" : node.kind === "set" ? "setter" : "method";
      const fn = walkFunction(node.value, scope, unit, kind, name);
      fn.objectMethod = node;
      if (kind !== "setter") fn.syntaxName = syntaxName(node);
    } else {
      walkNamed(node.value, name, scope, unit);
      if (isFunction(node.value)) node.value.fn.syntaxName = syntaxName(node);
      else node.value = guardedValue(node, node.value);
      if (!isFunction(node.value) && isWrittenAnywhere(node, node.value))
        Object.assign(node, { type: "SpreadElement", object: true, argument: helper("$at", node.key, node.value) });
    }
  }

  function walkClass(node: Node, scope: Scope, unit: Unit, name: string): void {
    const cls: ClassUnit = {
      unit: "class",
      index: module.classes.length,
      node,
      parent: fnOf(unit),
      up: unit,
      free: new Set(),
      kids: [],
      nameVariable: null as never,
      earlyName: null,
      keysInside: false,
      nameless: node.id == null,
      name,
      members: [],
      constructorFn: null,
      synthetic: false,
      fields: (node.body.body as Node[]).filter((m) => m.type === "PropertyDefinition" && m.static !== true),
      split: 0,
      superArrows: [],
      statics: (node.body.body as Node[]).filter(
        (m) => m.type === "StaticBlock" || (m.type === "PropertyDefinition" && m.static === true),
      ),
      staticFn: null,
      staticSplit: 0,
      privateOf: null,
      inner: null,
      topLevel: false,
      reparented: false,
      factory: null,
    };
    module.classes.push(cls);
    unit.kids.push(cls);
    node.cls = cls;
    if (node.id != null && node.type === "ClassDeclaration") node.id.v = scope.variables.get(node.id.name);
    const s: Scope = { variables: new Map(), list: [], parent: scope, unit: cls, kind: "class" };
    // Inside the class its name means the class itself, whatever becomes of the outer variable.
    const v = makeVariable(cls.nameless ? "$class" : node.id.name, "class", cls);
    v.scope = s;
    v.module = scope.kind === "module" && node.type === "ClassDeclaration";
    v.declarationEnd = -1;
    v.holdsClass = cls;
    if (!cls.nameless) s.variables.set(v.name, v);
    cls.nameVariable = v;
    const before = beforeClass(cls, scope);
    if (node.superClass != null) walk(node.superClass, before, cls);
    const explicit = (node.body.body as Node[]).find((m) => m.kind === "constructor");
    const walkConstructor = (): Fn => {
      if (cls.constructorFn !== null) return cls.constructorFn;
      cls.synthetic = explicit === undefined;
      const fn = walkFunction(explicit?.value ?? defaultConstructor(node), s, cls, "constructor", name);
      fn.thisVariable ??= makeVariable("this", "this", fn);
      cls.members.push(fn);
      cls.constructorFn = fn;
      return fn;
    };
    if (node.superClass != null || explicit !== undefined) walkConstructor();
    if (cls.statics.length > 0) {
      const at = { start: node.start, end: node.start };
      const body = { type: "FunctionExpression", params: [], body: { type: "BlockStatement", body: [], ...at }, ...at };
      const fn = makeFn(body, fnOf(unit), cls, "static", "static");
      fn.index = module.functions.length;
      module.functions.push(fn);
      cls.kids.push(fn);
      cls.members.push(fn);
      fn.cls = cls;
      fn.scope = { variables: new Map(), list: [], parent: s, unit: fn, kind: "function" };
      fn.thisVariable = makeVariable("this", "this", fn);
      cls.staticFn = fn;
    }
    /** Walks what runs with `this` set, and without `new.target`. */
    const initialiser = (walkIt: () => void): void => {
      const outer = inInitialiser;
      inInitialiser = true;
      walkIt();
      inInitialiser = outer;
    };
    for (const m of node.body.body as Node[]) {
      if (m === explicit) continue;
      if (m.type === "StaticBlock") {
        const fn = cls.staticFn!;
        const b: Scope = { variables: new Map(), list: [], parent: s, unit: fn, kind: "function" };
        m.scope = b;
        declareLexical(m.body, b, fn);
        for (const c of m.body as Node[]) declareVars(c, b, fn);
        initialiser(() => walkAll(m.body, b, fn));
        continue;
      }
      if (m.computed === true) {
        inKeys.add(cls);
        walk(m.key, before, cls);
        inKeys.delete(cls);
      }
      if (m.type === "PropertyDefinition") {
        if (m.value == null && m.computed !== true && m.static !== true) continue;
        const fn = m.static === true ? cls.staticFn! : walkConstructor();
        if (m.key.type === "PrivateIdentifier") usePrivate(fn, m.key);
        if (m.computed === true) use(v, fn, m);
        const fieldScope: Scope = { variables: new Map(), list: [], parent: s, unit: fn, kind: "function" };
        initialiser(() => walkNamed(m.value, keyName(m), fieldScope, fn));
        if (isFunction(m.value)) m.value.fn.syntaxName = syntaxName(m);
        else if (m.value != null) m.value = guardedValue(m, m.value);
        continue;
      }
      const kind: FnKind = m.kind === "get" ? "getter" : m.kind === "set" ? "setter" : "method";
      m.value.static = m.static;
      const fn = walkFunction(m.value, s, cls, kind, keyName(m));
      cls.members.push(fn);
      if (kind !== "setter") fn.syntaxName = syntaxName(m);
      if (fn.syntaxName !== null && PROXY_TRAPS.has(fn.syntaxName)) fn.syntaxName = null;
    }
    const early = cls.nameless ? undefined : before.list[0]!;
    if (early !== undefined && early.references.length > 0) {
      for (const r of early.references) r.node.tdz = true;
      use(early, cls, node); // the class puts itself there
      fnOf(unit).own.push(early);
      cls.earlyName = early;
    }
    // After a field that suspends, the constructor makes those that follow.
    const first = cls.fields.findIndex((m) => m.value != null && m.value.type !== "Literal");
    if (cls.constructorFn !== null && first >= 0)
      for (const m of cls.fields.slice(first))
        if (m.value == null && m.key.type === "PrivateIdentifier") usePrivate(cls.constructorFn, m.key);
    // Where super() is called, fields are initialised.
    const area = cls.constructorFn?.privateOf ?? null;
    for (const arrow of cls.superArrows) {
      for (let u: Unit = arrow; area !== null && u !== cls.constructorFn; u = u.up!) {
        if (u.privateOf === null || isInside(area, u.privateOf)) u.privateOf = area;
      }
    }
  }

  /** Where what a class extends and its computed keys are evaluated: its name is there, but the class is not yet. */
  function beforeClass(cls: ClassUnit, scope: Scope): Scope {
    const s: Scope = { variables: new Map(), list: [], parent: scope, unit: cls, kind: "class" };
    if (cls.nameless) return s;
    const v = makeVariable(cls.node.id.name, "const", cls.parent);
    v.boxed = true;
    v.tdz = true;
    v.ofClass = true;
    s.variables.set(v.name, v);
    s.list.push(v);
    return s;
  }

  /** `constructor() {}`, or `constructor(...args) { super(...args); }`. */
  function defaultConstructor(cls: Node): Node {
    const at = { start: cls.start, end: cls.start };
    const args = () => ({ type: "Identifier", name: "args", ...at });
    const call: Node = {
      type: "CallExpression",
      callee: { type: "Super", ...at },
      arguments: [{ type: "SpreadElement", argument: args(), object: true, ...at }],
      optional: false,
      ...at,
    };
    const derived = cls.superClass != null;
    return {
      type: "FunctionExpression",
      id: null,
      params: derived ? [{ type: "RestElement", argument: args(), ...at }] : [],
      body: { type: "BlockStatement", body: derived ? [{ type: "ExpressionStatement", expression: call, ...at }] : [], ...at },
      ...at,
    };
  }

  function keyName(node: Node): string {
    if (node.computed === true) return node.key.type === "Literal" ? String(node.key.value) : "";
    return node.key.type === "Literal"
      ? String(node.key.value)
      : (node.key.type === "PrivateIdentifier" ? "#" : "") + node.key.name;
  }

  function walkPattern(p: Node | null, scope: Scope, unit: Unit, declares: boolean): void {
    if (p == null) return;
    switch (p.type) {
      case "Identifier":
        if (declares) {
          const v = lookup(p.name, scope);
          p.v = v;
        } else reference(p, scope, unit, true);
        return;
      case "ObjectPattern":
        if (hasArrayPattern(p)) fnOf(unit).loops++;
        for (const q of p.properties as Node[]) {
          if (q.type === "RestElement") walkPattern(q.argument, scope, unit, declares);
          else {
            if (q.computed === true) walk(q.key, scope, unit);
            walkPattern(q.value, scope, unit, declares);
          }
        }
        return;
      case "ArrayPattern":
        for (const q of p.elements as (Node | null)[]) {
          if (q !== null && hasArrayPattern(q)) fnOf(unit).loops++;
          walkPattern(q, scope, unit, declares);
        }
        return;
      case "AssignmentPattern":
        walkPattern(p.left, scope, unit, declares);
        walkNamed(p.right, p.left.type === "Identifier" ? p.left.name : "", scope, unit);
        return;
      case "RestElement":
        walkPattern(p.argument, scope, unit, declares);
        return;
      default:
        walk(p, scope, unit);
    }
  }

  collectImports(module, declare);
  declareLexical(program.body, moduleScope, top);
  for (const s of program.body as Node[]) declareVars(s, moduleScope, top);
  for (const s of program.body as Node[]) walk(s, moduleScope, top);
  collectExports(module);
  for (const fn of module.functions) {
    if (fn.kind === "declaration" && fn.parent === top && fn.up === top && fn.heldBy?.module === true) fn.topLevel = true;
    if (fn.heldBy !== null && fn.heldBy.writes === (fn.heldBy.kind === "var" ? 1 : 0)) fn.heldBy.holds = fn;
  }
  for (const cls of module.classes) {
    const outer = cls.node.id?.v as Variable | undefined;
    cls.topLevel = cls.up === top && (outer?.module === true || module.defaultVariable?.init === cls.node);
    if (cls.node.type === "ClassDeclaration" && outer !== undefined && outer.writes === 0) outer.holdsClass = cls;
  }
  return module;
}
