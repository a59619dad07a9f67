/**
 * Links. A link is known on both sides. Taking one down is acknowledged, and until then exit signals and link requests from the other side,
 * which were sent before it heard of the unlink, count for nothing (the protocol of Erlang's distribution, OTP 23 and later). A process that
 * has linked again meanwhile wants the link whatever the other side has done, so it takes such a request: where both sides unlink and link
 * again at the same time, both are linked in the end.
 */
import { NoProcError } from "../errors.ts";
import { local } from "../local.ts";
import { addLink, isLinked, removeLink } from "../process/links.ts";
import type { Pid } from "../process/pid.ts";
import { rareOf, sentBit, type Process } from "../process/process.ts";
import { deliver } from "./message.ts";
import { sendExit } from "./exit.ts";
import { toProcess } from "./held.ts";
import { begin, end, here, onSignal, readPid, receiveFor, threadOf, writePid } from "./remote.ts";
import * as wire from "./wire.ts";

/** Links `p` with `other`; again is no change, and so is a link to itself. */
export function link(p: Process, other: Pid): void {
  if (other === p.pid || isLinked(p, other)) return;
  const q = here(other);
  if (q !== undefined) {
    addLink(p, other);
    addLink(q, p.pid);
    return;
  }
  if (threadOf(other) < 0) {
    if (!p.trapExit)
      throw new NoProcError(`link: there is no process ${other.toString()}: it has ended`, { details: { pid: other } });
    deliver(p, { type: "EXIT", from: other, reason: "noproc" });
    return;
  }
  addLink(p, other);
  const unlinking = p.rare?.unlinking?.get(other);
  if (unlinking !== undefined) unlinking.relinked = true;
  if (!toProcess(other, undefined, (thread) => sendPair(thread, wire.LINK, p.pid, other))) sendExit(other, p.pid, "noproc", true);
}

let unlinkIds = 0;

/** A number for an unlink that no other has: the process may go on with it on another thread. */
function newUnlinkId(): number {
  unlinkIds++;
  return unlinkIds * local.memory.threads + local.thread;
}

/** Takes down the link of `p` with `other`, if there is one. */
export function unlink(p: Process, other: Pid): void {
  if (!removeLink(p, other)) return;
  const q = here(other);
  if (q !== undefined) {
    removeLink(q, p.pid);
    return;
  }
  const id = newUnlinkId();
  const { pid } = p;
  if (!toProcess(other, undefined, (thread) => sendUnlink(thread, wire.UNLINK, pid, other, id))) return;
  (rareOf(p).unlinking ??= new Map()).set(other, { id, relinked: false });
}

function sendUnlink(thread: number, kind: number, from: Pid, to: Pid, id: number): void {
  const writer = begin(thread, kind);
  writePid(writer, from);
  writePid(writer, to);
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
  receiveFor(
    to,
    (p) => {
      removeLink(p, from);
      acknowledge(to, from, id, p);
    },
    (thread) => sendUnlink(thread, wire.UNLINK, from, to, id),
    () => acknowledge(to, from, id, undefined),
  );
});

/** `p`, if it lives, is the process that speaks: its next signals must not overtake this one. */
function acknowledge(from: Pid, to: Pid, id: number, p: Process | undefined): void {
  if (here(to) !== undefined) return acknowledged(to, from, id);
  toProcess(to, undefined, (thread) => {
    if (p !== undefined) p.sentTo |= sentBit(thread);
    sendUnlink(thread, wire.UNLINK_ACK, from, to, id);
  });
}

/** `by` has taken its side of the link with `p` down. */
function acknowledged(p: Pid, by: Pid, id: number): void {
  const unlinking = here(p)?.rare?.unlinking;
  if (unlinking?.get(by)?.id === id) unlinking.delete(by);
}

onSignal(wire.UNLINK_ACK, (reader) => {
  const from = readPid(reader);
  const to = readPid(reader);
  const id = reader.f64();
  receiveFor(
    to,
    () => acknowledged(to, from, id),
    (thread) => sendUnlink(thread, wire.UNLINK_ACK, from, to, id),
    () => {},
  );
});
