/** `new` of a function: its instance is made first, and the function called with it, which may suspend (ECMAScript 2025 §10.2.2). */
import { announce, apply, instanceOf, isObject } from "../runtime/function-operations.ts";

export function constructFunction(constructor: Function, args: readonly unknown[], target: Function): unknown {
  const self = instanceOf(target);
  announce(constructor, target);
  const result: unknown = apply(constructor, self, args);
  return isObject(result) ? result : self;
}
