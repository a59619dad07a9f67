/** Under which module and name a value is exported: how definitions and uncompiled functions are named between threads. */

/** Where an exported value is to be found on any thread. */
export interface ExportReference {
  readonly module: string;
  /** `default.name` for a property of a default export: CommonJS packages often export one object. */
  readonly name: string;
}

/** The exported objects and functions of one thread's modules. */
export class ExportedValues {
  readonly #references = new WeakMap<object, ExportReference>();

  /** Remembers the exports `names` of a compiled module; a value that another module has exported already keeps that name. */
  add(module: string, names: readonly string[], namespace: Readonly<Record<string, unknown>>): void {
    // No iteration: the module has run, and may have taken the iterator of arrays away.
    for (let i = 0; i < names.length; i++) this.#put(namespace[names[i]!], module, names[i]!);
  }

  /** Remembers all exports of a module that Node has loaded. */
  addNative(module: string, namespace: Readonly<Record<string, unknown>>): void {
    this.add(module, Object.keys(namespace), namespace);
    const main = namespace["default"];
    if (isReferable(main)) for (const [name, value] of Object.entries(main)) this.#put(value, module, `default.${name}`);
  }

  of(value: object): ExportReference | undefined {
    return this.#references.get(value);
  }

  #put(value: unknown, module: string, name: string): void {
    if (isReferable(value) && !this.#references.has(value)) this.#references.set(value, { module, name });
  }
}

/** The keys that lead from a namespace to what {@link ExportReference.name} names. */
export function pathOf(name: string): string[] {
  return name.startsWith("default.") ? ["default", name.slice("default.".length)] : [name];
}

function isReferable(value: unknown): value is object {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}
