/**
 * What happens to a message for a mailbox that has a bound, or is long. Cold but for bounded processes: a message for any other mailbox pays for one comparison.
 *
 * What is bounded are messages: of `send`, of timers that somebody else has set, of aliases. What a process has asked for itself is not, nor what must not be lost:
 * signals of links and monitors, the answer to an alias that takes but one, its own timers, signals of the operating system, system events. All of it counts.
 */
import { local } from "../local.ts";
import type { Bound } from "../process/bound.ts";
import type { Mailbox } from "../process/mailbox.ts";
import { rareOf, type Process } from "../process/process.ts";
import { raise } from "../system-events.ts";
import { watch } from "./bound-watch.ts";
import { terminate } from "./exit.ts";
import { noteLong } from "./long-mailboxes.ts";
import { mailboxFull } from "./mailbox-full.ts";
import { ARRIVED, PROMISED, SENDER, type Origin } from "./origin.ts";

/** Looks at a message for a mailbox that demands attention. Returns whether it is to be pushed; throws if its sender is to know that it is not. */
export function admit(p: Process, mailbox: Mailbox, origin: Origin): boolean {
  const bound = p.rare?.bound;
  if (bound !== undefined && !isAdmitted(p, mailbox, bound, origin)) return false;
  if (mailbox.length >= mailbox.longAt) noteLong(p, mailbox);
  return true;
}

function isAdmitted(p: Process, mailbox: Mailbox, bound: Bound, origin: Origin): boolean {
  if (bound.policy === "error") return isRoom(p, mailbox, bound, origin);
  if (origin === PROMISED) {
    if (bound.policy === "dropOldest") mailbox.keepNext();
    return true;
  }
  if (mailbox.length < bound.limit) return true;
  switch (bound.policy) {
    case "dropNewest":
      dropped(p, bound);
      return false;
    case "dropOldest":
      return isMadeRoom(p, mailbox, bound);
    case "kill":
      dropped(p, bound);
      terminate(p, { mailboxFull: bound.limit });
      return false;
  }
}

/** Drops what is oldest until there is room, but nothing that must stay: if that is all there is, the new message is the oldest that may go. */
function isMadeRoom(p: Process, mailbox: Mailbox, bound: Bound): boolean {
  while (mailbox.length >= bound.limit) {
    const index = mailbox.dropOldest();
    dropped(p, bound);
    if (index < 0) return false;
    const { wait } = p;
    if (wait === null) continue;
    if (wait.scanned > index) wait.scanned--;
    if (wait.last !== undefined && wait.last > index) wait.last--;
  }
  return true;
}

/** The policy `"error"`: the messages on their way from other threads, which have their places, count as if they were here. */
function isRoom(p: Process, mailbox: Mailbox, bound: Bound, origin: Origin): boolean {
  const { slot } = p.pid;
  const change = mailbox.length - bound.told;
  watch(p, bound);
  if (origin === ARRIVED || origin === PROMISED) local.bounds.add(slot, bound.generation, change + 1);
  else if (!local.bounds.enter(slot, bound.generation, change)) {
    bound.told = mailbox.length;
    if (origin === SENDER) {
      local.counters.messagesIn--;
      throw mailboxFull(p.pid, bound.limit);
    }
    dropped(p, bound);
    return false;
  }
  bound.told = mailbox.length + 1;
  return true;
}

function dropped(p: Process, bound: Bound): void {
  local.counters.dropped++;
  rareOf(p).dropped++;
  watch(p, bound);
  if (!bound.calm) return;
  bound.calm = false;
  raise({
    event: "mailboxDropped",
    scheduler: local.thread,
    pid: p.pid,
    registeredName: p.rare!.name,
    policy: bound.policy,
    dropped: p.rare!.dropped,
  });
}
