/**
 * What a mailbox remembers of places in it: where it ended when a reference was made, when it had grown how far, and which of its messages must not be dropped. Positions
 * are those of {@link Mailbox}: the oldest message has that of its head, and the others follow. Only mailboxes that need it have one of these.
 */

/** Most references whose places are remembered. A guess: a process that moves needs some for each core. */
const MAX_MARKS = 16;
/** Most times that are remembered; beyond, every second one is forgotten. A guess. */
const MAX_TIMES = 64;

/** Where the mailbox ended when a reference was made. */
interface Mark {
  readonly scheduler: number;
  readonly id: number;
  position: number;
}

/** Where the mailbox ended at a time in milliseconds: what is there from this position on came later, what is before it had come. */
interface Time {
  readonly ms: number;
  position: number;
}

/** What travels of it with a process, positions being indices of messages. A term. */
export interface PlacesRecord {
  readonly marks: readonly Mark[];
  readonly times: readonly Time[];
  readonly kept: readonly number[];
}

export class Places {
  /** Oldest first, and so are the others. */
  #marks: Mark[] = [];
  #times: Time[] = [];
  /** Positions of messages. Those below the head have left. */
  #kept: number[] = [];

  /** A reference was made when the mailbox went from `head` up to `position`. */
  mark(scheduler: number, id: number, head: number, position: number): void {
    const marks = this.#marks;
    // Nothing has come since an older reference of this scheduler: its mark holds for this one as well.
    for (let i = marks.length - 1; i >= 0 && marks[i]!.position === position; i--) if (marks[i]!.scheduler === scheduler) return;
    if (marks.length === MAX_MARKS) forgetOne(marks, head);
    marks.push({ scheduler, id, position });
  }

  /** The position from which on messages came after the reference was made, or one before it. Ids of two schedulers say nothing about which reference is older. */
  since(scheduler: number, id: number): number {
    const marks = this.#marks;
    for (let i = marks.length - 1; i >= 0; i--) {
      const mark = marks[i]!;
      if (mark.scheduler === scheduler && mark.id <= id) return mark.position;
    }
    return 0;
  }

  /** At this time the mailbox went from `head` up to `position`. */
  stamp(ms: number, head: number, position: number): void {
    this.#times = this.#times.filter((time) => time.position > head);
    if (this.#times.length === MAX_TIMES) this.#times = this.#times.filter((_, i) => i % 2 === 0);
    this.#times.push({ ms, position });
  }

  /** A time at which the oldest message, that at `head`, was there already; undefined if none is known. */
  knownSince(head: number): number | undefined {
    return this.#times.find((time) => time.position > head)?.ms;
  }

  /** The message at this position must not be dropped; it is newer than all that were named before. */
  keep(head: number, position: number): void {
    this.#forgetLeft(head);
    this.#kept.push(position);
  }

  /** None of the messages must be dropped. */
  keepAll(head: number, length: number): void {
    this.#kept = Array.from({ length }, (_, i) => head + i);
  }

  /** The position of the oldest message, from `head` on, that may be dropped. */
  oldestDroppable(head: number): number {
    this.#forgetLeft(head);
    const kept = this.#kept;
    // Those at the head without a gap: a position minus its index never falls.
    let [from, to] = [0, kept.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (kept[middle]! === head + middle) from = middle + 1;
      else to = middle;
    }
    return head + from;
  }

  /** The message at `position` was taken out, and the older ones moved up, or the newer ones down. */
  removed(position: number, older: boolean): void {
    for (const places of [this.#marks, this.#times]) {
      for (const place of places) {
        if (older) {
          if (place.position <= position) place.position++;
        } else if (place.position > position) place.position--;
      }
    }
    takeOutPosition(this.#kept, position, older);
  }

  /** The head has a new position, lower by so much, and with it everything else. */
  rebase(by: number): void {
    for (const mark of this.#marks) mark.position -= by;
    for (const time of this.#times) time.position -= by;
    for (let i = 0; i < this.#kept.length; i++) this.#kept[i]! -= by;
  }

  /** What is known, for a mailbox that begins at 0. */
  record(head: number): PlacesRecord {
    return {
      marks: this.#marks.map((mark) => ({ ...mark, position: Math.max(0, mark.position - head) })),
      times: this.#times.filter(({ position }) => position > head).map((time) => ({ ...time, position: time.position - head })),
      kept: this.#kept.filter((position) => position >= head).map((position) => position - head),
    };
  }

  /** What a {@link record} tells. */
  static from({ marks, times, kept }: PlacesRecord): Places {
    const places = new Places();
    places.#marks = marks.map((mark) => ({ ...mark }));
    places.#times = times.map((time) => ({ ...time }));
    places.#kept = [...kept];
    return places;
  }

  #forgetLeft(head: number): void {
    const kept = this.#kept;
    if (kept.length === 0 || kept[0]! >= head) return;
    const there = kept.findIndex((position) => position >= head);
    kept.splice(0, there < 0 ? kept.length : there);
  }
}

/** Forgets the mark in whose place an older one of its scheduler costs least: the one with the fewest messages between. */
function forgetOne(marks: Mark[], head: number): void {
  let least = Infinity;
  let loser = 0;
  const before = new Map<number, number>();
  for (let i = 0; i < marks.length; i++) {
    const { scheduler, position } = marks[i]!;
    const at = Math.max(head, position);
    const between = at - (before.get(scheduler) ?? head);
    if (between < least) {
      least = between;
      loser = i;
    }
    before.set(scheduler, at);
  }
  marks.splice(loser, 1);
}

/** Takes `position` out of a list of positions, where a message was taken out there, and the older ones moved up, or the newer ones down. */
export function takeOutPosition(positions: number[], position: number, older: boolean): void {
  let left = 0;
  for (const at of positions) {
    if (at === position) continue;
    positions[left++] = older ? (at < position ? at + 1 : at) : at > position ? at - 1 : at;
  }
  positions.length = left;
}
