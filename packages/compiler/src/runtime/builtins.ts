/** Marks of JavaScript's own functions. */
import { mark } from "./boundary.ts";
import type { Runtime } from "../runtime.ts";

export function installBuiltins(_runtime: Runtime): void {
  for (const name of ["push", "pop", "shift", "unshift", "slice", "splice", "concat", "join", "indexOf", "lastIndexOf", "includes", "reverse", "fill", "at", "keys", "values", "entries"] as const) {
    mark(Array.prototype[name]);
  }
}
