import { comlink } from "./comlink.ts";
import { effect } from "./effect.ts";
import { erlang } from "./erlang.ts";
import { go } from "./go.ts";
import { nact } from "./nact.ts";
import { piscina } from "./piscina.ts";
import { plain } from "./plain.ts";
import { postmessage } from "./postmessage.ts";
import type { System } from "./system.ts";
import { xstate } from "./xstate.ts";

/** Whom Agner is compared with, in the order of the columns: other runtimes, then what else runs on Node.js. */
export const PEERS: readonly System[] = [erlang, go, piscina, comlink, nact, effect, xstate, postmessage, plain];
