/** Where what one start has worked out is kept for the next. */
import { mkdirSync } from "node:fs";
import nodeModule from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

/** The part of the folder that Node fills: V8's code cache of modules that Node loads. */
export const NODES_PART = "node";
const NAMED_BY_USER = "NODE_COMPILE_CACHE";

/**
 * The folder for compiled modules: what the environment variable `AGNER_CACHE` says, else one among the user's caches; undefined if `AGNER_CACHE` is `off`, and where the user has no home.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { AGNER_CACHE: chosen, XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = env;
  if (chosen === "off") return undefined;
  if (chosen !== undefined && chosen !== "") return chosen;
  if (process.platform === "win32" && local !== undefined) return join(local, "agner", "cache");
  if (process.platform !== "darwin" && xdg !== undefined && xdg !== "") return join(xdg, "agner");
  const home = homeOf();
  if (home === "") return undefined;
  return process.platform === "darwin" ? join(home, "Library", "Caches", "agner") : join(home, ".cache", "agner");
}

/** Node throws for a user that the system does not know, as in containers. */
function homeOf(): string {
  try {
    return homedir();
  } catch {
    return "";
  }
}

/** Node 22.1 and later. */
interface CompileCache {
  enableCompileCache?(folder: string): unknown;
}

/**
 * The folder in which Node is to keep V8's code cache of what it loads; undefined where it cannot, where the user has said something about that, and where coverage is measured, which it
 * would make less precise. The folder is made here, because Node would let others read it.
 */
export function nodesFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folder = cacheFolder(env);
  if (folder === undefined || (nodeModule as CompileCache).enableCompileCache === undefined) return undefined;
  if ([NAMED_BY_USER, "NODE_DISABLE_COMPILE_CACHE", "NODE_V8_COVERAGE"].some((name) => env[name] !== undefined)) return undefined;
  try {
    mkdirSync(join(folder, NODES_PART), { recursive: true, mode: 0o700 });
    return join(folder, NODES_PART);
  } catch {
    return undefined;
  }
}

/** Has Node keep what it compiles on this thread. */
export function useNodesFolder(): void {
  const folder = nodesFolder();
  if (folder !== undefined) (nodeModule as CompileCache).enableCompileCache!(folder);
}

/** The environment of a thread on which Node keeps what it compiles from the first module on: that is what it reads there. */
export function threadEnvironment(): { readonly env: NodeJS.ProcessEnv; readonly hidden: string | undefined } {
  const folder = nodesFolder();
  if (folder === undefined) return { env: process.env, hidden: undefined };
  return { env: { ...process.env, [NAMED_BY_USER]: folder }, hidden: NAMED_BY_USER };
}
