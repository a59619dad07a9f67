/**
 * The bound of one process's mailbox, as its own thread keeps it.
 */
import { local } from "../local.ts";
import { watch } from "../signals/bound-watch.ts";
import { Mailbox, NEVER } from "./mailbox.ts";
import { rareOf, type MailboxPolicy, type MaxMailbox, type Process } from "./process.ts";

export class Bound {
  readonly limit: number;
  readonly policy: MailboxPolicy;
  /** Under the policy `"error"`: in which generation other threads count (memory/bounds.ts), and how many of the messages in the mailbox they were told of. */
  generation = 0;
  told: number;
  /** Whether its process is among those that are looked at once a turn. */
  watched = false;
  /** Whether the next message that is dropped is the first of a burst. */
  calm = true;

  constructor(limit: number, policy: MailboxPolicy, length: number) {
    this.limit = limit;
    this.policy = policy;
    this.told = length;
  }
}

/** Where a process was before, see {@link boundMailbox}. */
export type Since = "here" | "spawn" | "steal" | "move";

/**
 * Bounds the mailbox of `p`, a process of this thread, or lets it grow. `since`: what it does so as. `"here"`: a process that was here all the time. `"spawn"`: one that was
 * spawned from another thread, which has bounded it already and counts what it sends. `"move"`: one that comes from another thread with its mailbox, and whose
 * messages others have counted there. `"steal"`: one that comes before it has started; its messages follow, and count when they come.
 */
export function boundMailbox(p: Process, maxMailbox: MaxMailbox | undefined, since: Since = "here"): void {
  const rare = rareOf(p);
  rare.maxMailbox = maxMailbox;
  const { limit, policy } =
    typeof maxMailbox === "object" ? maxMailbox : { limit: maxMailbox ?? Infinity, policy: "error" as const };
  const was = rare.bound;
  if (limit === Infinity) {
    rare.bound = undefined;
    if (was !== undefined) (p.mailbox ??= new Mailbox()).limit = NEVER;
    if (was?.policy === "error") local.directory.setBounded(p.pid.slot, false);
    return;
  }
  // A bounded process has a mailbox from the start: its limit is there.
  const mailbox = (p.mailbox ??= new Mailbox());
  const bound = (rare.bound = new Bound(limit, policy, mailbox.length));
  if (was !== undefined) {
    bound.watched = was.watched;
    bound.calm = was.calm;
  }
  mailbox.limit = limitOf(bound);
  if (policy === "dropOldest" && was?.policy !== policy && since === "here") mailbox.keepAll(); // signals may be among them
  if (policy !== "error") {
    if (was?.policy === "error") local.directory.setBounded(p.pid.slot, false);
    return;
  }
  const { slot } = p.pid;
  const goesOn = since === "spawn" || since === "move";
  bound.generation = goesOn ? local.bounds.generationOf(slot) : local.bounds.open(slot, limit, mailbox.length);
  local.directory.setBounded(slot, true);
  if (mailbox.length > 0) watch(p, bound);
}

/** Counts afresh what is in the mailbox of `p`: places were reserved for messages that will never come, because their thread was lost. */
export function recountBound(p: Process): void {
  const bound = p.rare?.bound;
  if (bound?.policy !== "error") return;
  bound.told = p.mailbox?.length ?? 0;
  bound.generation = local.bounds.open(p.pid.slot, bound.limit, bound.told);
}

/** What a mailbox must know of a bound. Under `"error"` messages that are on their way count as well, and under `"dropOldest"` some must be kept: there every message is looked at. */
function limitOf({ policy, limit }: Bound): number {
  return policy === "error" || policy === "dropOldest" ? 0 : Math.min(limit, NEVER);
}

/** `mailbox` is that of `p`, which may have been bounded, or let grow, while it had another for a moment. */
export function restoreLimit(p: Process, mailbox: Mailbox): void {
  const bound = p.rare?.bound;
  mailbox.limit = bound === undefined ? NEVER : limitOf(bound);
}
