/**
 * What uses private names can only stand in the body of the class that declares them. Resume versions and factories of such functions are printed
 * into a static block at the start of that body, and handed out from there: a class of the module's top level, which is made once, gives
 * them to a variable of the module; any other keeps them itself, and frames that need them hold the class.
 */
import type { ClassUnit, Factory, Fn, Variable } from "../variables.ts";
import { keptKeys, toldMembers } from "../construction.ts";
import { methodsOf } from "./entry.ts";
import { variableText, type Printer } from "./expression.ts";
import type { Unit } from "./unit.ts";
import { Writer } from "./writer.ts";

/** The class that must be in the frames of a function so that they can be gone on from. */
export function keeperOf(fn: Fn): ClassUnit | null {
  return fn.privateOf === null || fn.privateOf.nameVariable.module ? null : fn.privateOf;
}

/** A function declaration named `name` will be printed where all that it says can be said; see {@link print}. */
export function reserve(unit: Unit, inside: ClassUnit | null, name: string): Factory {
  if (inside === null) return { name, inside, index: -1 };
  if (inside.inner === null) {
    const once = inside.nameVariable.module;
    inside.inner = { w: new Writer(), names: [], id: once ? `$in${++unit.factories}` : "", link: [] };
    if (once) unit.link.push(`let ${inside.inner.id};`);
  }
  return { name, inside, index: inside.inner.names.push(name) - 1 };
}

export function print(unit: Unit, { inside }: Factory, w: Writer): void {
  (inside === null ? unit.trailer : inside.inner!.w).append(w);
}

/** The name of the version of a function that goes on with frames, where others call it, too, or where private names are in it. */
export function versionOf(unit: Unit, fn: Fn, site: number): Factory {
  return reserve(unit, fn.privateOf, `$r${site}_${fn.name.replace(/\W/g, "_")}`);
}

/**
 * A function that goes on with frames, and how the runtime gets to know it: `register` is the call up to that argument. It is a method of a literal, so that
 * it has the name of the application's function in profiles and no binding of its own; inside of classes, and where it is called by its name, a declaration.
 * `from`: its name, or its first site.
 */
export function printResume(
  unit: Unit,
  fn: Fn,
  from: Factory | number,
  register: string,
  keeper: string,
  text: Writer,
  alive = "",
): void {
  if (fn.privateOf === null && typeof from === "number") {
    const w = unit.resumes;
    w.write(`${register}{ ${/^[A-Za-z_]\w*$/.test(fn.name) ? fn.name : JSON.stringify(fn.name)}`);
    w.append(text);
    w.write(` }${alive});\n`);
    return;
  }
  const factory = typeof from === "number" ? versionOf(unit, fn, from) : from;
  const w = new Writer();
  w.write(`function ${factory.name}`);
  w.append(text);
  w.write("\n");
  print(unit, factory, w);
  const resume = keeperOf(fn) === null ? factory.name : `($f) => ${factoryText(factory, () => keeper)}, "", true`;
  linkOf(unit, factory).push(`${register}${resume}${alive});`);
}

/** The factory itself, where `keeper` is the text of the class that keeps it. */
export function factoryText(factory: Factory, keeper: (cls: ClassUnit) => string): string {
  const { inside, index } = factory;
  if (inside === null) return factory.name;
  return inside.inner!.id === "" ? `${keeper(inside)}[$E][${index}]` : `${inside.inner!.id}[${index}]`;
}

export function factoryHere(p: Printer, factory: Factory): string {
  return factoryText(factory, (cls) => variableText(p, cls.nameVariable));
}

/** The static block that a class's body begins with, if it needs one. `id`: the name under which it is printed. `statics`: the function that initialises what is static. */
export function printPrologue(p: Printer, cls: ClassUnit, id: string, statics: Writer): void {
  const { w } = p;
  const { inner } = cls;
  const renamed = id !== cls.name && (inner !== null || cls.members.some((m) => m.kind === "static" || m.node.static === true));
  const keys = keptKeys(cls).length;
  const initialises = statics.pieces.length > 0;
  const told = toldMembers(cls);
  const early = cls.earlyName;
  const methods = methodsOf(cls);
  const anew = methods.some((fn) => fn !== undefined);
  if (inner === null && !renamed && keys === 0 && !initialises && told === null && early === null && !anew) return;
  w.newline();
  w.write("static {");
  w.indent++;
  if (early !== null) {
    w.newline();
    w.write(`${early.id}[0] = this;`);
  }
  if (renamed) {
    w.newline();
    w.write(`$rename(this, ${JSON.stringify(id)}, ${JSON.stringify(cls.name)});`);
  }
  if (keys > 0) {
    w.newline();
    w.write(`$keys$(this, ${keys});`);
  }
  if (anew) {
    w.newline();
    w.write(`$methods(this, [${methods.map((fn) => fn?.site ?? "").join(", ")}]);`);
  }
  if (inner !== null) {
    w.newline();
    w.append(inner.w);
    const names = `[${inner.names.join(", ")}]`;
    w.write(inner.id === "" ? `$inner(this, ${names});` : `${inner.id} = ${names};`);
    for (const line of inner.link) {
      w.newline();
      w.write(line);
    }
  }
  if (told !== null) {
    w.newline();
    const names = told.all.slice(0, told.fields).map((n) => `#${n}`);
    const all = (o: string): string => `[${names.map((n) => `${o}.${n}`).join(", ")}]`;
    const write = names.length === 0 ? "" : `${all("o")} = v;`;
    const functions = `(o) => #${told.all[0]} in o ? ${all("o")} : undefined, (o, v) => { ${write} }`;
    const members = `, ${JSON.stringify(names)}, ${functions}, ${cls.node.superClass != null}`;
    w.write(`$private(this${told.all.length === 0 ? "" : members});`);
  }
  if (initialises) {
    w.newline();
    w.write("$statics(this, ");
    w.append(statics);
    w.write(");");
  }
  w.indent--;
  w.newline();
  w.write("}");
}

/** Where the statement stands that registers a factory, and the text of the factory there, given the text of what it captures. */
export function linkOf(unit: Unit, factory: Factory): string[] {
  const { inside } = factory;
  return inside === null || inside.inner!.id === "" ? unit.link : inside.inner!.link;
}

export function linkText(factory: Factory, free: readonly Variable[]): string {
  const { inside, name } = factory;
  if (inside === null || inside.inner!.id !== "") return name;
  const list = free.map((v) => v.id).join(", ");
  return `(${list}) => ${factoryText(factory, (cls) => cls.nameVariable.id)}(${list})`;
}
