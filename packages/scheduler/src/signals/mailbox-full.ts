/**
 * What a sender is told whose message finds no room.
 */
import { MailboxFullError } from "../errors.ts";
import { local } from "../local.ts";
import type { Pid } from "../process/pid.ts";

/** The error for who sends to a full mailbox. */
export function mailboxFull(pid: Pid, limit: number): MailboxFullError {
  const registeredName = local.names.nameOf(pid.slot, pid.serial);
  const who =
    registeredName === undefined ? pid.toString() : `${pid.toString()}, registered as ${JSON.stringify(registeredName)},`;
  return new MailboxFullError(
    `send: the mailbox of ${who} is full: it takes ${limit} ${limit === 1 ? "message" : "messages"}; send again when it has read some, send less, or give it a larger maxMailbox`,
    { details: { pid, registeredName, limit } },
  );
}
