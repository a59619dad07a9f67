/**
 * HOT PATH (benchmarks: counting, fan-in). A mailbox: the messages of one process, oldest first, in a circular buffer whose capacity is a power of two.
 * Taking one from the middle moves the shorter side.
 *
 * It remembers how far it was filled when references were made, so that the answer to one is found without a look at what is older. Only a process
 * that has messages when it makes a reference pays for that: in an empty mailbox everything is newer than the reference.
 */

const INITIAL_CAPACITY = 4;
/** A buffer that a burst made larger than this is given back when the mailbox is empty again. */
const KEPT_CAPACITY = 1_024;
/** Most places that are remembered. A guess. */
const MAX_MARKS = 8;

/** Where the mailbox ended when a reference was made. */
interface Mark {
  readonly scheduler: number;
  readonly id: number;
  /** In the numbering of {@link Mailbox}: that of its oldest message is `#head`. */
  position: number;
}

export class Mailbox {
  length = 0;
  /** Not masked: while there are messages, the position of one that stays where it is does not change. */
  #head = 0;
  #mask = INITIAL_CAPACITY - 1;
  #items: unknown[] = [undefined, undefined, undefined, undefined];
  /** Oldest first. */
  #marks: Mark[] | undefined = undefined;

  push(message: unknown): void {
    if (this.length > this.#mask) this.#grow();
    this.#items[(this.#head + this.length) & this.#mask] = message;
    this.length++;
  }

  /** The oldest message; the mailbox must not be empty. */
  shift(): unknown {
    const items = this.#items;
    const at = this.#head & this.#mask;
    const message = items[at];
    items[at] = undefined;
    if (--this.length === 0) this.#emptied();
    else this.#head++;
    return message;
  }

  /** The message at `index`, 0 being the oldest. */
  at(index: number): unknown {
    return this.#items[(this.#head + index) & this.#mask];
  }

  /** Removes the message at `index`; the others keep their order. */
  remove(index: number): unknown {
    if (index === 0) return this.shift();
    const items = this.#items;
    const mask = this.#mask;
    const head = this.#head;
    const message = items[(head + index) & mask];
    const older = index < this.length >> 1;
    if (older) {
      for (let i = index; i > 0; i--) items[(head + i) & mask] = items[(head + i - 1) & mask];
      items[head & mask] = undefined;
      this.#head++;
    } else {
      for (let i = index; i < this.length - 1; i++) items[(head + i) & mask] = items[(head + i + 1) & mask];
      items[(head + this.length - 1) & mask] = undefined;
    }
    this.length--;
    if (this.#marks !== undefined) moveMarks(this.#marks, head + index, older);
    return message;
  }

  /** Remembers that the reference with this id, the newest of that scheduler, was made now. */
  mark(scheduler: number, id: number): void {
    if (this.length === 0) return;
    const marks = (this.#marks ??= []);
    const position = this.#head + this.length;
    const newest = marks[marks.length - 1];
    // Nothing has come since the newest mark: it holds for this reference as well.
    if (newest !== undefined && newest.position === position && newest.scheduler === scheduler) return;
    if (marks.length === MAX_MARKS) this.#forget(marks);
    marks.push({ scheduler, id, position });
  }

  /**
   * Index from which on the messages are that came after the reference with this id was made. If its mark was forgotten, it is that of an older
   * reference of the same scheduler, or 0: ids of two schedulers say nothing about which reference is older.
   */
  since(scheduler: number, id: number): number {
    const marks = this.#marks;
    if (marks === undefined) return 0;
    for (let i = marks.length - 1; i >= 0; i--) {
      const mark = marks[i]!;
      if (mark.scheduler === scheduler && mark.id <= id) return Math.max(0, mark.position - this.#head);
    }
    return 0;
  }

  toArray(): unknown[] {
    const all: unknown[] = [];
    for (let i = 0; i < this.length; i++) all.push(this.at(i));
    return all;
  }

  /** Forgets the mark in whose place an older one of its scheduler costs least: the one with the fewest messages between. */
  #forget(marks: Mark[]): void {
    let least = Infinity;
    let loser = 0;
    const before = new Map<number, number>();
    for (let i = 0; i < marks.length; i++) {
      const { scheduler, position } = marks[i]!;
      const at = Math.max(this.#head, position);
      const between = at - (before.get(scheduler) ?? this.#head);
      if (between < least) {
        least = between;
        loser = i;
      }
      before.set(scheduler, at);
    }
    marks.splice(loser, 1);
  }

  /** Only a full buffer grows. */
  #grow(): void {
    const items = this.#items;
    const capacity = items.length;
    const start = this.#head & this.#mask;
    this.#items = items.slice(start).concat(items.slice(0, start), new Array<undefined>(capacity).fill(undefined));
    if (this.#marks !== undefined) for (const mark of this.#marks) mark.position -= this.#head;
    this.#head = 0;
    this.#mask = capacity * 2 - 1;
  }

  /** What comes from now on is newer than every reference, so no mark is needed. */
  #emptied(): void {
    this.#head = 0;
    this.#marks = undefined;
    if (this.#mask < KEPT_CAPACITY) return;
    this.#items = [undefined, undefined, undefined, undefined];
    this.#mask = INITIAL_CAPACITY - 1;
  }
}

/** The message at `position` was removed, and the older ones moved up, or the newer ones down. */
function moveMarks(marks: readonly Mark[], position: number, older: boolean): void {
  for (const mark of marks) {
    if (older) {
      if (mark.position <= position) mark.position++;
    } else if (mark.position > position) mark.position--;
  }
}
