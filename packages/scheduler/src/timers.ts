/**
 * A hierarchical timing wheel (Varghese and Lauck, SOSP 1987): 1 ms ticks, four levels of 256, 64, 64 and 64 slots, and a list for what lies
 * beyond. Setting and cancelling cost the same however many timers there are. A timer never fires early. However many are due at once, they
 * can be fired in portions.
 */

/**
 * One timer: a node of a doubly linked list, so that cancelling is unlinking. What it does when its time has come a class of each kind says, and not a closure: with its context that
 * would be two objects more for each timer, which live as long as it does. Nor have the classes one that they extend, whose constructor V8 11 does not put in place
 * (benchmarks: timer-set-cancel, timer-fire, server-call-small).
 */
export interface Timer {
  /** The tick (whole ms of the thread's clock) at which it fires; 0 at first. */
  tick: number;
  prev: Timer | undefined;
  next: Timer | undefined;
  /** The slot it is linked into; undefined before it is set, and when it fired or was cancelled. */
  slot: Slot | undefined;

  /** Called once, when its time has come. */
  fire(): void;
}

/** A timer that calls a function. */
export class Callback implements Timer {
  tick = 0;
  prev: Timer | undefined = undefined;
  next: Timer | undefined = undefined;
  slot: Slot | undefined = undefined;
  readonly #call: () => void;

  constructor(call: () => void) {
    this.#call = call;
  }

  fire(): void {
    this.#call();
  }
}

/** Timers of the same time, in the order in which they were set. */
export interface Slot {
  head: Timer | undefined;
  tail: Timer | undefined;
}

/** In place of the slot of a timer that is not in the wheel yet. */
const NEW: Slot = { head: undefined, tail: undefined };
/** So many timers that are not in the wheel yet are put there, whether anybody asks or not. */
const MAX_NEW = 4_096;

const BITS = [8, 6, 6, 6] as const;
/** Ticks of a slot, by level. */
const SPANS = [1, 1 << 8, 1 << 14, 1 << 20] as const;
const LAST_LEVEL = BITS.length - 1;
/** Beyond this many ticks a timer waits on the far list. */
const HORIZON = 1 << 26;

function slots(count: number): Slot[] {
  return Array.from({ length: count }, () => ({ head: undefined, tail: undefined }));
}

/** What a wheel goes by. */
export interface WheelClock {
  /** The time in milliseconds, with fractions. */
  now(): number;
  /** While it stands, what is set for now is due now; else at the next tick. */
  readonly stands: boolean;
}

export class TimerWheel {
  readonly #clock: WheelClock;
  readonly #levels: readonly Slot[][] = BITS.map((bits) => slots(1 << bits));
  #far: Slot = { head: undefined, tail: undefined };
  /** All ticks before this one have been handled, and this one up to what `#spreading` and its own slot still hold. */
  #tick: number;
  /** Slots of upper levels whose lap has begun: what they hold goes to the levels below before anything else is done. */
  readonly #spreading: Slot[] = [];
  #size = 0;
  /**
   * Timers that were set since anybody last asked for those that are due, in the order in which they came, cancelled ones too. Of those that belong to calls of servers (benchmark:
   * server-call-small) most are cancelled before that, and never get into the wheel.
   */
  readonly #new: Timer[] = [];
  /** Timers that may still be moved or fired by the present call. */
  #budget = 1;

  constructor(clock: WheelClock) {
    this.#clock = clock;
    this.#tick = Math.floor(clock.now());
  }

  get size(): number {
    this.#enter();
    return this.#size;
  }

  /** Sets a timer that was not set before: it fires `ms` milliseconds from now or later. Returns it. */
  set<T extends Timer>(ms: number, timer: T): T {
    timer.tick = Math.max(Math.ceil(this.#clock.now() + ms), this.#tick + 1);
    timer.slot = NEW;
    if (this.#new.push(timer) >= MAX_NEW) this.#enter();
    return timer;
  }

  /** Cancels; false if it had fired or was cancelled before. */
  cancel(timer: Timer): boolean {
    if (timer.slot === undefined) return false;
    if (timer.slot === NEW) timer.slot = undefined;
    else {
      unlink(timer);
      this.#size--;
    }
    return true;
  }

  /** Whole milliseconds until `timer` fires, never more than it was set for; undefined if it will not. */
  remaining(timer: Timer): number | undefined {
    return timer.slot === undefined ? undefined : Math.max(0, Math.floor(timer.tick - this.#clock.now()));
  }

  /**
   * Fires those that are due, in the order of their ticks. Returns how many. About `limit` timers are handled at most, and none is skipped: see {@link isBehind}.
   * While the clock stands there is no limit.
   */
  advance(limit: number = Infinity): number {
    this.#budget = this.#clock.stands ? Infinity : limit;
    this.#enter();
    if (this.#size === 0) return 0;
    const until = Math.floor(this.#clock.now());
    let fired = this.#finishTick();
    while (this.#tick < until && this.#budget > 0) {
      this.#enter(); // what has fired may have set others
      if (this.#size === 0) {
        this.#tick = until;
        break;
      }
      this.#tick++;
      if ((this.#tick & 0xff) === 0) this.#cascade(1);
      fired += this.#finishTick();
    }
    if (this.#clock.stands) this.#tick = this.#over();
    return fired;
  }

  /** Whether `advance` stopped at its limit, so that more may be due. */
  get isBehind(): boolean {
    return this.#budget <= 0 && this.#size > 0;
  }

  /** The last tick that is over; while the clock stands, that of now is not. */
  #over(): number {
    const tick = Math.floor(this.#clock.now());
    return this.#clock.stands ? tick - 1 : tick;
  }

  /** Milliseconds until something may be due: 0 if it is already, undefined if nothing is set. At most 256 ms ahead it is exact. */
  untilNext(): number | undefined {
    this.#enter();
    if (this.#size === 0) return undefined;
    if (this.isBehind) return 0;
    const first = this.#levels[0]!;
    for (let tick = this.#tick + 1; tick <= this.#tick + 256; tick++) {
      // The next lap of the wheel starts with a cascade that may bring earlier ones down.
      if (first[tick & 0xff]!.head !== undefined || (tick & 0xff) === 0) return Math.max(0, tick - this.#clock.now());
    }
    return 256;
  }

  /** The tick of the first timer; undefined if nothing is set. Cold: only for a clock that stands. */
  next(): number | undefined {
    this.#enter();
    let first = Math.min(earliest(this.#dueSlot()), ...this.#spreading.map(earliest));
    for (let level = 0; level <= LAST_LEVEL; level++) {
      const slotsOfLevel = this.#levels[level]!;
      const now = Math.floor(this.#tick / SPANS[level]!);
      // What is in the slot of now itself is a lap ahead.
      for (let step = 1; step <= slotsOfLevel.length; step++) {
        const slot = slotsOfLevel[(now + step) & (slotsOfLevel.length - 1)]!;
        if (slot.head === undefined) continue;
        first = Math.min(first, earliest(slot));
        break;
      }
    }
    first = Math.min(first, earliest(this.#far));
    return first === Infinity ? undefined : first;
  }

  /** Whether a timer is due. Cold: only for a clock that stands. */
  isDue(): boolean {
    const tick = this.next();
    return tick !== undefined && tick <= this.#clock.now();
  }

  /** Puts the new timers that were not cancelled into the wheel. */
  #enter(): void {
    const timers = this.#new;
    if (timers.length === 0) return;
    if (this.#size === 0) this.#skipTo(timers);
    for (const timer of timers) {
      if (timer.slot !== NEW) continue;
      this.#size++;
      this.#link(timer);
    }
    timers.length = 0;
  }

  /** Nothing is in the wheel: what lies before the first of these timers, and is over, need not be gone through. */
  #skipTo(timers: readonly Timer[]): void {
    let first = Infinity;
    for (const { slot, tick } of timers) if (slot === NEW && tick < first) first = tick;
    if (first === Infinity) return;
    this.#tick = Math.max(this.#tick, Math.min(first - 1, this.#over()));
    this.#spreading.length = 0;
  }

  #link(timer: Timer): void {
    const ahead = timer.tick - this.#tick;
    if (ahead >= HORIZON) return append(this.#far, timer);
    let level = 0;
    while (level < LAST_LEVEL && ahead >= SPANS[level + 1]!) level++;
    append(this.#levels[level]![indexIn(level, timer.tick)]!, timer);
  }

  /**
   * The next slot of `level` is to be spread over the levels below, after that of the level above if that one also starts a lap. No timer that is set meanwhile
   * gets into one of these slots: at the start of a lap its own slot is the one that lies farthest ahead.
   */
  #cascade(level: number): void {
    if (level > LAST_LEVEL) {
      this.#spreading.push(this.#far);
      this.#far = { head: undefined, tail: undefined };
      return;
    }
    const index = indexIn(level, this.#tick);
    if (index === 0) this.#cascade(level + 1);
    this.#spreading.push(this.#levels[level]![index]!);
  }

  /** Does what there is to do at the present tick, within the budget. Returns how many fired. */
  #finishTick(): number {
    for (let slot = this.#spreading[0]; slot !== undefined; slot = this.#spreading[0]) {
      for (let timer = slot.head; timer !== undefined; timer = slot.head) {
        if (this.#budget-- <= 0) return 0;
        unlink(timer);
        this.#link(timer);
      }
      this.#spreading.shift();
    }
    const due = this.#dueSlot();
    let fired = 0;
    for (let timer = due.head; timer !== undefined && timer.tick <= this.#tick; timer = due.head) {
      if (this.#budget-- <= 0) return fired;
      unlink(timer);
      this.#size--;
      fired++;
      timer.fire();
    }
    return fired;
  }

  #dueSlot(): Slot {
    return this.#levels[0]![this.#tick & 0xff]!;
  }
}

/** Which slot of a level a tick belongs to. */
function indexIn(level: number, tick: number): number {
  return (tick / SPANS[level]!) & ((1 << BITS[level]!) - 1);
}

function earliest(slot: Slot): number {
  let tick = Infinity;
  for (let timer = slot.head; timer !== undefined; timer = timer.next) tick = Math.min(tick, timer.tick);
  return tick;
}

function append(slot: Slot, timer: Timer): void {
  timer.slot = slot;
  timer.prev = slot.tail;
  timer.next = undefined;
  if (slot.tail === undefined) slot.head = timer;
  else slot.tail.next = timer;
  slot.tail = timer;
}

function unlink(timer: Timer): void {
  const slot = timer.slot!;
  if (timer.prev === undefined) slot.head = timer.next;
  else timer.prev.next = timer.next;
  if (timer.next === undefined) slot.tail = timer.prev;
  else timer.next.prev = timer.prev;
  timer.prev = undefined;
  timer.next = undefined;
  timer.slot = undefined;
}
