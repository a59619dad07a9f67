/**
 * HOT PATH (benchmarks: counting, fan-in, selective-receive-scan). A mailbox: the messages of one process, oldest first, in a circular buffer whose capacity is a power of two.
 * Taking one from the middle moves the shorter side.
 *
 * It remembers how far it was filled when references were made, so that the answer to one is found without a look at what is older. Only a process
 * that has messages when it makes a reference pays for that: in an empty mailbox everything is newer than the reference.
 *
 * It knows of its bound nothing but a length: who has a message for it looks at `attention` first (signals/admission.ts).
 */
import { clock } from "../clock.ts";
import { Places, type PlacesRecord } from "./places.ts";
import { isTransparent, Screening, type Screen } from "./screening.ts";

const INITIAL_CAPACITY = 4;
/** A buffer that a burst made larger than this is given back when the mailbox is empty again. */
const KEPT_CAPACITY = 1_024;
/** A mailbox that grows beyond this remembers when. A guess: shorter ones are seldom old. */
const STAMPED_CAPACITY = 64;
/** Fewer messages are tried sooner than screened. A guess. */
const SCREENED_LENGTH = 64;
/** Most screens whose answers are remembered: so many places of a program may receive in turn. */
const MAX_SCREENINGS = 4;
/** A length that no mailbox reaches. */
export const NEVER = 0x7fff_ffff;

/** From which length on mailboxes are long: the first element. */
let long: { readonly [index: number]: number } = [Infinity];

/** Where mailboxes look, whenever they grow, for the length from which on they are long. */
export function setLongMailbox(from: { readonly [index: number]: number }): void {
  long = from;
}

export class Mailbox {
  length = 0;
  /** With so many messages, the next one is looked at before it is pushed: the mailbox may be full, or long. */
  attention = NEVER;
  /** Not masked: while there are messages, the position of one that stays where it is does not change. */
  #head = 0;
  #mask = INITIAL_CAPACITY - 1;
  #items: unknown[] = [undefined, undefined, undefined, undefined];
  #places: Places | undefined = undefined;
  #screenings: Screening[] | undefined = undefined;
  /** What lies before this position, some function may have kept, which can change it. */
  #shownTo = 0;
  #limit = NEVER;
  #longAt = NEVER;

  push(message: unknown): void {
    if (this.length > this.#mask) this.#grow();
    this.#items[(this.#head + this.length) & this.#mask] = message;
    this.length++;
  }

  /** Gives back what was taken out as the oldest message. */
  unshift(message: unknown): void {
    if (this.length > this.#mask) this.#grow();
    this.#head--;
    this.#items[this.#head & this.#mask] = message;
    this.length++;
    this.#screenings = undefined;
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

  /** Index of the first message that matches, of those from index `from` up to, not including, `to`; -1 if none does. Meanwhile nobody must touch the mailbox. */
  find(matches: (message: unknown) => boolean, from: number, to: number): number {
    const items = this.#items;
    const mask = this.#mask;
    const end = this.#head + to;
    if (end > this.#shownTo) this.#shownTo = end;
    this.#screenings = undefined;
    for (let at = this.#head + from; at < end; at++) if (matches(items[at & mask])) return at - this.#head;
    return -1;
  }

  /** As {@link find}, the first that carries `ref`. */
  findCarrying(ref: unknown, from: number, to: number): number {
    for (let i = from; i < to; i++) {
      const message = this.at(i);
      if (typeof message === "object" && message !== null && (message as { ref?: unknown }).ref === ref) return i;
    }
    return -1;
  }

  /** As {@link find}, for a predicate that has a screen. */
  findScreened(matches: (message: unknown) => boolean, screen: Screen, from: number, to: number): number {
    const items = this.#items;
    const mask = this.#mask;
    const head = this.#head;
    const end = head + to;
    let at = head + from;
    const screening = this.#screeningOf(screen) ?? (to - from < SCREENED_LENGTH ? undefined : this.#newScreening(screen));
    if (screening?.candidates !== undefined) {
      screening.forgetLeft(head);
      for (const candidate of screening.candidates) {
        if (candidate >= at && candidate < end && matches(items[candidate & mask])) return candidate - head;
      }
      if (at <= screening.to) return this.#screen(screening, matches, end);
    }
    for (; at < end; at++) if (matches(items[at & mask])) return at - head;
    return -1;
  }

  /** Screens what comes next, and tries what passes, up to a position. */
  #screen(screening: Screening, matches: (message: unknown) => boolean, end: number): number {
    const items = this.#items;
    const mask = this.#mask;
    const shownTo = this.#shownTo;
    const { screen } = screening;
    for (let at = screening.to; at < end; at++) {
      const message = items[at & mask];
      if (at >= shownTo && screening.candidates !== undefined && isTransparent(message) && !screen(message)) continue;
      if (screening.candidates !== undefined) screening.to = at;
      if (matches(message)) return at - this.#head;
      if (screening.candidates !== undefined) screening.keep(at);
    }
    if (screening.candidates !== undefined && screening.to < end) screening.to = end;
    return -1;
  }

  /** Index, not below `from`, of the first message that a predicate with this screen has to be tried with, but for those that are worth a try each time. */
  unscreened(screen: Screen, from: number): number {
    const screening = this.#screeningOf(screen);
    return screening?.candidates === undefined ? from : Math.max(from, screening.to - this.#head);
  }

  #screeningOf(screen: Screen): Screening | undefined {
    const screenings = this.#screenings;
    if (screenings !== undefined) for (const screening of screenings) if (screening.screen === screen) return screening;
    return undefined;
  }

  #newScreening(screen: Screen): Screening | undefined {
    const screenings = (this.#screenings ??= []);
    if (screenings.length === MAX_SCREENINGS) return undefined;
    const screening = new Screening(screen, this.#head);
    screenings.push(screening);
    return screening;
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
    this.#places?.removed(head + index, older);
    if (older ? head + index >= this.#shownTo : head + index < this.#shownTo) this.#shownTo += older ? 1 : -1;
    if (this.#screenings !== undefined) for (const screening of this.#screenings) screening.removed(head + index, older);
    return message;
  }

  /** Remembers that the reference with this id, the newest of that scheduler, was made now. */
  mark(scheduler: number, id: number): void {
    if (this.length === 0) return;
    (this.#places ??= new Places()).mark(scheduler, id, this.#head, this.#head + this.length);
  }

  /**
   * Index from which on the messages are that came after the reference with this id was made. If its mark was forgotten, it is that of an older
   * reference of the same scheduler, or 0.
   */
  since(scheduler: number, id: number): number {
    const places = this.#places;
    return places === undefined ? 0 : Math.max(0, places.since(scheduler, id) - this.#head);
  }

  /** How many messages there may be before the next one is looked at, because of a bound; {@link NEVER} if there is none. */
  set limit(limit: number) {
    this.#limit = limit;
    this.attention = Math.min(limit, this.#longAt);
  }

  /** With so many messages, one more makes it long; {@link NEVER} if that is of no interest. */
  get longAt(): number {
    return this.#longAt;
  }

  set longAt(length: number) {
    this.#longAt = length;
    this.attention = Math.min(this.#limit, length);
  }

  /** The message that is pushed next must not be dropped. */
  keepNext(): void {
    (this.#places ??= new Places()).keep(this.#head, this.#head + this.length);
  }

  /** None of the messages that are there must be dropped. */
  keepAll(): void {
    if (this.length > 0) (this.#places ??= new Places()).keepAll(this.#head, this.length);
  }

  /** Drops the oldest message that may be dropped. Returns its index, or -1 if there is none. */
  dropOldest(): number {
    const index = this.#places === undefined ? 0 : this.#places.oldestDroppable(this.#head) - this.#head;
    if (index >= this.length) return -1;
    this.remove(index);
    return index;
  }

  /** Remembers that the messages that are there have been there at this time, in milliseconds. */
  stamp(ms: number): void {
    if (this.length === 0) return;
    (this.#places ??= new Places()).stamp(ms, this.#head, this.#head + this.length);
  }

  /** A time at which the oldest message was there already, in milliseconds; undefined if none is known. */
  oldestKnownSince(): number | undefined {
    return this.#places?.knownSince(this.#head);
  }

  /** The places that are remembered; undefined if none are. */
  places(): PlacesRecord | undefined {
    return this.#places?.record(this.#head);
  }

  /** A mailbox with these messages, oldest first, and places as {@link places} told them. */
  static from(messages: readonly unknown[], places: PlacesRecord | undefined): Mailbox {
    const mailbox = new Mailbox();
    for (const message of messages) mailbox.push(message);
    if (places !== undefined) mailbox.#places = Places.from(places);
    mailbox.#shownTo = mailbox.length; // some may have been
    return mailbox;
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
    const start = this.#head & this.#mask;
    this.#items = items.slice(start).concat(items.slice(0, start), new Array<undefined>(capacity).fill(undefined));
    this.#places?.rebase(this.#head);
    if (this.#screenings !== undefined) for (const screening of this.#screenings) screening.rebase(this.#head);
    this.#shownTo -= this.#head;
    this.#head = 0;
    this.#mask = capacity * 2 - 1;
    if (capacity >= STAMPED_CAPACITY) this.stamp(clock.now());
    if (this.#longAt === NEVER && long[0]! <= capacity * 2) this.longAt = Math.max(0, Math.ceil(long[0]!) - 1);
  }

  /** What comes from now on is newer than every reference, so no place is needed. */
  #emptied(): void {
    this.#head = 0;
    this.#places = undefined;
    this.#screenings = undefined;
    this.#shownTo = 0;
    if (this.#mask < KEPT_CAPACITY) return;
    this.#items = [undefined, undefined, undefined, undefined];
    this.#mask = INITIAL_CAPACITY - 1;
  }
}
