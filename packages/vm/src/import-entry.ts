/**
 * `node --import @agner/vm/boot app.ts args…` does what `agner run app.ts args…` does. Options come from the environment (`AGNER_CORES`,
 * `AGNER_HEAP`, `AGNER_STATS`, `AGNER_JSON`, `AGNER_QUIET`), since the arguments belong to `main`.
 *
 * Node runs this file again in every worker thread, where there is nothing to do.
 */
import nodeModule from "node:module";
import { isAbsolute } from "node:path";
import { isMainThread } from "node:worker_threads";
import { entryUrl } from "./bundled.ts";
import { replaceEntry } from "./import-hook.ts";

interface SynchronousHooks {
  /** Node 22.15 and later. */
  registerHooks?(hooks: { resolve: ReturnType<typeof replaceEntry> }): { deregister(): void };
}

function bootEntry(): void {
  const entry = entryUrl("cli/entry").href;
  const { registerHooks } = nodeModule as SynchronousHooks;
  if (registerHooks === undefined) {
    nodeModule.register("./import-hook.js", import.meta.url, { data: entry });
    return;
  }
  const hooks = registerHooks({ resolve: replaceEntry(entry, () => hooks.deregister()) });
}

// By now Node has made an entry's path absolute; the first argument of `-e` or of a script on standard input is as it was typed.
if (isMainThread && process.argv[1] !== undefined && isAbsolute(process.argv[1])) bootEntry();
