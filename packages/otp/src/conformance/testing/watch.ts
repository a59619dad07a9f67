/** Waiting for what must come, and making sure that nothing else does. */
import {
  exit,
  isAlive,
  monitor,
  receive,
  schedulers,
  spawnOpt,
  TIMEOUT,
  yieldNow,
  type Down,
  type Exit,
  type Pid,
  type Ref,
} from "@agner/vm";

/** The `Down` of a monitor; other messages stay. */
export function downOf(ref: Ref): Down {
  return receive((message) => message?.type === "DOWN" && message.ref === ref);
}

/** Why a process ends, or has ended: `"noproc"` if that was before the call. */
export function endOf(pid: Pid): unknown {
  return downOf(monitor(pid)).reason;
}

/** The exit signal of a process, in a caller that traps exits; other messages stay. */
export function exitFrom(pid: Pid): Exit {
  return receive((message) => message?.type === "EXIT" && message.from === pid);
}

/** Everything in the caller's mailbox, oldest first. */
export function taken(): unknown[] {
  const messages: unknown[] = [];
  for (;;) {
    const message = receive(undefined, 0);
    if (message === TIMEOUT) return messages;
    messages.push(message);
  }
}

/** Returns when all cores have acted on every signal that the caller has sent, and what they had sent to it until then has arrived. */
export function settled(): void {
  for (let scheduler = 0; scheduler < schedulers(); scheduler++) {
    const [, ref] = spawnOpt({ monitor: true, scheduler }, nothing);
    downOf(ref);
  }
}

/** Gives way to other processes until the condition holds. */
export function until(condition: () => boolean): void {
  while (!condition()) yieldNow();
}

/** Ends a process and returns when it has ended. */
export function kill(pid: Pid): void {
  const ref = monitor(pid);
  exit(pid, "kill");
  downOf(ref);
}

/** Whether a process is gone when all signals on the way have been acted upon. */
export function isGone(pid: Pid): boolean {
  settled();
  return !isAlive(pid);
}

/** What a call throws; fails if it throws nothing. */
export function thrown(call: () => unknown): any {
  try {
    call();
  } catch (e) {
    return e;
  }
  throw new Error("nothing was thrown");
}

/** The `reason` of the error that a call throws. */
export function reasonOf(call: () => unknown): unknown {
  return thrown(call).reason;
}

/** A process that ends at once. */
export function nothing(): void {}

/** A process that waits for a message that never comes. */
export function park(): void {
  receive(() => false);
}

/** The numbers from 0 up to `count`. */
export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
