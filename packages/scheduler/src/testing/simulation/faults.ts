/**
 * Faults, each a small change of the real source that breaks a protocol. The simulation must find every one of them: that is what shows that
 * it would find the like of it in new code.
 */
import { exhaust, wander, type Case, type Failure, type Tally } from "./case.ts";
import type { Disorder } from "./stage.ts";
import { newCoverage } from "./machine.ts";
import { load, type Edit } from "./modules.ts";

/** A fault and the cases that look for it: those whose name begins so. */
export interface Fault {
  readonly name: string;
  readonly cases: string;
  readonly edits: readonly Edit[];
  /** What a modelled scheduler does in a wrong order. */
  readonly disorder?: Disorder;
}

function fault(cases: string, name: string, file: string, ...edits: readonly (readonly [from: string, to: string])[]): Fault {
  return { name, cases, edits: edits.map(([from, to]) => ({ file: `memory/${file}.ts`, from, to })) };
}

function disorder(cases: string, what: Disorder): Fault {
  return { name: what, cases, edits: [], disorder: what };
}

/** A record is whole before a bucket leads to it. */
const BEFORE_ITS_BUCKET = [
  [
    "    this.write(record, name, hash, slot, serial);\n",
    "    this.write(record, name, hash, slot, serial);\n    Atomics.add(words, version, 1);\n",
  ],
  ["    Atomics.add(words, version, 1); // from here", "    // from here"],
] as const;

export const FAULTS: readonly Fault[] = [
  fault("ring/", "TAIL is stored plainly", "ring", [
    "Atomics.store(this.words, RingWord.TAIL, this.tail);",
    "this.words[RingWord.TAIL] = this.tail;",
  ]),
  fault("ring/", "TAIL is stored before the bytes are written", "ring", [
    "    const at = this.tail & (this.capacity - 1);",
    "    Atomics.store(this.words, RingWord.TAIL, this.tail + length);\n    const at = this.tail & (this.capacity - 1);",
  ]),
  fault("ring/", "HEAD is stored plainly", "ring", [
    "Atomics.store(this.words, RingWord.HEAD, this.head);",
    "this.words[RingWord.HEAD] = this.head;",
  ]),
  fault("ring/", "HEAD is stored before the bytes are copied", "ring", [
    "    const from = this.head & (this.capacity - 1);",
    "    Atomics.store(this.words, RingWord.HEAD, this.head + length);\n    const from = this.head & (this.capacity - 1);",
  ]),
  fault("ring/", "the producer does not read HEAD again when its copy says full", "ring", [
    "      this.knownHead = Atomics.load(this.words, RingWord.HEAD);\n      room",
    "      room",
  ]),
  fault("ring/", "one byte more than fits is written", "ring", ["let room = this.capacity -", "let room = this.capacity + 1 -"]),
  fault("ring/", "positions are compared without regard to their wrapping around", "ring", [
    "  drained(position: number): boolean {\n    return ((Atomics.load(this.words, RingWord.HANDLED) - position) | 0) >= 0;",
    "  drained(position: number): boolean {\n    return Atomics.load(this.words, RingWord.HANDLED) >= position;",
  ]),
  fault("ring/", "what is there is counted without regard to its wrapping around", "ring", [
    "return (this.knownTail - this.head) | 0;",
    "return this.knownTail - this.head;",
  ]),
  fault("channel/", "a frame is handed out before it is whole", "channel", [
    "if (have < 4 + word) return this.drained();",
    "if (have < 5) return this.drained();",
  ]),
  fault("channel/", "what fits in part is not published", "channel", [
    "    if (count > 0) {\n      this.moved += count;\n      ring.publish();\n    }\n    if (this.moved < this.finished) return false;",
    "    this.moved += count;\n    if (this.moved < this.finished) return false;\n    ring.publish();",
  ]),
  fault("channel/", "what a receiver knew of hides what came since", "ring", [
    "return this.knownTail !== this.head || this.available() > 0;",
    "return this.knownTail !== this.head;",
  ]),
  fault("deque/", "AVAILABLE is stored plainly", "deque", [
    "Atomics.store(this.words, base + BoardWord.STATE, AVAILABLE);",
    "this.words[base + BoardWord.STATE] = AVAILABLE;",
  ]),
  fault("deque/", "AVAILABLE is stored before the payload is written", "deque", [
    "    this.arena.set(length === bytes.length",
    "    Atomics.store(this.words, entryBase(this.bottom, this.capacity) + BoardWord.STATE, AVAILABLE);\n    this.arena.set(length === bytes.length",
  ]),
  fault("deque/", "AVAILABLE is stored before the length is", "deque", [
    "    Atomics.store(this.words, base + BoardWord.LENGTH, length);\n    Atomics.store(this.words, base + BoardWord.STATE, AVAILABLE);",
    "    Atomics.store(this.words, base + BoardWord.STATE, AVAILABLE);\n    Atomics.store(this.words, base + BoardWord.LENGTH, length);",
  ]),
  fault("deque/", "DONE is stored before the payload was copied", "deque", [
    "      const offset = Atomics.load(this.words, base + BoardWord.OFFSET);",
    "      Atomics.store(this.words, base + BoardWord.STATE, DONE | mine);\n      const offset = Atomics.load(this.words, base + BoardWord.OFFSET);",
  ]),
  fault("deque/", "an entry is stolen without compare-and-exchange", "deque", [
    'if (Atomics.compareExchange(this.words, base + BoardWord.STATE, AVAILABLE, TAKEN | mine) !== AVAILABLE) return "retry";',
    "Atomics.store(this.words, base + BoardWord.STATE, TAKEN | mine);",
  ]),
  fault("deque/", "an entry is withdrawn without compare-and-exchange", "deque", [
    "    if (entry < this.top || entry >= this.bottom) return false;\n    return (",
    "    if (entry < this.top || entry >= this.bottom) return false;\n    const at = entryBase(entry, this.capacity) + BoardWord.STATE;\n    if (Atomics.load(this.words, at) !== AVAILABLE) return false;\n    Atomics.store(this.words, at, WITHDRAWN);\n    return true;\n    return (",
  ]),
  fault("deque/", "an entry is used again while its thief still copies", "deque", [
    "if (state !== DONE && state !== WITHDRAWN) break;",
    "if (state === AVAILABLE) break;",
  ]),
  fault("deque/", "a stolen entry is freed before its owner knows of the theft", "deque", [
    "if (unknown && onTaken === undefined) break;",
    "",
  ]),
  fault("deque/", "a payload is written over the oldest one", "deque", [
    "if (need > head) return -1;",
    "if (need > head + 8) return -1;",
  ]),
  fault("deque/", "the arena's free part begins after one entry more", "deque", [
    "roundUp(this.words[base + BoardWord.LENGTH]!);",
    "roundUp(this.words[base + BoardWord.LENGTH]!) + 8;",
  ]),
  fault("deque/", "one entry more than there is room for", "deque", [
    "if (this.bottom - this.top >= this.capacity) return -1;",
    "if (this.bottom - this.top > this.capacity) return -1;",
  ]),
  fault("deque/", "the top is read after the bottom", "deque", [
    "    const top = Atomics.load(this.words, BoardWord.TOP);\n    const bottom = Atomics.load(this.words, BoardWord.BOTTOM);\n    let count = 0;",
    "    const bottom = Atomics.load(this.words, BoardWord.BOTTOM);\n    const top = Atomics.load(this.words, BoardWord.TOP);\n    let count = 0;",
  ]),
  fault(
    "doorbell/",
    "ASLEEP is announced after the last look",
    "doorbell",
    ["    Atomics.store(this.words, this.area + ThreadWord.ASLEEP, 1);\n", ""],
    [
      "    const result = Atomics.waitAsync(",
      "    Atomics.store(this.words, this.area + ThreadWord.ASLEEP, 1);\n    const result = Atomics.waitAsync(",
    ],
  ),
  fault("doorbell/", "BELL is read after the announcement", "doorbell", [
    "    this.heard = Atomics.load(this.words, this.area + ThreadWord.BELL);\n    Atomics.store(this.words, this.area + ThreadWord.ASLEEP, 1);",
    "    Atomics.store(this.words, this.area + ThreadWord.ASLEEP, 1);\n    this.heard = Atomics.load(this.words, this.area + ThreadWord.BELL);",
  ]),
  fault("doorbell/", "ASLEEP is stored plainly", "doorbell", [
    "    Atomics.store(this.words, this.area + ThreadWord.ASLEEP, 1);",
    "    this.words[this.area + ThreadWord.ASLEEP] = 1;",
  ]),
  fault("doorbell/", "the bell is notified before it is counted", "doorbell", [
    "    Atomics.add(this.words, area + ThreadWord.BELL, 1);\n    Atomics.notify(this.words, area + ThreadWord.BELL);",
    "    Atomics.notify(this.words, area + ThreadWord.BELL);\n    Atomics.add(this.words, area + ThreadWord.BELL, 1);",
  ]),
  fault("doorbell/", "the ringer takes ASLEEP away when it has rung", "doorbell", [
    "    if (Atomics.exchange(this.words, area + ThreadWord.ASLEEP, 0) === 0) return;\n    Atomics.add(this.words, area + ThreadWord.BELL, 1);\n    Atomics.notify(this.words, area + ThreadWord.BELL);",
    "    Atomics.add(this.words, area + ThreadWord.BELL, 1);\n    Atomics.notify(this.words, area + ThreadWord.BELL);\n    Atomics.store(this.words, area + ThreadWord.ASLEEP, 0);",
  ]),
  fault("doorbell/", "only who sleeps is told that there is news", "doorbell", [
    "    if (Atomics.load(this.words, area + ThreadWord.RUNG) === 0) Atomics.store(this.words, area + ThreadWord.RUNG, 1);\n    if (Atomics.load(this.words, area + ThreadWord.ASLEEP) === 0) return;",
    "    if (Atomics.load(this.words, area + ThreadWord.ASLEEP) === 0) return;\n    if (Atomics.load(this.words, area + ThreadWord.RUNG) === 0) Atomics.store(this.words, area + ThreadWord.RUNG, 1);",
  ]),
  fault("directory/", "the owner is stored after the serial", "directory", [
    "    Atomics.store(this.entries, slot * 2, this.owners[owner]! | (this.isLost(owner) ? MOVING : 0));\n    Atomics.store(this.entries, slot * 2 + 1, serial);",
    "    Atomics.store(this.entries, slot * 2 + 1, serial);\n    Atomics.store(this.entries, slot * 2, this.owners[owner]! | (this.isLost(owner) ? MOVING : 0));",
  ]),
  fault("directory/", "a slot is freed twice", "directory", [
    "Atomics.compareExchange(this.entries, slot * 2 + 1, serial, -serial) !== serial) return false;",
    "Atomics.load(this.entries, slot * 2 + 1) !== serial) return false;\n    Atomics.store(this.entries, slot * 2 + 1, -serial);",
  ]),
  fault("directory/", "the quarantine is one too short", "directory", [
    "if (words[area + ThreadWord.FREE_COUNT]! > this.quarantine) return",
    "if (words[area + ThreadWord.FREE_COUNT]! >= this.quarantine && words[area + ThreadWord.FREE_COUNT]! > 0) return",
  ]),
  fault("directory/", "a segment is leased without compare-and-exchange", "directory", [
    "if (Atomics.compareExchange(words, Control.LEASED, from, to) !== from) continue;",
    "Atomics.store(words, Control.LEASED, to);",
  ]),
  fault("directory/", "slots are given to the pool without its lock", "directory", [
    "    if (!this.patience.acquire(words, Control.POOL_LOCK, this.thread)) return;\n",
    "",
  ]),
  fault("directory/", "the pool's lock is released too early", "directory", [
    "    if (!this.patience.acquire(words, Control.POOL_LOCK, this.thread)) return false;\n",
    "    if (!this.patience.acquire(words, Control.POOL_LOCK, this.thread)) return false;\n    release(words, Control.POOL_LOCK);\n",
  ]),
  fault("directory/", "what goes to the pool keeps its link to the rest", "directory", [
    "    Atomics.store(entries, (last - 1) * 2, 0);\n    const tail",
    "    const tail",
  ]),
  fault("directory/", "a serial that has wrapped around is 0", "directory", [
    "last === -0x7fffffff ? 1 : 1 - last",
    "(1 - last) & 0x7fffffff",
  ]),
  fault("directory/", "a move loses the flags", "directory", [
    "const next = (word & ~(WHOSE | MOVING)) | this.owners[to]!;",
    "const next = this.owners[to]!;",
  ]),
  fault("directory/", "MOVING is not set", "directory", [
    "this.setFlag(slot, MOVING, moving);",
    "this.setFlag(slot, 0, moving);",
  ]),
  fault(
    "names/",
    "versions are not counted while a record is written",
    "names",
    ["    Atomics.add(words, version, 1);\n    this.write", "    this.write"],
    ["    Atomics.add(words, version, 1); // from here", "    // from here"],
  ),
  fault("names/", "a look-up does not compare versions", "names", [
    "if (serial === 0 || Atomics.load(this.words, version) !== before) return undefined;",
    "if (serial === 0) return undefined;",
  ]),
  fault("names/what is listed", "a name is listed before it can be looked up", "names", ...BEFORE_ITS_BUCKET),
  fault(
    "names/look-up by way",
    "a name is found in a record of before before it can be looked up",
    "names",
    ...BEFORE_ITS_BUCKET,
  ),
  fault("names/", "a name is taken away without the lock", "names", [
    "    if (!this.patience.acquire(this.control, Control.NAMES_LOCK, this.thread)) return false;\n",
    "",
  ]),
  fault("names/", "a removed bucket cuts off those behind it", "names", [
    "    Atomics.store(words, NameWord.BUCKETS + at, REMOVED);\n",
    "    Atomics.store(words, NameWord.BUCKETS + at, 0);\n",
  ]),
  fault("lock/", "the lock is released in two steps: a wake-up is lost", "lock", [
    "const held = Atomics.exchange(words, lock, 0);",
    "const held = Atomics.load(words, lock);\n  Atomics.store(words, lock, 0);",
  ]),
  fault("lock/", "who wakes up forgets the others that sleep", "lock", [
    "if (Atomics.compareExchange(words, lock, 0, me | WAITERS) === 0) return true;",
    "if (Atomics.compareExchange(words, lock, 0, me) === 0) return true;",
  ]),
  fault("lock/", "the lock is taken in two steps", "lock", [
    "if (Atomics.compareExchange(words, lock, 0, me) === 0) return true;",
    "if (Atomics.load(words, lock) === 0) {\n      Atomics.store(words, lock, me);\n      return true;\n    }",
  ]),
  fault("lock/", "nobody is woken", "lock", ["if ((held & WAITERS) !== 0) Atomics.notify(words, lock, 1);", ""]),
  fault("lock/", "the lock is released plainly", "lock", [
    "const held = Atomics.exchange(words, lock, 0);",
    "const held = words[lock]!;\n  words[lock] = 0;",
  ]),
  fault("migration/", "a grace leaves out one thread", "grace", [
    "    let over = true;\n    for (const other of this.others)",
    "    let over = true;\n    for (const other of this.others.slice(1))",
  ]),
  fault("migration/", "a grace does not wait until the ring is read", "grace", [
    'if (other.stage === "read" && other.ring.isHandled(other.end)) other.stage = "done";',
    'if (other.stage === "read") other.stage = "done";',
  ]),
  fault(
    "migration/",
    "a grace takes the ring's end too early",
    "grace",
    [
      "      other.rest = restOf(this.words, other.thread);",
      "      other.rest = restOf(this.words, other.thread);\n      other.end = other.ring.published();",
    ],
    ['      other.end = other.ring.published();\n      other.stage = "read";', '      other.stage = "read";'],
  ),
  fault("migration/", "a grace takes everybody to be at rest", "grace", [
    "if ((other.rest & 1) === 0 && restOf(this.words, other.thread) === other.rest) return false;",
    "",
  ]),
  fault("migration/", "MOVING is not set", "directory", [
    "this.setFlag(slot, MOVING, moving);",
    "this.setFlag(slot, 0, moving);",
  ]),
  fault("migration/", "MOVING stays after the move", "directory", ["(word & ~(WHOSE | MOVING))", "(word & ~WHOSE)"]),
  fault("migration/", "messages are routed to a process on the move", "directory", [
    "if ((word & (MOVING | BOUNDED)) === 0) return (word & OWNER) - 1;",
    "if ((word & BOUNDED) === 0) return (word & OWNER) - 1;",
  ]),
  fault("migration/", "a successor's processes are taken to be on the move", "directory", [
    "if ((word & (MOVING | BOUNDED)) === 0) return (word & OWNER) - 1;",
    "if (word <= OWNER) return (word & OWNER) - 1;",
  ]),
  fault("migration/", "an owner that is none any more moves the process", "directory", [
    "if (word <= 0 || (word & WHOSE) !== this.owners[from]) return false;",
    "if (word <= 0) return false;",
  ]),
  fault("migration/", "a word of rest is the same when a thread has rested and woken", "rest", [
    "    this.value = (this.value + by) | 0;",
    "    this.value = by === 1 ? this.value ^ 1 : this.value;",
  ]),
  fault("migration/", "REST is stored plainly", "rest", [
    "    Atomics.store(this.words, this.at, this.value);\n  }\n}",
    "    this.words[this.at] = this.value;\n  }\n}",
  ]),
  disorder("migration/one of two", "rest passes before the flush"),
  disorder("migration/there", "rest ends after the first signal"),
  disorder("migration/three", "grace begins before the mark"),
  disorder("migration/", "leaves before it is heard"),
  disorder("migration/", "held signals are overtaken"),
  disorder("migration/", "held signals leave too early"),
  disorder("migration/", "rings before it publishes"),
  disorder("migration/", "sleeps without a last look"),
  disorder("migration/", "forgets the theft that brought it back"),
  disorder("migration/one of two", "sends back what has come back"),
  fault("bounds/", "places are counted without compare-and-exchange", "bounds", [
    "    return Atomics.compareExchange(this.words, slot * 2 + 1, word, (word & ~MAX_COUNT) | count) === word;",
    "    Atomics.store(this.words, slot * 2 + 1, (word & ~MAX_COUNT) | count);\n    return true;",
  ]),
  fault("bounds/", "one place more than there is", "bounds", [
    "if ((word & MAX_COUNT) >= limit) return FULL;",
    "if ((word & MAX_COUNT) > limit) return FULL;",
  ]),
  fault("bounds/", "what is counted of an earlier generation counts", "bounds", [
    "if (word >>> 24 !== generation || this.count(slot, word, change)) return;",
    "if (this.count(slot, word, change)) return;",
  ]),
  fault("loss/", "nobody frees the lock of the names", "lost", ["  names.repair(lost);\n", ""]),
  fault("loss/with the pool", "nobody frees the lock of the pool", "lost", ["  directory.repair(lost);\n", ""]),
  fault("loss/", "a registration that was half done stays", "names", [
    "if ((Atomics.load(words, base + NameWord.VERSION) & 1) === 0) continue;",
    "continue;",
  ]),
  fault("loss/", "records that were in hand are lost", "names", ["      else this.free(record);\n", ""]),
  fault("loss/", "a lock is taken over from whoever has it", "lock", [
    "if ((held & ~WAITERS) !== lost + 1) return false;",
    "if (held === 0) return false;",
  ]),
  fault("loss/", "a chain of free slots keeps the end that it had", "directory", [
    "    words[area + ThreadWord.FREE_TAIL] = chain.tail;\n",
    "",
  ]),
  fault("loss/with the pool", "the pool loses what follows a batch that was taken half-way", "directory", [
    "      words[Control.POOL_HEAD] = rest;\n      if (rest === 0) words[Control.POOL_TAIL] = 0;\n      Atomics.store(entries, (last - 1) * 2, 0);",
    "      Atomics.store(entries, (last - 1) * 2, 0);\n      words[Control.POOL_HEAD] = rest;\n      if (rest === 0) words[Control.POOL_TAIL] = 0;",
  ]),
  fault("loss/", "what a lost thief has taken stays taken", "deque", [
    "      if (Atomics.load(this.words, at) === taken) Atomics.store(this.words, at, DONE | (thief << STATE_BITS));",
    "",
  ]),
  fault(
    "loss/with processes",
    "the board of a lost thread is cleared when survivors steal again",
    "lost",
    ["  clearBoard(memory, lost); // in step 6 survivors steal again, and must not find who has ended\n", ""],
    [
      "  for (const other of others) {\n    resetRing(memory, lost, other);",
      "  clearBoard(memory, lost);\n  for (const other of others) {\n    resetRing(memory, lost, other);",
    ],
  ),
  fault("loss/", "names of lost processes stay", "lost", [
    "    if (!directory.isAlive(slot, serial)) names.unregister(name, slot, serial);\n",
    "",
  ]),
  disorder("rest/", "rest is looked at once"),
  disorder("rest/", "rings are not looked at"),
  disorder("rest/", "rest ends after the first signal"),
  fault("rest/", "a thread that wakes goes on resting", "rest", ["    if ((this.value & 1) === 1) this.change(1);", ""]),
];

/** What was found of a fault: how, and after how many steps; undefined if it was not found. */
export interface Found {
  readonly failure: Failure | undefined;
  readonly steps: number;
}

/** Steps of one case before the next has its turn; four times as many in each round. */
const FIRST_PORTION = 2_000;

/** Looks for a fault. Gives up after `maxSteps` steps. Throws if the text that it changes is not in the source. */
export async function findFault(one: Fault, cases: readonly Case[], seed: number, maxSteps: number): Promise<Found> {
  const modules = await load(one.edits, one.disorder);
  const looking = cases.filter((candidate) => candidate.name.startsWith(one.cases));
  const tally: Tally = { schedules: 0, coverage: newCoverage() };
  for (let portion = FIRST_PORTION, from = seed; tally.coverage.steps < maxSteps; from += portion, portion *= 4) {
    for (const candidate of looking) {
      const failure =
        candidate.preemptions === undefined
          ? wander(candidate, modules, tally, from, portion)
          : exhaust(candidate, modules, tally, portion);
      if (typeof failure === "object") return { failure, steps: tally.coverage.steps };
    }
  }
  return { failure: undefined, steps: tally.coverage.steps };
}
