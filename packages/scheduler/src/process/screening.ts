/**
 * What a mailbox remembers of a predicate's *screen*: what the predicate asks first, and of the message alone, so that the answer is the same whenever it is asked. A
 * message that the screen has held back is not looked at again, however often the process receives in that place (benchmark: selective-receive-scan). The compiler makes screens, of predicates
 * that only compare: those cannot keep the message, or change it. Positions are those of {@link Mailbox}.
 */
import { TERM } from "../terms/host.ts";
import { takeOutPosition } from "./places.ts";

/** Where it is false, the predicate is. */
export type Screen = (message: unknown) => boolean;

/** With so many messages that have passed, a screen tells nothing. A guess: to try them costs as much as to screen a few more. */
const MAX_CANDIDATES = 64;

export class Screening {
  readonly screen: Screen;
  /** The messages before this position are screened, those before the head having left. */
  to: number;
  /** The positions of those that have passed, or cannot be screened; undefined if they were too many. */
  candidates: number[] | undefined = [];

  constructor(screen: Screen, from: number) {
    this.screen = screen;
    this.to = from;
  }

  /** The message at `position`, the next one, is worth a try each time. */
  keep(position: number): void {
    this.to = position + 1;
    if (this.candidates!.length === MAX_CANDIDATES) this.candidates = undefined;
    else this.candidates!.push(position);
  }

  /** The messages before `head` have left. */
  forgetLeft(head: number): void {
    if (this.to < head) this.to = head;
    const candidates = this.candidates!;
    while (candidates.length > 0 && candidates[0]! < head) candidates.shift();
  }

  /** The message at `position` was taken out, and the older ones moved up, or the newer ones down. */
  removed(position: number, older: boolean): void {
    if (older) {
      if (position >= this.to) this.to++;
    } else if (position < this.to) this.to--;
    if (this.candidates !== undefined) takeOutPosition(this.candidates, position, older);
  }

  /** The head has a new position, lower by so much, and with it everything else. */
  rebase(by: number): void {
    this.to -= by;
    const { candidates } = this;
    if (candidates !== undefined) for (let i = 0; i < candidates.length; i++) candidates[i]! -= by;
  }
}

const { getPrototypeOf } = Object;

/** Whether its properties are data that its receiver alone has. What has a mark may have accessors, and be everybody's. */
export function isTransparent(message: unknown): boolean {
  if (typeof message !== "object")
    return typeof message === "string" || typeof message === "number" || typeof message === "boolean";
  if (message === null || (message as { [TERM]?: unknown })[TERM] !== undefined) return false;
  return Array.isArray(message) || getPrototypeOf(message) === Object.prototype;
}
