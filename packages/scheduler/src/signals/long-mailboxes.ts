/**
 * Long mailboxes. A mailbox that grows looks up from which length on somebody wants to know of it (process/mailbox.ts); all else happens here, once that length is reached.
 */
import { clock } from "../clock.ts";
import { local } from "../local.ts";
import { NEVER, type Mailbox } from "../process/mailbox.ts";
import { EXITING, type Process } from "../process/process.ts";
import { lowestThreshold, raise } from "../system-events.ts";

/** Long mailboxes of which somebody was told. */
const longOnes = new Set<Process>();
/** How often they are looked at, in milliseconds. */
const LOOK_MS = 1_000;
let looking: NodeJS.Timeout | undefined;

/** The mailbox is long, and gets a message more. Told again when it has doubled, and when it was less than half as long meanwhile. */
export function noteLong(p: Process, mailbox: Mailbox): void {
  const length = mailbox.length + 1;
  const threshold = lowestThreshold("longMailbox");
  mailbox.longAt = threshold === Infinity ? NEVER : Math.max(length, Math.ceil(threshold)) * 2 - 1;
  if (!(length >= threshold)) return;
  longOnes.add(p);
  looking ??= setInterval(lookAtLong, LOOK_MS).unref();
  const since = mailbox.oldestKnownSince();
  raise({
    event: "longMailbox",
    scheduler: local.thread,
    pid: p.pid,
    registeredName: p.rare?.name,
    length,
    ageMs: since === undefined ? undefined : clock.now() - since,
  });
}

function lookAtLong(): void {
  const threshold = lowestThreshold("longMailbox");
  for (const p of longOnes) {
    const { mailbox } = p;
    if (p.status === EXITING || mailbox === null) longOnes.delete(p);
    else if (mailbox.length * 2 < threshold) {
      mailbox.longAt = threshold === Infinity ? NEVER : Math.ceil(threshold) - 1;
      longOnes.delete(p);
    } else mailbox.stamp(clock.now());
  }
  if (longOnes.size > 0) return;
  clearInterval(looking);
  looking = undefined;
}
