/** The server that an agent is: its state is whatever the functions make that it is sent. */
import { unpackFunction, type PackedFunction } from "@agner/vm";
import { noreply, reply } from "../gen-server/action.ts";
import { genServer } from "../gen-server.ts";
import { stop } from "../gen/action.ts";

/** A function that an agent runs, as it travels. */
export type Packed = PackedFunction<(...args: any[]) => unknown>;

/** Agents as servers. Exported so that they are found on every core; use `agent`. */
export const AgentServer = genServer({
  init: (init: Packed): unknown => unpackFunction(init)(),
  calls: {
    get: (state, fn: Packed, args: readonly unknown[]) => reply(unpackFunction(fn)(state, ...args), state),
    update: (state, fn: Packed, args: readonly unknown[]) => reply("ok", unpackFunction(fn)(state, ...args)),
    getAndUpdate: (state, fn: Packed, args: readonly unknown[]) => {
      const result = unpackFunction(fn)(state, ...args);
      if (!Array.isArray(result) || result.length !== 2) return stop({ badReturnValue: result }, state);
      return reply(result[0] as unknown, result[1] as unknown);
    },
  },
  casts: {
    update: (state, fn: Packed, args: readonly unknown[]) => noreply(unpackFunction(fn)(state, ...args)),
  },
  info: (state) => noreply(state),
  codeChange: (state: unknown, _oldVersion: unknown, extra: readonly [fn: (...args: any[]) => unknown, ...args: unknown[]]) => {
    const [fn, ...args] = extra;
    return fn(state, ...args);
  },
});
