/** The process of a probe: it keeps what is sent to it until the test asks. */
import { exit, monitor, receive, send, unpackFunction, type PackedFunction, type Pid, type Ref } from "@agner/vm";
import { replyTo } from "../gen/call.ts";
import type { Call, System } from "../gen/message.ts";

/** A message as the probe keeps it; numbers count from 1 in the order of arrival. */
export interface Kept {
  readonly number: number;
  readonly message: unknown;
}

/** How a stand-in server answers calls of one name. */
export type Answer = { readonly value: unknown } | { readonly compute: PackedFunction<(...args: any[]) => unknown> };

/** What a test asks of its probe. */
export type Request =
  /** All that is kept, as soon as there is something newer than number `after`. */
  | { readonly do: "list"; readonly after: number }
  | { readonly do: "drop"; readonly number: number }
  | { readonly do: "answer"; readonly name: string; readonly answer: Answer }
  | { readonly do: "forward"; readonly to: Pid | string };

/** Marks a {@link Request} among all that a probe gets. */
export const PROBE = "$probe";

interface State {
  kept: Kept[];
  newest: number;
  /** By the name of the call, what answers it. */
  readonly answers: Map<string, (...args: any[]) => unknown>;
  waiting: { readonly ref: Ref; readonly after: number }[];
  forwardTo: Pid | string | undefined;
}

/** The life of a probe: it ends with the test. */
export function runProbe(owner: Pid): void {
  const end = monitor(owner);
  const state: State = { kept: [], newest: 0, answers: new Map(), waiting: [], forwardTo: undefined };
  for (;;) {
    const message = receive<any>();
    if (message?.type === PROBE) serve(state, message.ref, message.request);
    else if (message?.type === "DOWN" && message.ref === end) exit("normal");
    else keep(state, message);
  }
}

function serve(state: State, ref: Ref, request: Request): void {
  switch (request.do) {
    case "list":
      if (state.newest > request.after) return tell(state, ref);
      state.waiting.push({ ref, after: request.after });
      return;
    case "drop":
      state.kept = state.kept.filter(({ number }) => number !== request.number);
      return tell(state, ref);
    case "answer":
      state.answers.set(request.name, answererOf(request.answer)); // made once, so that it can keep what it counts
      return tell(state, ref);
    case "forward":
      state.forwardTo = request.to;
      return tell(state, ref);
  }
}

function tell({ kept, newest }: State, ref: Ref): void {
  send(ref, { ref, kept, newest });
}

function keep(state: State, message: unknown): void {
  state.newest++;
  state.kept.push({ number: state.newest, message });
  const { waiting } = state;
  state.waiting = waiting.filter(({ after }) => after >= state.newest);
  for (const { ref, after } of waiting) if (after < state.newest) tell(state, ref);
  if (state.forwardTo !== undefined) send(state.forwardTo, message);
  else if (isServerMessage(message)) answer(state, message);
}

function isServerMessage(message: any): message is Call | System {
  return message?.type === "$call" || message?.type === "$system";
}

function answer({ answers }: State, message: Call | System): void {
  if (message.type === "$system") {
    if (message.request === "terminate") exit(message.args[0]);
    return;
  }
  const answerer = answers.get(message.name);
  if (answerer !== undefined) replyTo(message, answerer(...message.args));
}

function answererOf(answer: Answer): (...args: any[]) => unknown {
  if ("compute" in answer) return unpackFunction(answer.compute);
  const { value } = answer;
  return () => value;
}
