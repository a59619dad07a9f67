/**
 * The kinds of signal that cross from one thread to another, and the fields that follow the kind in a frame. A pid is its slot and serial;
 * a reference its scheduler and id.
 */

/** `slot serial term`: a message. */
export const MESSAGE = 1;
/** `owner ref term`: a message to an alias of the process `owner`. */
export const ALIAS = 2;
/** `from to linked reason`: an exit signal, through a link or from `exit(pid, reason)`. */
export const EXIT = 3;
/** `from to`: a link is made. */
export const LINK = 4;
/** `from to id`: a link is taken down; the other side acknowledges. */
export const UNLINK = 5;
/** `from to id`. */
export const UNLINK_ACK = 6;
/** `ref watcher target name?`: a monitor is made. */
export const MONITOR = 7;
/** `ref target`: a monitor is taken down. */
export const DEMONITOR = 8;
/** `ref watcher reason`: the watched process ended. */
export const DOWN = 9;
/** A spawn record: a process that starts on the receiving thread. */
export const SPAWN = 10;
/** `ref from to what argument`: a question to a process or to its thread. */
export const REQUEST = 11;
/** `ref to threw term`: the answer. */
export const REPLY = 12;
/** `target name`: somebody on another thread has registered the process under a name, or freed it. */
export const NAMED = 13;
/** `slot serial term origin`: a message to a process whose mailbox may be full, with what that matters: see origin.ts. */
export const MESSAGE_AS = 14;
/** `owner ref term origin`: the same to an alias. */
export const ALIAS_AS = 15;
/** `target term`: a system event, which no mailbox refuses. */
export const SYSTEM_EVENT = 20;
