/** Probes: processes whose mailbox the test sees. */
import { exit, monitor, packFunction, receiveSince, self, send, spawnOpt, TIMEOUT, type Guard, type Pid } from "@agner/vm";
import { isMatch } from "@agner/vm/testing";
import { REPLY } from "../gen/call.ts";
import type { Call } from "../gen/message.ts";
import type { Caller } from "../gen-server.ts";
import { awaited, patience, settleIf, waited, type Patience, type Settled } from "./patience.ts";
import { PROBE, runProbe, type Kept, type Request } from "./probe-process.ts";
import type { Limit } from "./settle.ts";
import { failed, listMessages, showPattern } from "./show.ts";

/** How a probe is started. */
export interface ProbeOptions {
  /** Registered for it. */
  readonly name?: string;
  /** Index of the core to which it is bound. Default: any. */
  readonly scheduler?: number;
}

/** A process whose mailbox the test sees. It ends with the process that has started it. */
export interface Probe {
  readonly pid: Pid;
  readonly name: string | undefined;
  /** Takes the first message that matches, and waits for it if need be; others stay. Throws `AGNER_EXPECTATION` past the limit. */
  expectMessage<T>(pattern: Guard<T>, limit?: Limit): T;
  expectMessage<T = any>(pattern: unknown, limit?: Limit): T;
  /** Fails if there are messages that no expectation has taken, once the VM has come to rest; with `settled: false`, now. */
  expectNoMessage(options?: Settled): void;
  /** What no expectation has taken yet, oldest first; it stays. */
  messages(): unknown[];
  /** Takes a call that a client has made of the probe as if it were a server; the result is what `replyTo` answers. `args` is a pattern; default: any. */
  expectCall<V = any>(name: string, args?: unknown, limit?: Limit): Caller<V>;
  /** Takes a cast, and returns its arguments. */
  expectCast(name: string, args?: unknown, limit?: Limit): readonly unknown[];
  /** From now on calls of this name are answered with a value, or with what a function makes of their arguments in the probe's process. */
  answer(name: string, value: unknown): void;
  /** From now on everything is sent on as well. */
  forwardTo(to: Pid | string): void;
  /** Ends it; returns when its name is free. */
  stop(): void;
}

/**
 * Starts a probe.
 *
 * @example
 * const store = probe({ name: "store" });
 * checkout.cast.pay(17); // sends { paid: 17 } to "store"
 * store.expectMessage({ paid: 17 });
 * store.expectNoMessage();
 */
export function probe(options: ProbeOptions = {}): Probe {
  const { name } = options;
  const pid = spawnOpt(options, runProbe, self());
  return {
    pid,
    name,
    expectMessage: (pattern: unknown, limit: Limit = {}) =>
      take(pid, name, "expectMessage", showPattern(pattern), limit, (message) => isMatch(pattern, message)) as never,
    expectNoMessage: (settled: Settled = {}) => {
      settleIf(settled);
      const messages = list(pid, name);
      if (messages.length > 0) throw failed(`expectNoMessage: to ${describe(pid, name)} ${listMessages(messages, "")}`);
    },
    messages: () => list(pid, name),
    expectCall: (request: string, args?: unknown, limit: Limit = {}) => {
      const { pid: client, ref } = takeRequest(pid, name, "$call", request, args, limit);
      return { pid: client, ref };
    },
    expectCast: (request: string, args?: unknown, limit: Limit = {}) =>
      takeRequest(pid, name, "$cast", request, args, limit).args,
    answer: (request: string, value: unknown) => {
      const answer = typeof value === "function" ? { compute: packFunction(value as () => unknown) } : { value };
      ask(pid, name, { do: "answer", name: request, answer });
    },
    forwardTo: (to: Pid | string) => void ask(pid, name, { do: "forward", to }),
    stop: () => {
      const ref = monitor(pid);
      exit(pid, "kill");
      receiveSince(ref);
    },
  };
}

function takeRequest(
  pid: Pid,
  name: string | undefined,
  type: "$call" | "$cast",
  request: string,
  args: unknown,
  limit: Limit,
): Call {
  const what = type === "$call" ? "expectCall" : "expectCast";
  const wanted = `${request}(${args === undefined ? "…" : showPattern(args).slice(1, -1)})`;
  return take(
    pid,
    name,
    what,
    wanted,
    limit,
    (message: any) => message?.type === type && message.name === request && (args === undefined || isMatch(args, message.args)),
  ) as Call;
}

/** Waits for a message, and takes it. */
function take(
  pid: Pid,
  name: string | undefined,
  what: string,
  wanted: string,
  limit: Limit,
  matches: (message: unknown) => boolean,
): unknown {
  const time = patience(what, limit);
  let after = -1;
  for (;;) {
    const found = after < 0 ? ask(pid, name, { do: "list", after }) : ask(pid, name, { do: "list", after }, time);
    if (found === TIMEOUT) break;
    const match = found.kept.find(({ message, number }) => number > after && matches(message));
    if (match !== undefined) {
      ask(pid, name, { do: "drop", number: match.number });
      return match.message;
    }
    if (time.until === undefined) break;
    after = found.newest;
  }
  const came = listMessages(list(pid, name), "none came at all");
  throw failed(`${what}: no message that matches ${wanted} came to ${describe(pid, name)} ${waited(time)}; ${came}`);
}

function list(pid: Pid, name: string | undefined): unknown[] {
  return ask(pid, name, { do: "list", after: -1 }).kept.map(({ message }) => message);
}

interface Answered {
  readonly kept: readonly Kept[];
  readonly newest: number;
}

/** Asks a probe something; with a limit of time, the answer may be that it is over. */
function ask(pid: Pid, name: string | undefined, request: Request): Answered;
function ask(pid: Pid, name: string | undefined, request: Request, time: Patience): Answered | typeof TIMEOUT;
function ask(pid: Pid, name: string | undefined, request: Request, time?: Patience): Answered | typeof TIMEOUT {
  const ref = monitor(pid, REPLY);
  send(pid, { type: PROBE, ref, request });
  const answer = time === undefined ? receiveSince(ref) : awaited(ref, time);
  if (answer?.type === "DOWN") throw failed(`${describe(pid, name)} has ended: ${showPattern(answer.reason)}`);
  return answer;
}

function describe(pid: Pid, name: string | undefined): string {
  return `the probe ${pid.toString()}${name === undefined ? "" : ` (${JSON.stringify(name)})`}`;
}
