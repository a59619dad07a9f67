/** The realm of one run: a fresh context with what the tests ask of their host. */
import vm from "node:vm";

export interface Realm {
  readonly context: vm.Context;
  readonly global: Record<string, unknown>;
  /** What the test has printed: an asynchronous one tells so how it ended. */
  readonly printed: string[];
}

export function makeRealm(): Realm {
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY as unknown as vm.Context);
  const global = vm.runInContext("globalThis", context) as Record<string, unknown>;
  const printed: string[] = [];
  addSymbols(global["Symbol"] as object);
  hide(global, "print", (text: unknown) => void printed.push(String(text)));
  hide(global, "$262", hostObject(context, global));
  return { context, global, printed };
}

/** Node gives these to its main realm, where V8 does not know them yet. */
function addSymbols(symbol: object): void {
  for (const name of ["dispose", "asyncDispose"] as const)
    if (!Object.hasOwn(symbol, name)) Object.defineProperty(symbol, name, { value: Symbol[name] });
}

function hide(global: object, name: string, value: unknown): void {
  Object.defineProperty(global, name, { value, writable: true, enumerable: false, configurable: true });
}

function hostObject(context: vm.Context, global: object): object {
  return {
    global,
    createRealm: () => (makeRealm().global as { $262: object }).$262,
    evalScript: (code: string) => vm.runInContext(String(code), context),
    detachArrayBuffer: (buffer: ArrayBuffer) => void structuredClone(buffer, { transfer: [buffer] }),
    gc: () => {},
    agent: {},
    destroy: () => {},
  };
}

/** Lets everything that is due run, until `done` or until nothing can be expected any more: files are read meanwhile. */
export async function settle(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 50 && !done(); turn++) await new Promise((resolve) => setImmediate(resolve));
  for (let turn = 0; turn < 150 && !done(); turn++) await new Promise((resolve) => setTimeout(resolve, 1));
}
