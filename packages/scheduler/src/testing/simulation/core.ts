/**
 * A scheduler as the cases of rest and migration know it: the real rings, boards, doorbells, directory, rests and graces, driven in the order in which turn.ts,
 * moving.ts, steal.ts and held.ts drive them, with processes that do nothing but count the messages that they send each other.
 */
import { ON_THE_MOVE } from "../../memory/directory.ts";
import { changed } from "./machine.ts";
import { changesByOthers, note, pauseForOthers, sleepOn } from "./steps.ts";
import { check, type Steps } from "./threads.ts";
import type { Modules } from "./modules.ts";
import { isComplete, newProcess, SERIAL, type Disorder, type Process, type Stage } from "./stage.ts";
import type { Reader } from "../../terms/reader.ts";

export class Core {
  readonly thread: number;
  readonly processes = new Map<number, Process>();
  private readonly rest: InstanceType<Modules["Rest"]>;
  private readonly stage: Stage;
  private readonly disorder: Disorder | undefined;
  private readonly directory: InstanceType<Modules["Directory"]>;
  private readonly bell: InstanceType<Modules["Doorbell"]>;
  private readonly board: InstanceType<Modules["StealableDeque"]>;
  private readonly grace: InstanceType<Modules["Grace"]>;
  private readonly thieves: { readonly victim: number; readonly thief: InstanceType<Modules["Thief"]> }[] = [];
  private readonly outboxes: InstanceType<Modules["Outbox"]>[] = [];
  private readonly inboxes: { readonly from: number; readonly inbox: InstanceType<Modules["Inbox"]> }[] = [];
  private readonly held = new Map<number, { readonly from: number; readonly n: number }[]>();
  private marked: Process[] = [];
  private inGrace: Process[] = [];
  private ready: Process[] = [];
  private published: Process[] = [];

  constructor(modules: Modules, stage: Stage, thread: number) {
    const { memory, plan } = stage;
    this.stage = stage;
    this.disorder = modules.disorder;
    this.thread = thread;
    this.rest = new modules.Rest(memory, thread);
    this.directory = new modules.Directory(memory, thread, stage.generations);
    this.bell = new modules.Doorbell(memory, thread);
    this.board = new modules.StealableDeque(memory, thread);
    this.grace = new modules.Grace(memory, thread);
    for (let other = 0; other < plan.schedulers; other++) {
      if (other === thread) continue;
      this.thieves.push({ victim: other, thief: new modules.Thief(memory, other) });
      this.inboxes.push({ from: other, inbox: new modules.Inbox(memory, other, thread) });
      this.outboxes[other] = new modules.Outbox(memory, thread, other);
    }
    plan.homes.forEach((home, index) => {
      if (home === thread) this.processes.set(index, newProcess(index, plan.homes.length));
    });
  }

  /** Turns, until every message has arrived. */
  *run(): Steps<void> {
    yield* this.turns();
    for (const { victim } of this.thieves) yield* this.bell.ring(victim);
  }

  private *turns(): Steps<void> {
    while (!this.stage.over) {
      const seen = changesByOthers();
      yield* this.bell.cancelSleep();
      if (this.disorder !== "rest ends after the first signal") yield* this.rest.end();
      const worked = yield* this.turn();
      if (this.stage.over) return;
      if (worked) continue;
      if (this.isBusy()) {
        yield* pauseForOthers(seen);
        continue;
      }
      yield* this.bell.announceSleep();
      if (this.disorder !== "sleeps without a last look" && ((yield* this.hasArrived()) || (yield* this.steal()))) continue;
      if (this.stage.over) return;
      const rung = yield* this.bell.wait();
      if (rung === undefined) continue;
      if (this.held.size > 0) {
        // It looks again soon.
        yield* pauseForOthers(seen);
        continue;
      }
      yield* this.rest.begin();
      yield* sleepOn(rung);
    }
  }

  /** One turn; whether anything was done. */
  private *turn(): Steps<boolean> {
    const { plan } = this.stage;
    let worked = yield* this.drain();
    if (this.runnable().length === 0 || plan.steals()) worked = (yield* this.steal()) || worked;
    for (const p of this.runnable()) {
      if (plan.leaves(p.index)) {
        worked = true;
        if (this.disorder === "grace begins before the mark" && this.inGrace.length === 0) yield* this.grace.begin();
        yield* this.directory.setMoving(this.stage.slots[p.index]!, true);
        note(() => `process ${p.index} is about to leave`);
        this.marked.push(p);
      } else worked = (yield* this.runSlice(p)) || worked;
      if (this.disorder === "rest ends after the first signal") yield* this.rest.end();
    }
    if (this.stage.plan.sweeps()) worked = (yield* this.sweep()) || worked;
    worked = (yield* this.sendOff()) || worked;
    yield* this.wakeThieves();
    if (this.disorder === "rest passes before the flush") yield* this.rest.pass();
    const flushed = yield* this.flushAll();
    if (flushed && this.disorder !== "rest passes before the flush") yield* this.rest.pass();
    return worked;
  }

  /** Whether there is something that this thread must look after, so that it may not sleep. */
  private isBusy(): boolean {
    if (this.marked.length + this.inGrace.length + this.ready.length + this.published.length > 0) return true;
    return this.runnable().some((p) => this.canSend(p)) || this.outboxes.some((outbox) => outbox.pendingBytes > 0);
  }

  private runnable(): Process[] {
    const away = new Set([...this.marked, ...this.inGrace, ...this.ready, ...this.published]);
    return [...this.processes.values()].filter((p) => !away.has(p));
  }

  private canSend(p: Process): boolean {
    const { each, answers } = this.stage.plan;
    if (p.sent === each * (this.stage.slots.length - 1)) return false;
    if (answers !== true) return true;
    const received = p.got.reduce((a, b) => a + b);
    return p.index === 0 ? p.sent <= received : p.sent < received;
  }

  /** `p` sends one message, if there is one to send. */
  private *runSlice(p: Process): Steps<boolean> {
    if (!this.canSend(p)) return false;
    const others = this.stage.slots.length - 1;
    const target = (p.index + 1 + (p.sent % others)) % this.stage.slots.length;
    const n = Math.floor(p.sent / others);
    p.sent++;
    yield* this.send(p, target, n);
    return true;
  }

  private *send(p: Process, to: number, n: number): Steps<void> {
    const own = this.processes.get(to);
    if (own !== undefined && (yield* this.isHere(own))) return this.receive(own, p.index, n);
    const waiting = this.held.get(to);
    if (waiting !== undefined && this.disorder !== "held signals are overtaken") {
      waiting.push({ from: p.index, n });
      p.wasHeld = true;
      return;
    }
    const thread = yield* this.directory.routeOfMessage(this.stage.slots[to]!, SERIAL);
    if (thread === ON_THE_MOVE) {
      note(() => `message ${n} from ${p.index} to ${to} waits`);
      this.held.set(to, [...(waiting ?? []), { from: p.index, n }]);
      p.wasHeld = true;
    } else {
      p.sentTo.add(thread);
      yield* this.write(thread, to, p.index, n);
    }
  }

  private *write(thread: number, to: number, from: number, n: number): Steps<void> {
    check(thread >= 0, () => `process ${to} has not ended, and no thread owns it`);
    if (thread === this.thread) {
      const own = this.processes.get(to);
      check(own !== undefined, () => `thread ${thread} owns process ${to} and does not have it`);
      return this.receive(own, from, n);
    }
    note(() => `message ${n} from ${from} to ${to} is written for thread ${thread}`);
    const writer = yield* this.outboxes[thread]!.begin();
    writer.u8(to);
    writer.u8(from);
    writer.u8(n);
    yield* this.outboxes[thread]!.end();
  }

  private receive(p: Process, from: number, n: number): void {
    note(() => `process ${p.index} receives message ${n} from ${from}`);
    check(p.got[from] === n, () => `process ${p.index} receives message ${n} of process ${from}, and expects ${p.got[from]}`);
    p.got[from] = n + 1;
    this.stage.received++;
    if (this.stage.plan.answers !== true && isComplete(this.stage)) this.stage.over = true;
    changed();
  }

  private *flushAll(): Steps<boolean> {
    if (this.held.size > 0) yield* this.flushHeld();
    let all = true;
    for (const [thread, outbox] of this.outboxes.entries()) {
      if (outbox === undefined || outbox.pendingBytes === 0) continue;
      if (this.disorder === "rings before it publishes") yield* this.bell.ring(thread);
      if (!(yield* outbox.flush())) all = false;
      if (this.disorder !== "rings before it publishes") yield* this.bell.ring(thread);
    }
    return all;
  }

  private *flushHeld(): Steps<void> {
    for (const to of [...this.held.keys()]) yield* this.releaseHeld(to);
  }

  private *releaseHeld(to: number): Steps<void> {
    const waiting = this.held.get(to);
    if (waiting === undefined) return;
    let thread = yield* this.directory.routeOfMessage(this.stage.slots[to]!, SERIAL);
    if (thread === ON_THE_MOVE) {
      if (this.disorder !== "held signals leave too early") return;
      thread = yield* this.directory.ownerOf(this.stage.slots[to]!);
    }
    this.held.delete(to);
    for (const { from, n } of waiting) yield* this.write(thread, to, from, n);
  }

  private *hasArrived(): Steps<boolean> {
    for (const { inbox } of this.inboxes) if (yield* inbox.hasWork()) return true;
    return false;
  }

  private *drain(): Steps<boolean> {
    let any = false;
    for (const { from, inbox } of this.inboxes) {
      if (!(yield* inbox.hasWork())) continue;
      yield* inbox.poll();
      for (let reader = yield* inbox.next(); reader !== undefined; reader = yield* inbox.next()) {
        any = true;
        yield* this.apply(reader, from);
      }
    }
    return any;
  }

  private *apply(reader: Reader, thread: number): Steps<void> {
    const to = reader.u8();
    const from = reader.u8();
    const n = reader.u8();
    const p = this.processes.get(to);
    check(
      p !== undefined && (yield* this.isHere(p)),
      () =>
        `message ${n} from process ${from} to ${to} comes from thread ${thread} to ${this.thread}, where its receiver no longer is`,
    );
    this.receive(p, from, n);
  }

  /** Brings `p` back from the board if it is there; false if a thief has it. */
  private *isHere(p: Process): Steps<boolean> {
    return p.entry === undefined || (yield* this.settle(p));
  }

  private *settle(p: Process): Steps<boolean> {
    if (yield* this.board.withdraw(p.entry!)) {
      p.entry = undefined;
      this.published = this.published.filter((other) => other !== p);
      yield* this.directory.setMoving(this.stage.slots[p.index]!, false);
      return true;
    }
    yield* this.letGo(p);
    return false;
  }

  private *letGo(p: Process): Steps<void> {
    const thief = yield* this.board.takenBy(p.entry!);
    check(thief >= 0, () => `nobody has taken process ${p.index}`);
    this.forget(p);
    yield* this.directory.moveIfOwner(this.stage.slots[p.index]!, SERIAL, this.thread, thief);
  }

  private forget(p: Process): void {
    this.published = this.published.filter((other) => other !== p);
    if (this.processes.get(p.index) === p) this.processes.delete(p.index);
  }

  private *sweep(): Steps<boolean> {
    let any = false;
    for (const p of [...this.published]) {
      if ((yield* this.board.stateOf(p.entry!)) === "taken") yield* this.letGo(p);
      else if (this.stage.plan.givesUp()) yield* this.settle(p);
      else continue;
      any = true;
    }
    yield* this.board.reclaim();
    return any;
  }

  private *sendOff(): Steps<boolean> {
    let any = false;
    const { plan, slots } = this.stage;
    if (this.inGrace.length > 0 && (yield* this.grace.isOver())) {
      this.ready.push(...this.inGrace);
      this.inGrace = [];
      any = true;
    }
    if (this.inGrace.length > 0 && plan.givesUp()) {
      for (const p of this.inGrace) yield* this.directory.setMoving(slots[p.index]!, false);
      this.inGrace = [];
      any = true;
    }
    if (this.inGrace.length === 0 && this.marked.length > 0) {
      this.inGrace = this.marked;
      this.marked = [];
      if (this.disorder !== "grace begins before the mark") yield* this.grace.begin();
      any = true;
    }
    const waiting = this.ready;
    this.ready = [];
    for (const p of waiting) {
      const heard = yield* this.hasBeenHeard(p);
      if (!heard && !plan.givesUp()) {
        this.ready.push(p);
        continue;
      }
      any = true;
      if (!heard || !(yield* this.publish(p))) yield* this.directory.setMoving(slots[p.index]!, false);
    }
    return any;
  }

  /** Whether all that `p` has sent from here has been acted on. */
  private *hasBeenHeard(p: Process): Steps<boolean> {
    if (this.disorder === "leaves before it is heard") return true;
    if (p.wasHeld && this.held.size > 0) return false;
    for (const [thread, outbox] of this.outboxes.entries()) {
      if (outbox === undefined || !(p.wasHeld || p.sentTo.has(thread))) continue;
      if (outbox.pendingBytes > 0 || !(yield* outbox.drained(yield* outbox.position()))) return false;
    }
    p.sentTo.clear();
    p.wasHeld = false;
    return true;
  }

  private *publish(p: Process): Steps<boolean> {
    const bytes = Uint8Array.of(p.index, p.sent, ...p.got);
    const entry = yield* this.board.publish(bytes, bytes.length);
    if (entry < 0) return false;
    note(() => `process ${p.index} is offered`);
    p.entry = entry;
    this.published.push(p);
    return true;
  }

  private *wakeThieves(): Steps<void> {
    if (this.published.length === 0) return;
    for (const { victim } of this.thieves) if (yield* this.bell.isAsleep(victim)) yield* this.bell.ring(victim);
  }

  private *steal(): Steps<boolean> {
    for (const { victim, thief } of this.thieves) {
      const stolen = yield* thief.steal(this.thread);
      if (stolen === "empty" || stolen === "retry") continue;
      yield* this.adopt(stolen, victim);
      return true;
    }
    return false;
  }

  private *adopt(payload: Uint8Array, victim: number): Steps<void> {
    const [index, sent, ...got] = payload;
    const stale = this.processes.get(index!);
    if (stale !== undefined && this.disorder !== "forgets the theft that brought it back") {
      // It was here before, went, and comes back before this thread has learned that it went.
      check(stale.entry !== undefined, () => `process ${index} comes to thread ${this.thread}, where it is`);
      // Where it went from here is of no interest any more: the directory may say already that it is here.
      if (this.disorder === "sends back what has come back") yield* this.letGo(stale);
      else {
        yield* this.board.takenBy(stale.entry);
        this.forget(stale);
      }
    }
    const p = { ...newProcess(index!, this.stage.slots.length), sent: sent!, got };
    this.processes.set(p.index, p);
    note(() => `process ${index} arrives at thread ${this.thread}`);
    yield* this.directory.moveIfOwner(this.stage.slots[p.index]!, SERIAL, victim, this.thread);
    yield* this.releaseHeld(p.index);
  }
}
