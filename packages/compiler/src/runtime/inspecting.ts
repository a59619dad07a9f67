/** What `console.log` shows of compiled functions: not their marks, which are enumerable because closures get them by an assignment (a tenth of the time). */
import { inspect } from "node:util";
import { CALL } from "@agner/scheduler/frames";

function withoutMark(this: Function, _depth: number, _options: object, format: unknown): unknown {
  if (Object.hasOwn(this, CALL)) Object.defineProperty(this, CALL, { enumerable: false });
  return format === inspect ? this : `[Function: ${this.name === "" ? "(anonymous)" : this.name}]`;
}

/** Once per thread: `util.inspect` asks each function, which then goes on as if it had not been asked. */
export function installInspection(): void {
  Object.defineProperty(Function.prototype, inspect.custom, { value: withoutMark, configurable: true, writable: true });
}
