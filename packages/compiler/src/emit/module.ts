/** A module: a generator whose first step links (functions, sites, exports) and whose second runs the top level. */
import type { Node } from "../ast.ts";
import { isCompiledGenerator, type ExportEntry, type Module, type Variable } from "../variables.ts";
import { findKeptClasses } from "./entry.ts";
import { property, variableText, type Printer } from "./expression.ts";
import { METHOD_ARITY } from "../boundary.ts";
import { SAVER_ARITY } from "./frames.ts";
import { context, printFunction } from "./function.ts";
import { printGeneratorCall } from "./generator.ts";
import { list } from "./native.ts";
import { addInfo, type Unit } from "./unit.ts";
import { NAMES, Writer } from "./writer.ts";

/** What is made for each module, of the number of its first site. */
const AT_BASE = [
  "leave",
  "sites",
  "resumes",
  "methods",
  "k",
  ...["h", "s"].flatMap((how) => [how, ...Array.from({ length: SAVER_ARITY + 1 }, (_, n) => `${how}${n}`)]),
];

/** What is made for each module, of its record. */
const OF_MODULE = ["tops", "v", "mv", "nw", "n", ...Array.from({ length: METHOD_ARITY + 1 }, (_, n) => `m${n}`)];

/** The names by which emitted code calls the runtime; `$` is put before each. */
export const RUNTIME_NAMES = [
  "S",
  "C",
  "O",
  "N",
  "P",
  "T",
  "y",
  "U",
  ...AT_BASE,
  ...OF_MODULE,
  "entry",
  "entries",
  "z",
  "call",
  "fc",
  "fa",
  "atomic",
  "charge",
  "big",
  "parsed",
  "rv",
  "sv",
  "A",
  "pa",
  "get",
  "def",
  "proxy",
  "f",
  "mark",
  "wrap",
  "syn",
  "name",
  "top",
  "cls",
  "private",
  "I",
  "statics",
  "nt",
  "instance",
  "nta",
  "un",
  "sa",
  "sn",
  "sx",
  "toFill",
  "fill",
  "sup",
  "supe",
  "adopt",
  "bindThis",
  "bindBox",
  "ti",
  "rd",
  "field",
  "key$",
  "keys$",
  "K",
  "E",
  "inner",
  "rename",
  "maker",
  "link",
  "star",
  "t",
  "tb",
  "ca",
  "ro",
  "all",
  "take",
  "slice",
  "of",
  "ix",
  "nx",
  "dn",
  "cl",
  "clr",
  "clq",
  "open",
  "step",
  "tail",
  "shut",
  "od",
  "rest",
  "key",
  "keyOf",
  "prop",
  "put",
  "putw",
  "at",
  "ct",
  "obj",
  "keys",
  "in",
  "sp",
  "sr",
  "sd",
  "home",
  "bind",
  "cw",
  "sendFresh",
  "screened",
  "cp",
  "gn",
  "gs",
  "gt",
  "yd",
  "yo",
  "ye",
  "yv",
  "yr",
  "ym",
  "dg",
  "dd",
];

/** `locals`: what other threads find by name as if it were exported. */
export function emitModule(unit: Unit, locals: readonly Variable[]): Writer {
  const { module } = unit;
  const w = new Writer();
  const p: Printer = { w, unit, c: context(module.top, null) };

  const body = module.program.body as Node[];
  const statements = body.flatMap((s) => topLevel(module, s));
  findKeptClasses(statements);
  // Functions of the top level, before everything else. `declared`: each with its number; `~` before it tells that it never suspends.
  const declared: string[] = [];
  for (const s of body) {
    const d: Node = s.type.startsWith("Export") ? s.declaration : s;
    if (d?.type === "FunctionDeclaration") {
      const v = variableOf(module, d);
      d.fn.value = v.writes === 0 ? v.id : `$m.functions[${d.fn.index}]`;
      printFunction(p, d.fn, v.id);
      w.write("\n");
      if (isCompiledGenerator(d.fn)) {
        const call = `$call${d.fn.index}`;
        w.write(`const ${call} = `);
        printGeneratorCall(p, d.fn);
        w.write(";\n");
        unit.link.push(`$sv(${v.id}, ${call});`);
      }
      const plain = d.fn.mode === "P";
      if (v.name === "default") unit.link.push(`$top($m, ${d.fn.index}, ${v.id}, "default"${plain ? ", true" : ""});`);
      else declared.push(`${plain ? ~d.fn.index : d.fn.index}, ${v.id}`);
    }
  }
  const main = new Writer();
  const q: Printer = { ...p, w: main };
  list(q, statements, null);
  main.write("\n");
  for (const fn of module.functions)
    if (!unit.infos.some((i) => i.index === fn.index))
      addInfo(unit, fn, { captures: [], first: 2, params: fn.node.params?.length ?? 0, self: -1, entry: null, slots: [] });
  unit.infos.sort((a, b) => a.index - b.index);
  if (unit.texts.size > 0) w.write(`$m.texts = ${JSON.stringify([...unit.texts.keys()].join("\n"))};\n`);
  if (declared.length > 0) w.write(`$tops([${declared.join(", ")}]);\n`);
  if (unit.entries.length > 0) w.write(`$entries([${unit.entries.join(", ")}]);\n`);
  for (const line of unit.link) w.write(`${line}\n`);
  w.append(unit.resumes);
  const own = locals.map((variable) => ({ name: variable.name, variable, from: -1, imported: "" }));
  w.write(exportsOf(p, [...module.exports, ...own]));
  w.write(constantsOf(unit));
  for (const slot of module.stars) w.write(`$star($m, $import${slot});\n`);
  w.write("yield;");
  w.append(main);
  w.append(unit.trailer);
  return withEnvironment(w, module);
}

/** The text of the module's body, given what it refers to. */
function withEnvironment(body: Writer, module: Module): Writer {
  const kind = `${module.topLevelAwait ? "async " : ""}function*`;
  const used = new Set(body.toString().match(NAMES));
  const given = environment(module).filter(([name]) => used.has(name));
  const w = new Writer();
  w.write(`(${kind} ($rt, $B, $m) { "use strict"; yield* (${kind} (${given.map(([name]) => name).join(", ")}) {\n`);
  w.append(body);
  w.write(`})(${given.map(([, value]) => value).join(", ")}); })`);
  return w;
}

/**
 * What the code of a module refers to and does not make itself, by name. Passed as parameters: V8 knows that they do not change, as of constants,
 * and need not ask in every function whether they are initialised.
 */
function environment(module: Module): [name: string, value: string][] {
  const runtime = module.scope.list.filter(
    (v) => v.kind === "import" && v.runtime && v.importName !== "*" && v.references.length > 0,
  );
  return [
    ["$B", "$B"],
    ["$m", "$m"],
    ...RUNTIME_NAMES.map((n): [string, string] => [`$${n}`, `$rt.${n}${madeOf(n)}`]),
    ...module.imports.map((_, i): [string, string] => [`$import${i}`, `$m.imports[${i}]`]),
    ...runtime.map((v): [string, string] => [v.id, `$m.imports[${v.importSlot}].x${property(v.importName)}`]),
  ];
}

function madeOf(name: string): string {
  if (name === "entry" || name === "entries") return "($B, $m)";
  return AT_BASE.includes(name) ? "($B)" : OF_MODULE.includes(name) ? "($m)" : "";
}

function variableOf(module: Module, d: Node): Variable {
  return d.id == null ? module.defaultVariable! : d.id.v;
}

/** Imports and exports fall away; default expressions get a variable. */
function topLevel(module: Module, s: Node): Node[] {
  switch (s.type) {
    case "ImportDeclaration":
    case "ExportAllDeclaration":
      return [];
    case "ExportNamedDeclaration":
      return s.declaration == null ? [] : [s.declaration];
    case "ExportDefaultDeclaration": {
      const d: Node = s.declaration;
      if (d.type === "FunctionDeclaration") return [d];
      const v = module.defaultVariable;
      if (d.type === "ClassDeclaration") {
        if (d.id == null) d.id = { type: "Identifier", name: v!.id, v, start: d.start, end: d.start };
        return [d];
      }
      const target: Node = { type: "Identifier", name: "default", v, start: d.start, end: d.start };
      return [
        {
          type: "VariableDeclaration",
          kind: "const",
          declarations: [{ type: "VariableDeclarator", id: target, init: d, start: d.start, end: d.end }],
          start: d.start,
          end: d.end,
        },
      ];
    }
    default:
      return [s];
  }
}

/** What the top level keeps for good. An object among it is told by its place in this list, the same on every thread. */
function constantsOf({ module, templates }: Unit): string {
  const constants = module.scope.list.filter(
    (v) => (v.kind === "const" || v.kind === "let" || v.kind === "class") && v.writes === 0 && v.init?.type !== "Literal",
  );
  const names = [...constants.map((v) => v.id), ...Array.from({ length: templates }, (_, i) => `$tpl${i + 1}()`)];
  return names.length === 0 ? "" : `$m.constants = () => [${names.join(", ")}];\n`;
}

function exportsOf(p: Printer, exports: readonly ExportEntry[]): string {
  if (exports.length === 0) return "$link($m, {}, {});\n";
  const values: string[] = [];
  const getters: string[] = [];
  for (const e of [...exports].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const key = JSON.stringify(e.name);
    if (e.variable !== null && e.variable.kind === "function" && e.variable.writes === 0) values.push(`${key}: ${e.variable.id}`);
    else if (e.variable !== null) getters.push(`${key}: () => ${variableText(p, e.variable)}`);
    else getters.push(`${key}: () => $import${e.from}.x${e.imported === "*" ? "" : property(e.imported)}`);
  }
  return `$link($m, { ${values.join(", ")} }, { ${getters.join(", ")} });\n`;
}
