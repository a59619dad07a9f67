/** What `console.log` shows of compiled functions: not their marks, which are enumerable because closures get them by an assignment (a tenth of the time). */
import { inspect, types } from "node:util";
import { CALL } from "@agner/scheduler/frames";

function withoutMark(this: Function, _depth: number, _options: object, format: unknown): unknown {
  const own = types.isProxy(this) ? undefined : Object.getOwnPropertyDescriptor(this, CALL);
  if (own?.enumerable === true && own.configurable === true) Object.defineProperty(this, CALL, { enumerable: false });
  return format === inspect ? this : `[Function: ${this.name === "" ? "(anonymous)" : this.name}]`;
}

/** Once per thread: `util.inspect` asks each function, which then goes on as if it had not been asked. */
export function installInspection(): void {
  Object.defineProperty(Function.prototype, inspect.custom, { value: withoutMark, configurable: true, writable: true });
}
