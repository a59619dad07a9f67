/**
 * What compiled code calls, made for a thread of a VM.
 */
import { createRuntime, installBuiltins, markFunction, type BuiltinModules, type Runtime } from "@agner/compiler/runtime";
import { copyTerm, sendFresh, withScreen } from "@agner/scheduler";

/**
 * The runtime of this thread, and its built-ins made ready. `builtins` are the compiled equivalents of methods that call back; a thread that runs no
 * processes needs none. `api` is what compiled code may call as it calls its own functions: the process API knows how to suspend.
 */
export function threadRuntime(builtins: BuiltinModules | undefined, api: Readonly<Record<string, unknown>>): Runtime {
  const runtime = createRuntime({
    copy: copyTerm,
    sendFresh: sendFresh as (destination: unknown, message: unknown) => unknown,
    withScreen,
  });
  installBuiltins(runtime, builtins, 0);
  for (const value of Object.values(api)) if (typeof value === "function" && !/^class\b/.test(String(value))) markFunction(value);
  return runtime;
}
