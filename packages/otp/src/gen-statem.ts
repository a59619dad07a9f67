/**
 * State machines: processes that own a state and data, and handle events by the state that they are in. The counterpart of OTP's gen_statem.
 */
import { definition, REVIVE } from "@agner/vm";
import { badArgument } from "./errors.ts";
import { checkTimeout } from "./gen/call.ts";
import { moduleName } from "./gen/describe.ts";
import type { StartResult } from "./gen/message.ts";
import { isServerDest, type ServerDest } from "./gen/names.ts";
import { runProcess } from "./gen/process.ts";
import { startProcess, type Bond } from "./gen/start.ts";
import { startedPid } from "./gen/started.ts";
import { requestIds } from "./gen/requests.ts";
import { checkResponse, receiveResponse, sendRequest, waitResponse } from "./gen-server/api.ts";
import { checkCallNames, clientMaker, type AnyClient, type ClientData } from "./gen/client.ts";
import { enterLoop, stopStatem } from "./gen-statem/api.ts";
import { runStatem } from "./gen-statem/loop.ts";
import type { StatemCode } from "./gen-statem/machine.ts";
import type { StatemDefinition, StatemOptions, StatemSpec } from "./gen-statem/types.ts";
import { START_CHILD, type ChildOptions, type ChildSpec } from "./supervisor/child-spec.ts";
import { childSpec } from "./supervisor/make-child-spec.ts";

/**
 * Defines a state machine by its callbacks: one for each state (`states`), or one for all of them (`handleEvent`). Each gets an event and the data, and returns
 * `nextState`, `keepState`, `stop` or one of their like. Export the result as a constant of its module, so that other cores find it.
 *
 * @throws {AgnerError} `AGNER_BAD_ARGUMENT` for a definition without `init`, with both kinds of callbacks or none, or with a call that clients cannot have.
 * @example
 * export const Door = genStatem({
 *   events: { calls: { open: event<(code: string) => boolean>() }, stateTimeout: event<"lock">() },
 *   init: (code: string) => startIn("locked", { code }),
 *   states: {
 *     locked: (event, data) => {
 *       if (event.type !== "call") return keepStateAndData();
 *       if (event.args[0] !== data.code) return keepStateAndData(answer(event.from, false));
 *       return nextState("open", data, [answer(event.from, true), stateTimeout(10_000, "lock")]);
 *     },
 *     open: (event, data) => (event.type === "stateTimeout" ? nextState("locked", data) : keepStateAndData(postpone())),
 *   },
 * });
 *
 * const door = Door.startLink("1234", { name: "door" });
 * door.open("1234"); // true
 */
export function genStatem<
  A extends readonly [] | readonly [unknown?],
  I,
  E = {},
  SE extends boolean = false,
  N extends string = never,
>(spec: StatemSpec<A, I, E, SE, N>): StatemDefinition<A, I, E> {
  checkSpec(spec);
  const code: StatemCode & Record<PropertyKey, unknown> = {
    spec: spec as never,
    module: () => moduleName(code, "state machine"),
    startLink: (argument?: unknown, options?: StatemOptions) => started(startStatem(code, true, argument, options)),
    start: (argument?: unknown, options?: StatemOptions) => started(startStatem(code, false, argument, options)),
    ref: (dest: ServerDest) => {
      if (!isServerDest(dest)) throw badArgument(`${code.module()}.ref: the state machine must be a pid or a name`);
      return make({ dest, timeout: Infinity });
    },
    child: (argument?: unknown, options: StatemOptions & ChildOptions = {}): ChildSpec =>
      childSpec(code, "state machine", argument, options),
    startMonitor: (argument?: unknown, options?: StatemOptions) => {
      const result = startStatem(code, "monitor", argument, options);
      const client = started(result);
      return client === undefined || result.kind !== "ok" ? undefined : [client, result.monitor];
    },
    [START_CHILD]: (argument?: unknown, options?: StatemOptions): StartResult => startStatem(code, true, argument, options),
    [REVIVE]: (data: ClientData) => make(data),
  };
  const make = clientMaker(code, Object.keys(spec.events?.calls ?? {}), Object.keys(spec.events?.casts ?? {}));
  const started = (result: StartResult): AnyClient | undefined => {
    const pid = startedPid(code.module(), result);
    return pid === undefined ? undefined : make({ dest: pid, timeout: Infinity });
  };
  return definition(code) as unknown as StatemDefinition<A, I, E>;
}

genStatem.stop = stopStatem;
genStatem.enterLoop = enterLoop;
genStatem.sendRequest = sendRequest;
genStatem.receiveResponse = receiveResponse;
genStatem.waitResponse = waitResponse;
genStatem.checkResponse = checkResponse;
genStatem.requestIds = requestIds;

function checkSpec(spec: StatemSpec<any, any, any, any, any>): void {
  if (typeof spec?.init !== "function") throw badArgument("genStatem: the definition needs a function init");
  if ((spec.states === undefined) === (spec.handleEvent === undefined))
    throw badArgument(
      "genStatem: the definition needs either states, with a function for each state, or the function handleEvent",
    );
  checkCallNames("genStatem", (spec.events as { calls?: object } | undefined)?.calls);
}

function startStatem(code: StatemCode, bond: Bond, argument: unknown, options: StatemOptions = {}): StartResult {
  const { hibernateAfter = Infinity, debug } = options;
  checkTimeout("hibernateAfter", hibernateAfter);
  const settings = { hibernateAfter, debug };
  return startProcess(bond, options, `${code.module()}.init`, (starter) =>
    runProcess(starter, (me) => runStatem(code, argument, settings, me)),
  );
}
