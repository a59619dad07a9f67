/**
 * HOT PATH (benchmarks: counting, fan-in). A mailbox: the messages of one process, oldest first, in a circular buffer whose capacity is a power of two.
 * Taking one from the middle moves the shorter side.
 */

const INITIAL_CAPACITY = 4;
/** A buffer that a burst made larger than this is given back when the mailbox is empty again. */
const KEPT_CAPACITY = 1_024;

export class Mailbox {
  length = 0;
  #head = 0;
  #mask = INITIAL_CAPACITY - 1;
  #items: unknown[] = [undefined, undefined, undefined, undefined];

  push(message: unknown): void {
    if (this.length > this.#mask) this.#grow();
    this.#items[(this.#head + this.length) & this.#mask] = message;
    this.length++;
  }

  /** The oldest message; the mailbox must not be empty. */
  shift(): unknown {
    const items = this.#items;
    const head = this.#head;
    const message = items[head];
    items[head] = undefined;
    this.#head = (head + 1) & this.#mask;
    if (--this.length === 0 && this.#mask >= KEPT_CAPACITY) this.#shrink();
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
    if (index < this.length >> 1) {
      for (let i = index; i > 0; i--) items[(head + i) & mask] = items[(head + i - 1) & mask];
      items[head] = undefined;
      this.#head = (head + 1) & mask;
    } else {
      for (let i = index; i < this.length - 1; i++) items[(head + i) & mask] = items[(head + i + 1) & mask];
      items[(head + this.length - 1) & mask] = undefined;
    }
    this.length--;
    return message;
  }

  toArray(): unknown[] {
    const all: unknown[] = [];
    for (let i = 0; i < this.length; i++) all.push(this.at(i));
    return all;
  }

  /** Only a full buffer grows. */
  #grow(): void {
    const items = this.#items;
    const capacity = items.length;
    this.#items = items.slice(this.#head).concat(items.slice(0, this.#head), new Array<undefined>(capacity).fill(undefined));
    this.#head = 0;
    this.#mask = capacity * 2 - 1;
  }

  #shrink(): void {
    this.#items = [undefined, undefined, undefined, undefined];
    this.#head = 0;
    this.#mask = INITIAL_CAPACITY - 1;
  }
}
