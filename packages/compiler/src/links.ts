/** Imports and exports of a module. */
import { isFunction, patternNames, type Node } from "./ast.ts";
import { RUNTIME_MODULE, type Fn, type Module, type Scope, type Unit, type Variable, type VariableKind } from "./variables.ts";

export type Declare = (name: string, kind: VariableKind, scope: Scope, unit: Unit, node: Node | null) => Variable;

function textOf(node: Node): string {
  return node.type === "Literal" ? String(node.value) : node.name;
}

/** Import declarations become variables and slots. */
export function collectImports(module: Module, declare: Declare): void {
  const slot = (node: Node): number => {
    const attributes = (node.attributes as Node[] | undefined)?.length
      ? Object.fromEntries((node.attributes as Node[]).map((a) => [textOf(a.key), String(a.value.value)]))
      : undefined;
    const specifier = node.source.value as string;
    const key = JSON.stringify(attributes);
    const found = module.imports.findIndex((i) => i.specifier === specifier && JSON.stringify(i.attributes) === key);
    if (found >= 0) return found;
    module.imports.push({ specifier, attributes, names: new Set(), node, namespace: false });
    return module.imports.length - 1;
  };
  for (const s of module.program.body as Node[]) {
    if (s.type === "ImportDeclaration") {
      const index = slot(s);
      for (const spec of s.specifiers as Node[]) {
        const v = declare(spec.local.name, "import", module.scope, module.top, null);
        v.declarationEnd = -1;
        v.importSlot = index;
        v.importName =
          spec.type === "ImportDefaultSpecifier"
            ? "default"
            : spec.type === "ImportNamespaceSpecifier"
              ? "*"
              : textOf(spec.imported);
        if (v.importName === "*") module.imports[index]!.namespace = true;
        else module.imports[index]!.names.add(v.importName);
        v.runtime = s.source.value === RUNTIME_MODULE;
      }
    } else if ((s.type === "ExportNamedDeclaration" && s.source != null) || s.type === "ExportAllDeclaration") {
      s.slot = slot(s);
      if (s.type === "ExportNamedDeclaration")
        for (const spec of s.specifiers as Node[]) module.imports[s.slot]!.names.add(textOf(spec.local));
    }
  }
}

/** Which variable, or which import, each exported name means. */
export function collectExports(module: Module): void {
  const add = (name: string, variable: Variable | null, from = -1, imported = "") => {
    if (variable !== null && variable.kind === "import") {
      module.exports.push({ name, variable: null, from: variable.importSlot, imported: variable.importName });
    } else module.exports.push({ name, variable, from, imported });
  };
  for (const s of module.program.body as Node[]) {
    if (s.type === "ExportNamedDeclaration") {
      if (s.declaration != null) {
        const d: Node = s.declaration;
        if (d.type === "VariableDeclaration") {
          for (const decl of d.declarations as Node[])
            for (const n of patternNames(decl.id)) add(n.name, module.scope.variables.get(n.name)!);
        } else add(d.id.name, module.scope.variables.get(d.id.name)!);
      } else {
        for (const spec of s.specifiers as Node[]) {
          if (s.source != null) add(textOf(spec.exported), null, s.slot, textOf(spec.local));
          else {
            const v = module.scope.variables.get(textOf(spec.local));
            if (v === undefined) module.refuse(spec, `"${textOf(spec.local)}" is exported but not declared in this module`);
            add(textOf(spec.exported), v!);
          }
        }
      }
    } else if (s.type === "ExportAllDeclaration") {
      if (s.exported != null) add(textOf(s.exported), null, s.slot, "*");
      else module.stars.push(s.slot);
    } else if (s.type === "ExportDefaultDeclaration") {
      const d: Node = s.declaration;
      if ((d.type === "FunctionDeclaration" || d.type === "ClassDeclaration") && d.id != null)
        add("default", module.scope.variables.get(d.id.name)!);
      else add("default", module.defaultVariable!);
    }
  }
  for (const e of module.exports) {
    if (e.variable === null) continue;
    // The exports object reads it: as good as captured by a function of the module.
    const fn = e.variable.init !== null && isFunction(e.variable.init) ? (e.variable.init.fn as Fn) : null;
    if (fn !== null) fn.exported = e.name;
  }
}
