/**
 * Links. A link is known on both sides. Taking one down is acknowledged, and until then exit signals and link requests from the other side,
 * which were sent before it heard of the unlink, count for nothing (the protocol of Erlang's distribution, OTP 23 and later). A process that
 * has linked again meanwhile wants the link whatever the other side has done, so it takes such a request: where both sides unlink and link
 * again at the same time, both are linked in the end.
 */
import { NoProcError } from "../errors.ts";
import { local } from "../local.ts";
import type { Pid } from "../process/pid.ts";
import { rareOf, type Process } from "../process/process.ts";
import { deliver } from "./message.ts";
import { sendExit } from "./exit.ts";
import { begin, end, here, onSignal, readPid, receiveFor, threadOf, writePid } from "./remote.ts";
import * as wire from "./wire.ts";

/** Links `p` with `other`; again is no change, and so is a link to itself. */
export function link(p: Process, other: Pid): void {
  if (other === p.pid || p.rare?.links?.has(other) === true) return;
  const q = here(other);
  if (q !== undefined) {
    addLink(p, other);
    addLink(q, p.pid);
    return;
  }
  const thread = threadOf(other);
  if (thread < 0) {
    if (!p.trapExit)
      throw new NoProcError(`link: there is no process ${other.toString()}: it has ended`, { details: { pid: other } });
    deliver(p, { type: "EXIT", from: other, reason: "noproc" });
    return;
  }
  addLink(p, other);
  const unlinking = p.rare!.unlinking?.get(other);
  if (unlinking !== undefined) unlinking.relinked = true;
  sendPair(thread, wire.LINK, p.pid, other);
}

export function addLink(p: Process, other: Pid): void {
  (rareOf(p).links ??= new Set()).add(other);
}

let unlinkIds = 0;

/** Takes down the link of `p` with `other`, if there is one. */
export function unlink(p: Process, other: Pid): void {
  if (p.rare?.links?.delete(other) !== true) return;
  const q = here(other);
  if (q !== undefined) {
    q.rare?.links?.delete(p.pid);
    return;
  }
  const thread = threadOf(other);
  if (thread < 0) return;
  const id = ++unlinkIds;
  (rareOf(p).unlinking ??= new Map()).set(other, { id, relinked: false });
  const writer = begin(thread, wire.UNLINK);
  writePid(writer, p.pid);
  writePid(writer, other);
  writer.f64(id);
  end(thread);
}

function sendPair(thread: number, kind: number, from: Pid, to: Pid): void {
  const writer = begin(thread, kind);
  writePid(writer, from);
  writePid(writer, to);
  end(thread);
}

onSignal(wire.LINK, (reader) => {
  const from = readPid(reader);
  const to = readPid(reader);
  receiveFor(
    to,
    (p) => {
      if (p.rare?.unlinking?.get(from)?.relinked !== false) addLink(p, from);
    },
    (thread) => sendPair(thread, wire.LINK, from, to),
    () => sendExit(to, from, "noproc", true),
  );
});

onSignal(wire.UNLINK, (reader) => {
  const from = readPid(reader);
  const to = readPid(reader);
  const id = reader.f64();
  const acknowledge = (): void => {
    const thread = threadOf(from);
    if (thread < 0) return;
    if (thread === local.thread) return acknowledged(to, from, id);
    sendAck(thread, to, from, id);
  };
  receiveFor(
    to,
    (p) => {
      p.rare?.links?.delete(from);
      acknowledge();
    },
    (thread) => {
      const writer = begin(thread, wire.UNLINK);
      writePid(writer, from);
      writePid(writer, to);
      writer.f64(id);
      end(thread);
    },
    acknowledge,
  );
});

function sendAck(thread: number, from: Pid, to: Pid, id: number): void {
  const writer = begin(thread, wire.UNLINK_ACK);
  writePid(writer, from);
  writePid(writer, to);
  writer.f64(id);
  end(thread);
}

function acknowledged(from: Pid, to: Pid, id: number): void {
  const unlinking = here(to)?.rare?.unlinking;
  if (unlinking?.get(from)?.id === id) unlinking.delete(from);
}

onSignal(wire.UNLINK_ACK, (reader) => {
  const from = readPid(reader);
  const to = readPid(reader);
  const id = reader.f64();
  receiveFor(
    to,
    () => acknowledged(from, to, id),
    (thread) => sendAck(thread, from, to, id),
    () => {},
  );
});
