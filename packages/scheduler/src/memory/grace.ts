/**
 * The time that a process must be given before it may leave its thread: until no signal to it, sent to this thread by one that did not know of the plan, is on its
 * way any more.
 *
 * Why that is so when {@link Grace.isOver} says so. The caller has set MOVING in the directory, then begun the grace. A thread X looks at the directory before each signal:
 * it has seen MOVING, and keeps the signal, or it has looked before it was set. In the second case X was not resting, and its word changes only after the signal
 * has been published: so when the word is odd or has changed, the signal stands before the end of the ring from X that is read then; and when that ring is handled to there, the
 * signal has been applied. The load of X's word comes after the store of MOVING, and X's load of the directory after its word became even: all of them are
 * sequentially consistent.
 *
 * It is the grace period of read-copy-update (McKenney and Slingwine, 1998), with the end of a turn as the quiescent state.
 */
import { controlWords, type SharedMemory } from "./layout.ts";
import { restOf } from "./rest.ts";
import { RingView } from "./ring.ts";

/** What is awaited of another thread: that it passes a moment without unpublished signals, then that its ring is read to where it ended in that moment. */
type Stage = "pass" | "read" | "done";

interface Other {
  readonly thread: number;
  readonly ring: RingView;
  stage: Stage;
  rest: number;
  end: number;
}

export class Grace {
  private readonly words: Int32Array;
  private readonly others: Other[] = [];

  /** For what leaves `thread`, one grace at a time. */
  constructor(memory: SharedMemory, thread: number) {
    this.words = controlWords(memory);
    for (let other = 0; other < memory.threads; other++) {
      if (other === thread) continue;
      this.others.push({ thread: other, ring: new RingView(memory, other, thread), stage: "done", rest: 0, end: 0 });
    }
  }

  /** Begins anew, after MOVING was set for those who want to leave. */
  begin(): void {
    for (const other of this.others) {
      other.rest = restOf(this.words, other.thread);
      other.stage = "pass";
    }
  }

  /** Looks how far all others are. Once it has said true it says so until the next `begin`. */
  isOver(): boolean {
    let over = true;
    for (const other of this.others) if (!this.isPast(other)) over = false;
    return over;
  }

  private isPast(other: Other): boolean {
    if (other.stage === "pass") {
      if ((other.rest & 1) === 0 && restOf(this.words, other.thread) === other.rest) return false;
      other.end = other.ring.published();
      other.stage = "read";
    }
    if (other.stage === "read" && other.ring.isHandled(other.end)) other.stage = "done";
    return other.stage === "done";
  }
}
