import { erlang } from "./erlang.ts";
import type { System } from "./system.ts";

/** Whom Agner is compared with, in the order of the columns: other runtimes, then what else runs on Node.js. */
export const PEERS: readonly System[] = [erlang];
