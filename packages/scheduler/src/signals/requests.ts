/**
 * Questions that one thread asks another on behalf of a process, which waits for the answer: is it alive, what is known of it, cancel or read
 * a timer. A question to a process travels like any signal to it, so that it is answered after everything sent before.
 */
import { local } from "../local.ts";
import { park } from "../process/boundary.ts";
import type { Pid } from "../process/pid.ts";
import { newRef, type Ref } from "../process/ref.ts";
import { Wait, type Process } from "../process/process.ts";
import { toErrorTerm } from "../terms/error-term.ts";
import { finishWait } from "./message.ts";
import { isHolding, releaseHeld, toProcess } from "./held.ts";
import { begin, end, onSignal, readPid, readRef, receiveFor, writePid, writeRef } from "./remote.ts";
import * as wire from "./wire.ts";

/** Answers a question. `p` is the process that was asked; undefined if it has ended, or if the thread itself was asked. */
export type Answer = (p: Process | undefined, argument: unknown) => unknown;

const answers = new Map<string, Answer>();

/** Says how questions of kind `what` are answered. */
export function onRequest(what: string, answer: Answer): void {
  answers.set(what, answer);
}

/** Asks the process `target`, wherever it lives, and parks `p` until the answer comes. */
export function askProcess(p: Process, target: Pid, what: string, argument: unknown): never {
  const { ref, wait } = pending(p, target, what, argument);
  const { pid } = p;
  if (!toProcess(target, argument, (thread, term) => sendRequest(thread, ref, pid, target, what, term)))
    answerLater(ref, what, argument);
  return park(p, wait);
}

/** Asks a thread, and parks `p` until the answer comes. */
export function askThread(p: Process, thread: number, what: string, argument: unknown): never {
  const { ref, wait } = pending(p, thread, what, argument);
  sendRequest(thread, ref, p.pid, undefined, what, argument);
  return park(p, wait);
}

function pending(p: Process, asked: Pid | number, what: string, argument: unknown): { ref: Ref; wait: Wait } {
  const ref = newRef();
  const wait = new Wait("reply");
  local.pendingReplies.set(ref, { process: p, wait, asked, what, argument });
  return { ref, wait };
}

/** The questions of this thread's processes that have no answer yet, of those whom `isWanted` says. */
export function questionsTo(isWanted: (asked: Pid | number) => boolean): Ref[] {
  return [...local.pendingReplies].filter(([, { asked }]) => isWanted(asked)).map(([ref]) => ref);
}

/** Answers those that still have none as if whom they were put to had ended, or had never known what they are about. */
export function answerForLost(questions: readonly Ref[]): void {
  for (const ref of questions) {
    const question = local.pendingReplies.get(ref);
    if (question !== undefined) replied(ref, 0, answers.get(question.what)!(undefined, question.argument));
  }
}

function answerLater(ref: Ref, what: string, argument: unknown): void {
  queueMicrotask(() => replied(ref, 0, answers.get(what)!(undefined, argument)));
}

function sendRequest(thread: number, ref: Ref, from: Pid, target: Pid | undefined, what: string, argument: unknown): void {
  const writer = begin(thread, wire.REQUEST);
  writeRef(writer, ref);
  writePid(writer, from);
  writer.u8(target === undefined ? 0 : 1);
  if (target !== undefined) writePid(writer, target);
  writer.string(what);
  writer.term(argument);
  end(thread);
}

onSignal(wire.REQUEST, (reader) => {
  const ref = readRef(reader);
  const from = readPid(reader);
  const target = reader.u8() === 1 ? readPid(reader) : undefined;
  const what = reader.string();
  const argument = reader.term();
  const answer = (p: Process | undefined): void => {
    let threw: 0 | 1 = 0;
    let value: unknown;
    try {
      value = answers.get(what)!(p, argument);
    } catch (e) {
      threw = 1;
      value = toErrorTerm(e as Error);
    }
    reply(from, ref, threw, value);
  };
  if (target === undefined) return answer(undefined);
  receiveFor(
    target,
    answer,
    (thread) => sendRequest(thread, ref, from, target, what, argument),
    () => answer(undefined),
  );
});

/** What waits here for the asker, who was about to move and has stayed, or it could not have asked, goes first. */
function reply(to: Pid, ref: Ref, threw: 0 | 1, value: unknown): void {
  if (isHolding()) releaseHeld(to);
  if (ref.scheduler === local.thread) return replied(ref, threw, value); // the process asked about moved to the asker's core
  const writer = begin(ref.scheduler, wire.REPLY);
  writeRef(writer, ref);
  writePid(writer, to);
  writer.u8(threw);
  writer.term(value); // answers are made of terms
  end(ref.scheduler);
}

onSignal(wire.REPLY, (reader) => {
  const ref = readRef(reader);
  readPid(reader);
  const threw = reader.u8() === 1 ? 1 : 0;
  replied(ref, threw, reader.term());
});

function replied(ref: Ref, threw: 0 | 1, value: unknown): void {
  const asked = local.pendingReplies.get(ref);
  if (asked === undefined) return;
  local.pendingReplies.delete(ref);
  finishWait(asked.process, asked.wait, value, threw);
}
