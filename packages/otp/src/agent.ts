/**
 * Agents: processes that keep a state and run the functions on it that they are sent. The counterpart of Elixir's Agent.
 */
import { definition, packFunction, REVIVE, standIn, type Pid } from "@agner/vm";
import { AgentServer, type Packed } from "./agent/server.ts";
import type { Agent, Agents } from "./agent/types.ts";
import { badArgument } from "./errors.ts";
import { CALL_TIMEOUT_MS } from "./gen/call.ts";
import { packIfPossible } from "./gen/functions.ts";
import type { StartResult } from "./gen/message.ts";
import { isServerDest, type ServerDest } from "./gen/names.ts";
import { startedPid } from "./gen/started.ts";
import { stopProcess } from "./gen/stop.ts";
import type { ClientData } from "./gen/client.ts";
import type { ClientOptions, ServerOptions } from "./gen-server/types.ts";
import { START_CHILD, type ChildOptions, type ChildSpec } from "./supervisor/child-spec.ts";
import { childSpec } from "./supervisor/make-child-spec.ts";

const code = {
  startLink: (init: unknown, options?: ServerOptions) => started(AgentServer[START_CHILD](pack("startLink", init), options)),
  start: (init: unknown, options?: ServerOptions) => {
    const { pid } = AgentServer.start(pack("start", init), options);
    return agentOn({ dest: pid, timeout: CALL_TIMEOUT_MS });
  },
  ref: (dest: ServerDest) => {
    if (!isServerDest(dest)) throw badArgument("agent.ref: the agent must be a pid or a name");
    return agentOn({ dest, timeout: CALL_TIMEOUT_MS });
  },
  child: (init: unknown, options: ServerOptions & ChildOptions = {}): ChildSpec =>
    childSpec(code, "agent", packIfPossible(checked("child", init)), options),
  [START_CHILD]: (init: Packed, options?: ServerOptions): StartResult => AgentServer[START_CHILD](init, options),
  [REVIVE]: (data: ClientData) => agentOn(data),
};

/**
 * Starting agents, and finding them.
 *
 * @example
 * const words = agent.startLink(() => new Map<string, number>(), { name: "words" });
 * words.update((counts, word: string) => counts.set(word, 1), "agner");
 * words.get((counts) => counts.size); // 1
 */
export const agent: Agents = definition(code) as unknown as Agents;

function pack(what: string, fn: unknown): Packed {
  return packFunction(checked(what, fn));
}

function checked(what: string, fn: unknown): (...args: any[]) => unknown {
  if (typeof fn === "function") return fn as () => unknown;
  throw badArgument(`agent.${what}: an agent runs functions; pass one, and what it needs beside the state after it`);
}

function started(result: StartResult): Agent<any> {
  return agentOn({ dest: startedPid("the agent", result)!, timeout: CALL_TIMEOUT_MS });
}

function agentOn(data: ClientData): Agent<any> {
  const client = AgentServer.ref(data.dest).with({ timeout: data.timeout });
  const handle: Agent<any> = {
    get pid(): Pid {
      return client.pid;
    },
    get: (fn: unknown = whole, ...args: unknown[]) => client.get(pack("get", fn), args) as any,
    update: (fn, ...args) => {
      client.update(pack("update", fn), args);
    },
    getAndUpdate: (fn, ...args) => client.getAndUpdate(pack("getAndUpdate", fn), args) as any,
    cast: (fn, ...args) => client.cast.update(pack("cast", fn), args),
    stop: (reason = "normal", timeout = Infinity) => stopProcess("agent.stop", client, reason, timeout),
    with: (options: ClientOptions) => agentOn({ ...data, timeout: options.timeout ?? data.timeout }),
  };
  return standIn(handle, { definition: agent, data });
}

function whole(state: unknown): unknown {
  return state;
}
