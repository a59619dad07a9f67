/**
 * A scheduler in the test's own thread. Its processes are functions that are called once a slice, so that slices can be counted; the other threads of the VM
 * are played by the test.
 */
import { local } from "../local.ts";
import { Inbox, Outbox } from "../memory/channel.ts";
import { Doorbell } from "../memory/doorbell.ts";
import { createSharedMemory, type SharedMemory, type SharedMemoryOptions } from "../memory/layout.ts";
import { S, saveHead, SITES, type Frame } from "../process/frames.ts";
import { newPid, Pid } from "../process/pid.ts";
import { PRIORITIES, Process, WAITING, type Priority } from "../process/process.ts";
import { enqueue } from "../local.ts";
import * as wire from "../signals/wire.ts";
import { startScheduler } from "../thread.ts";

/** Starts it as thread 0. */
export function startTestScheduler(options: SharedMemoryOptions, quota: number = 4_000): SharedMemory {
  const memory = createSharedMemory(options);
  startScheduler({ memory, thread: 0, ports: new Map(), quota });
  return memory;
}

/** A slice of a process: true if it was the last. */
export type Slice = (p: Process) => boolean;

const bodies = new Map<Process, Slice>();

const SITE = SITES.length;
SITES.push((): unknown => {
  const p = local.current!;
  const done = bodies.get(p)!(p);
  if (!done) return saveHead([null, SITE]);
  bodies.delete(p);
  return undefined;
});

/** A process of this thread that is in no queue. */
export function makeProcess(body: Slice, priority: Priority = "normal"): Process {
  const slot = local.directory.allocate(0);
  const p = new Process(newPid(slot, local.directory.serialOf(slot)), null, null, null);
  const frame: Frame = [null, SITE];
  p.frames = frame;
  p.started = true;
  p.priority = PRIORITIES.indexOf(priority);
  bodies.set(p, body);
  Pid.bind(p.pid, p);
  local.counters.processes++;
  return p;
}

/** A process that runs slices until one is the last. */
export function startProcess(body: Slice, priority: Priority = "normal"): Process {
  const p = makeProcess(body, priority);
  enqueue(p);
  return p;
}

/** A process that never runs. */
export function startIdle(): Process {
  const p = makeProcess(() => true);
  p.status = WAITING;
  return p;
}

/** What a slice that computes costs. */
export function spendSlice(): void {
  S.r = -1;
}

/** Runs a process until a slice of it is the last. */
export function untilDone(body: Slice, priority: Priority = "normal"): Promise<void> {
  return new Promise((resolve, reject) => {
    startProcess((p) => {
      try {
        const done = body(p);
        if (done) resolve();
        return done;
      } catch (e) {
        reject(e as Error);
        return true;
      }
    }, priority);
  });
}

/** Another thread of the VM. */
export class Peer {
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  private readonly doorbell: Doorbell;

  constructor(memory: SharedMemory, thread: number) {
    this.outbox = new Outbox(memory, thread, 0);
    this.inbox = new Inbox(memory, 0, thread);
    this.doorbell = new Doorbell(memory, thread);
  }

  /** Writes a message for a process of this thread. */
  write(pid: Pid, message: unknown): void {
    const writer = this.outbox.begin();
    writer.u8(wire.MESSAGE);
    writer.u32(pid.slot);
    writer.u32(pid.serial);
    writer.term(message);
    this.outbox.end();
  }

  /** Publishes what was written, as far as there is room. */
  publish(): void {
    this.outbox.flush();
    this.doorbell.ring(0);
  }

  /** Reads everything that has arrived. Returns how many signals there were. */
  read(): number {
    return this.readMessages().length;
  }

  /** Reads everything that has arrived, which must be messages. */
  readMessages(): unknown[] {
    const messages: unknown[] = [];
    this.inbox.poll();
    for (let reader = this.inbox.next(); reader !== undefined; reader = this.inbox.next()) {
      if (reader.u8() !== wire.MESSAGE) messages.push(undefined);
      else {
        reader.position += 8; // the receiver
        messages.push(reader.term());
      }
    }
    return messages;
  }
}
