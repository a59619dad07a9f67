/**
 * Waiting for what must come, and making sure that nothing else does.
 */
import {
  exit,
  monitor,
  receive,
  schedulerId,
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

/** Why the process behind a monitor ended. */
export function reasonOf(ref: Ref): unknown {
  return downOf(ref).reason;
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

/** The time in milliseconds, the same on every core: by it two processes begin something at the same moment. */
export function clock(): number {
  return performance.timeOrigin + performance.now();
}

/** Computes until {@link clock} shows `at`. */
export function spinUntil(at: number): void {
  while (clock() < at);
}

/** Does something below a native frame, which an accessor has: until it is done, its core reads no signals and sends none. */
export function holding(work: () => void): void {
  const native = {
    get frame(): undefined {
      work();
      return undefined;
    },
  };
  void native.frame;
}

/** The `code` of the error that a call throws; undefined if it throws none. */
export function codeOf(call: () => unknown): unknown {
  try {
    call();
    return undefined;
  } catch (e) {
    return (e as { code?: unknown }).code;
  }
}

/** Does something in a process that stays on the core of the caller, and returns when that has ended. */
export function onOneCore(work: () => void): void {
  const [, ref] = spawnOpt({ monitor: true, scheduler: schedulerId() }, work);
  const reason = reasonOf(ref);
  if (reason !== "normal") throw reason;
}

/** Ends a process and returns when it has ended. */
export function kill(pid: Pid): void {
  const ref = monitor(pid);
  exit(pid, "kill");
  downOf(ref);
}

/** A process that ends at once. */
export function nothing(): void {}

/** A process that ends with a reason. */
export function exitWith(reason: unknown): void {
  exit(reason);
}

/** A process that waits for a message that never comes. */
export function park(): void {
  receive(() => false);
}

/** A process that never waits: it computes until somebody ends it. */
export function spin(): void {
  for (;;);
}

/** The numbers from 0 up to `count`. */
export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
