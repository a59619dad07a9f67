/**
 * What compiled code calls, made for a thread of a VM.
 */
import { createRuntime, installBuiltins, type Runtime } from "@agner/compiler/runtime";
import { copyTerm, sendFresh } from "@agner/scheduler";

/** The runtime of this thread. `export *` is the module table's business: it knows which names conflict. */
export function threadRuntime(): Runtime {
  const runtime = createRuntime({ copy: copyTerm, sendFresh: sendFresh as (destination: unknown, message: unknown) => unknown });
  installBuiltins(runtime);
  return { ...runtime, star: () => {} };
}
