/**
 * The registered names of the VM: one hash table in shared memory. Writers hold a lock; readers take nothing and wait for nobody.
 *
 * A look-up is linearizable. A record says all of a registration, and its version is odd while it is written and until a bucket leads to it: a record that a
 * reader found with the name in it, under the same even version before and after, was registered at that moment, also if the reader has come to it by a bucket
 * that led to its last life. If a reader comes to an empty bucket instead, the name was free at some moment of the look-up: a record moves to an earlier bucket only by being unregistered in between.
 *
 * A thread remembers what it has found, with the record's version: while that is the same, nobody has written there since, and the name is still registered.
 *
 * A process has at most one name: the chain of its records, which only writers read, says under the lock whether it has one.
 *
 * A removed bucket becomes "removed", and "empty" again as soon as the bucket behind it is empty; at most half of the buckets are ever
 * used, so chains stay short and the table is never rebuilt under its readers.
 */
import { AgnerError } from "../errors.ts";
import { bucketCount, Control, controlWords, MAX_NAME_LENGTH, NameWord, type SharedMemory } from "./layout.ts";
import { acquire, Patience, release, takeOver } from "./lock.ts";

const REMOVED = -1;
/** `nearest` looks at no more names than this: it makes messages of errors that may be many, as when ten thousand processes have just ended. */
const NEAREST_LIMIT = 100;

/** So many names are remembered by each thread that looks them up. */
const REMEMBERED = 1_024;

/** What a look-up has found, and where. It holds as long as the record keeps this version, since who writes there begins by changing that. */
interface Remembered {
  readonly slot: number;
  readonly serial: number;
  readonly versionAt: number;
  readonly version: number;
}

/** A registration. */
export interface RegisteredName {
  readonly name: string;
  readonly slot: number;
  readonly serial: number;
}

export class NameTable {
  private readonly control: Int32Array;
  private readonly words: Int32Array;
  private readonly characters: Uint16Array;
  private readonly thread: number;
  private readonly buckets: number;
  private readonly holders: number;
  private readonly records: number;
  private readonly maxNames: number;
  private readonly patience: Patience;
  /** HOT PATH (benchmark: registered-send). What this thread has found by name; nobody else reads it. */
  private readonly remembered = new Map<string, Remembered>();

  /** The handle of one thread; every handle sees the same names. */
  constructor(memory: SharedMemory, thread: number = memory.threads - 1) {
    this.control = controlWords(memory);
    this.words = new Int32Array(memory.names);
    this.characters = new Uint16Array(memory.names);
    this.thread = thread;
    this.maxNames = memory.maxNames;
    this.patience = new Patience(thread === memory.schedulers);
    this.buckets = bucketCount(memory.maxNames);
    this.holders = NameWord.BUCKETS + this.buckets;
    this.records = this.holders + this.buckets;
  }

  /**
   * Gives a process a name. Returns "taken" if somebody has it, "named" if the process has one.
   * Throws {@link AgnerError}: `AGNER_BAD_ARGUMENT` for a name too long, `AGNER_SYSTEM_LIMIT` for too many names.
   */
  register(name: string, slot: number, serial: number): "ok" | "taken" | "named" {
    if (name.length > MAX_NAME_LENGTH) {
      throw new AgnerError(
        "AGNER_BAD_ARGUMENT",
        `a registered name has at most ${MAX_NAME_LENGTH} UTF-16 units, and ${JSON.stringify(`${name.slice(0, 40)}…`)} has ${name.length}: use a shorter one`,
      );
    }
    const hash = hashOf(name);
    acquire(this.control, Control.NAMES_LOCK, this.thread);
    try {
      return this.insert(name, hash, slot, serial);
    } finally {
      release(this.control, Control.NAMES_LOCK);
    }
  }

  /**
   * Takes a name away; with `slot` and `serial`, only if it is that process's. Returns whether it did. The main thread may leave it there: a name whose holder has ended
   * is as good as free, and who wants it takes it out of the table.
   */
  unregister(name: string, slot?: number, serial?: number): boolean {
    const hash = hashOf(name);
    if (!this.patience.acquire(this.control, Control.NAMES_LOCK, this.thread)) return false;
    try {
      return this.remove(name, hash, slot, serial);
    } finally {
      release(this.control, Control.NAMES_LOCK);
    }
  }

  /** The process that has this name. */
  lookup(name: string): { readonly slot: number; readonly serial: number } | undefined {
    const before = this.remembered.get(name);
    if (before !== undefined && Atomics.load(this.words, before.versionAt) === before.version) return before;
    const hash = hashOf(name);
    const mask = this.buckets - 1;
    for (let i = 0; i < this.buckets; i++) {
      const bucket = NameWord.BUCKETS + ((hash + i) & mask);
      const found = Atomics.load(this.words, bucket);
      if (found === 0) return undefined;
      if (found === REMOVED) continue;
      const registration = this.readIfNamed(found - 1, name, hash);
      if (registration === undefined) continue;
      if (this.remembered.size >= REMEMBERED) this.remembered.clear();
      this.remembered.set(name, registration);
      return registration;
    }
    return undefined;
  }

  /** The name of a process; on the main thread, only for people. */
  nameOf(slot: number, serial: number): string | undefined {
    if (!this.patience.acquire(this.control, Control.NAMES_LOCK, this.thread)) return undefined;
    try {
      const record = this.recordOf(slot, serial);
      return record === -1 ? undefined : this.read(record)!.name;
    } finally {
      release(this.control, Control.NAMES_LOCK);
    }
  }

  /** All registered names, in no order. */
  list(): string[] {
    return this.entries().map((entry) => entry.name);
  }

  /** All registrations, or so many, each of which held at some moment of the call. */
  entries(limit: number = Infinity): RegisteredName[] {
    const found: RegisteredName[] = [];
    const used = Atomics.load(this.words, NameWord.USED);
    for (let record = 0; record < used && found.length < limit; record++) {
      const entry = this.read(record);
      if (entry !== undefined) found.push(entry);
    }
    return found;
  }

  /** The registered name most like this one, if any is like it: for error messages. Of very many names, those that were registered first are looked at. */
  nearest(name: string): string | undefined {
    let best: string | undefined;
    let least = Math.max(2, Math.floor(name.length / 3)) + 1;
    for (const { name: other } of this.entries(NEAREST_LIMIT)) {
      const distance = editDistance(name, other, least);
      if (distance < least) {
        least = distance;
        best = other;
      }
    }
    return best;
  }

  /**
   * Puts the table in order if a lost thread died with its lock, half-way through a registration or its end: what is not whole is free. To be called
   * before anybody waits for that lock in vain. Returns whether it had the lock.
   */
  repair(lost: number): boolean {
    const { control, words } = this;
    if (!takeOver(control, Control.NAMES_LOCK, lost, this.thread)) return false;
    const used = words[NameWord.USED]!;
    for (let record = 0; record < used; record++) {
      const base = this.recordBase(record);
      if ((Atomics.load(words, base + NameWord.VERSION) & 1) === 0) continue;
      Atomics.store(words, base + NameWord.SERIAL, 0);
      Atomics.add(words, base + NameWord.VERSION, 1);
    }
    words.fill(0, this.holders, this.records);
    const found = new Set<number>();
    for (let at = 0; at < this.buckets; at++) {
      const record = words[NameWord.BUCKETS + at]! - 1;
      if (record < 0) continue;
      const base = this.recordBase(record);
      if (words[base + NameWord.SERIAL] === 0) Atomics.store(words, NameWord.BUCKETS + at, REMOVED);
      else {
        this.chain(record, words[base + NameWord.SLOT]!);
        found.add(record);
      }
    }
    words[NameWord.COUNT] = found.size;
    words[NameWord.FREE] = 0;
    for (let record = used - 1; record >= 0; record--) {
      if (found.has(record)) continue;
      const base = this.recordBase(record);
      if (words[base + NameWord.SERIAL] !== 0) this.erase(record);
      else this.free(record);
    }
    release(control, Control.NAMES_LOCK);
    return true;
  }

  private insert(name: string, hash: number, slot: number, serial: number): "ok" | "taken" | "named" {
    const { words } = this;
    if (this.recordOf(slot, serial) !== -1) return "named";
    const mask = this.buckets - 1;
    let place = -1;
    for (let i = 0; i < this.buckets; i++) {
      const bucket = NameWord.BUCKETS + ((hash + i) & mask);
      const found = words[bucket]!;
      if (found <= 0) {
        if (place === -1) place = bucket;
        if (found === 0) break;
      } else if (this.isNamed(found - 1, name, hash)) return "taken";
    }
    const record = this.takeRecord();
    const version = this.recordBase(record) + NameWord.VERSION;
    Atomics.add(words, version, 1);
    this.write(record, name, hash, slot, serial);
    this.chain(record, slot);
    Atomics.store(words, place, record + 1);
    Atomics.add(words, version, 1); // from here on it is registered, for those who come by the bucket and for those who still have the record from before
    words[NameWord.COUNT]!++;
    return "ok";
  }

  private remove(name: string, hash: number, slot: number | undefined, serial: number | undefined): boolean {
    const { words } = this;
    const mask = this.buckets - 1;
    for (let i = 0; i < this.buckets; i++) {
      const at = (hash + i) & mask;
      const found = words[NameWord.BUCKETS + at]!;
      if (found === 0) return false;
      if (found === REMOVED || !this.isNamed(found - 1, name, hash)) continue;
      const base = this.recordBase(found - 1);
      if (slot !== undefined && words[base + NameWord.SLOT] !== slot) return false;
      if (serial !== undefined && words[base + NameWord.SERIAL] !== serial) return false;
      this.unchain(found - 1);
      this.erase(found - 1);
      this.emptyBucket(at);
      words[NameWord.COUNT]!--;
      return true;
    }
    return false;
  }

  /** Under the lock. The record of a process, or -1. A slot may have more than one: of processes that have ended, too. */
  private recordOf(slot: number, serial: number): number {
    const { words } = this;
    for (
      let record = words[this.chainOf(slot)]! - 1;
      record !== -1;
      record = words[this.recordBase(record) + NameWord.NEXT]! - 1
    ) {
      const base = this.recordBase(record);
      if (words[base + NameWord.SLOT] === slot && words[base + NameWord.SERIAL] === serial) return record;
    }
    return -1;
  }

  /** Slots are small numbers without gaps, so they need no hash. */
  private chainOf(slot: number): number {
    return this.holders + (slot & (this.buckets - 1));
  }

  /** Under the lock. */
  private chain(record: number, slot: number): void {
    const { words } = this;
    const first = this.chainOf(slot);
    words[this.recordBase(record) + NameWord.NEXT] = words[first]!;
    words[first] = record + 1;
  }

  /** Under the lock. */
  private unchain(record: number): void {
    const { words } = this;
    const base = this.recordBase(record);
    let link = this.chainOf(words[base + NameWord.SLOT]!);
    while (words[link] !== record + 1) link = this.recordBase(words[link]! - 1) + NameWord.NEXT;
    words[link] = words[base + NameWord.NEXT]!;
  }

  /** Under the lock, while the version is odd. */
  private write(record: number, name: string, hash: number, slot: number, serial: number): void {
    const { words } = this;
    const base = this.recordBase(record);
    Atomics.store(words, base + NameWord.SLOT, slot);
    Atomics.store(words, base + NameWord.SERIAL, serial);
    Atomics.store(words, base + NameWord.HASH, hash);
    Atomics.store(words, base + NameWord.LENGTH, name.length);
    const first = (base + NameWord.CHARACTERS) * 2;
    for (let i = 0; i < name.length; i++) this.characters[first + i] = name.charCodeAt(i);
  }

  /** Under the lock. Serial 0 says that the record is nobody's. */
  private erase(record: number): void {
    const { words } = this;
    const base = this.recordBase(record);
    Atomics.add(words, base + NameWord.VERSION, 1);
    Atomics.store(words, base + NameWord.SERIAL, 0);
    Atomics.add(words, base + NameWord.VERSION, 1);
    this.free(record);
  }

  /** Under the lock. */
  private free(record: number): void {
    const { words } = this;
    words[this.recordBase(record) + NameWord.NEXT] = words[NameWord.FREE]!;
    words[NameWord.FREE] = record + 1;
  }

  private emptyBucket(at: number): void {
    const { words } = this;
    const mask = this.buckets - 1;
    Atomics.store(words, NameWord.BUCKETS + at, REMOVED);
    if (words[NameWord.BUCKETS + ((at + 1) & mask)] !== 0) return;
    for (let i = at; words[NameWord.BUCKETS + i] === REMOVED; i = (i - 1) & mask) Atomics.store(words, NameWord.BUCKETS + i, 0);
  }

  private takeRecord(): number {
    const { words } = this;
    const free = words[NameWord.FREE]!;
    if (free !== 0) {
      words[NameWord.FREE] = words[this.recordBase(free - 1) + NameWord.NEXT]!;
      return free - 1;
    }
    const used = words[NameWord.USED]!;
    if (used >= this.maxNames) {
      throw new AgnerError(
        "AGNER_SYSTEM_LIMIT",
        `the VM has room for ${this.maxNames} registered names, and all are taken: use a registry process for more`,
      );
    }
    Atomics.store(words, NameWord.USED, used + 1);
    return used;
  }

  private recordBase(record: number): number {
    return this.records + record * NameWord.RECORD;
  }

  /** Whether the record has this name; exact under the lock, otherwise only between two equal versions. */
  private isNamed(record: number, name: string, hash: number): boolean {
    const base = this.recordBase(record);
    if (Atomics.load(this.words, base + NameWord.HASH) !== hash) return false;
    if (Atomics.load(this.words, base + NameWord.LENGTH) !== name.length) return false;
    const first = (base + NameWord.CHARACTERS) * 2;
    for (let i = 0; i < name.length; i++) if (this.characters[first + i] !== name.charCodeAt(i)) return false;
    return true;
  }

  private readIfNamed(record: number, name: string, hash: number): Remembered | undefined {
    const version = this.recordBase(record) + NameWord.VERSION;
    const before = Atomics.load(this.words, version);
    // Odd: it is being registered or unregistered at this moment, and either order of that and this look-up is right.
    if ((before & 1) !== 0 || !this.isNamed(record, name, hash)) return undefined;
    const slot = Atomics.load(this.words, version + NameWord.SLOT);
    const serial = Atomics.load(this.words, version + NameWord.SERIAL);
    if (serial === 0 || Atomics.load(this.words, version) !== before) return undefined;
    return { slot, serial, versionAt: version, version: before };
  }

  private read(record: number): RegisteredName | undefined {
    const base = this.recordBase(record);
    const before = Atomics.load(this.words, base + NameWord.VERSION);
    if ((before & 1) !== 0) return undefined;
    const slot = Atomics.load(this.words, base + NameWord.SLOT);
    const serial = Atomics.load(this.words, base + NameWord.SERIAL);
    const length = Atomics.load(this.words, base + NameWord.LENGTH);
    const first = (base + NameWord.CHARACTERS) * 2;
    const name = serial === 0 ? "" : String.fromCharCode(...this.characters.subarray(first, first + length));
    if (serial === 0 || Atomics.load(this.words, base + NameWord.VERSION) !== before) return undefined;
    return { name, slot, serial };
  }
}

/** FNV-1a over the UTF-16 units. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
}

/** Levenshtein distance, or `limit` if it is at least that. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return Math.min(limit, row[b.length]!);
}
