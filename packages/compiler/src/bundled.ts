/**
 * Modules as bundlers leave them. For the sake of speed esbuild writes `var` for what was a constant or a class at the top level of a module, and a bundle exports only
 * what its entry exports. What its modules keep must still be the same thing on every thread: definitions, classes, functions that are sent.
 */
import type { Node } from "./ast.ts";
import type { Module, Variable } from "./variables.ts";

/** `var C = class {…}` becomes what it was: a declared class, whose instances may move though they have private members. */
export function restoreClasses(program: Node): void {
  program.body = (program.body as Node[]).flatMap((statement) => {
    if (statement.type !== "VariableDeclaration" || statement.kind !== "var") return [statement];
    return (statement.declarations as Node[]).map((declarator): Node => {
      const { id, init } = declarator;
      if (id.type === "Identifier" && init?.type === "ClassExpression" && init.id == null)
        return { ...init, type: "ClassDeclaration", id };
      return { ...statement, start: declarator.start, end: declarator.end, declarations: [declarator] };
    });
  });
}

/** A `var` of the top level that nothing but its declaration assigns is a constant, once it is there. */
export function findConstants(module: Module): void {
  for (const statement of module.program.body as Node[]) {
    const declaration: Node | null = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declaration?.type !== "VariableDeclaration" || declaration.kind !== "var") continue;
    for (const { id, init } of declaration.declarations as Node[]) {
      if (id.type !== "Identifier" || init == null) continue;
      const v = id.v as Variable;
      if (v.kind !== "var" || v.writes !== 1 || v.init !== init) continue;
      v.kind = "const";
      v.writes = 0;
    }
  }
}

/** The constants, classes and functions of the top level that are not exported under their own name. */
export function keptByModules(module: Module): Variable[] {
  const exported = new Set(module.exports.map(({ name }) => name));
  return module.scope.list.filter(
    (v) => (v.kind === "const" || v.kind === "class" || v.kind === "function") && v.writes === 0 && !exported.has(v.name),
  );
}
