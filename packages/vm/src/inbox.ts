/**
 * An address for ordinary Node code.
 */
import {
  AgnerError,
  boundMailbox,
  checkMaxMailbox,
  lookAtBoundOf,
  Mailbox,
  makeInbox,
  releaseInbox,
  type MaxMailbox,
  type Pid,
  type Process,
} from "@agner/scheduler";

/** Options of `vm.inbox`. */
export interface InboxOptions {
  /** How many messages wait at most, and what happens to more: as for a process (docs/mailboxes.md), but without the policy `"kill"`. Default: any number. */
  readonly maxMailbox?: MaxMailbox;
}

/**
 * A pid of its own, and what is sent to it, as an async iterator. Messages wait until they are asked for.
 *
 * @example
 * using inbox = vm.inbox();
 * const pid = await vm.spawn(app.worker, inbox.pid);
 * for await (const message of inbox) { console.log(message); break; }
 */
export class Inbox implements AsyncIterable<unknown> {
  /** The address. */
  readonly pid: Pid;
  readonly #process: Process;
  readonly #ended: AbortSignal;
  readonly #mailbox = new Mailbox();
  readonly #takers: ((result: IteratorResult<unknown, undefined>) => void)[] = [];
  #closed = false;
  #droppedAtEnd = 0;

  readonly #closes = (): void => this.close();

  /** Use `vm.inbox()`. `ended` fires when the VM stops. */
  constructor(ended: AbortSignal, { maxMailbox }: InboxOptions = {}) {
    this.#ended = ended;
    const bound = maxMailbox === undefined ? undefined : checkBound(maxMailbox);
    this.#process = makeInbox((message) => {
      this.#mailbox.push(message);
      this.#takers.shift()?.({ done: false, value: this.#take() });
    });
    this.#process.mailbox = this.#mailbox;
    if (bound !== undefined) boundMailbox(this.#process, bound);
    this.pid = this.#process.pid;
    this.#ended.addEventListener("abort", this.#closes, { once: true });
  }

  /** Messages that its bound has dropped. */
  get dropped(): number {
    return this.#process.rare?.dropped ?? this.#droppedAtEnd;
  }

  #take(): unknown {
    const message = this.#mailbox.shift();
    lookAtBoundOf(this.#process); // room is seen at once
    return message;
  }

  /** The next message; waits for one. Rejects with the signal's reason if it fires first, or when the inbox is closed. */
  async receive<T = unknown>(options: { readonly signal?: AbortSignal } = {}): Promise<T> {
    const { signal } = options;
    signal?.throwIfAborted();
    const result = await this.#next(signal);
    if (result.done === true) throw this.#ended.aborted ? (this.#ended.reason as Error) : new Error("the inbox is closed");
    return result.value as T;
  }

  #next(signal?: AbortSignal): Promise<IteratorResult<unknown, undefined>> {
    if (this.#mailbox.length > 0) return Promise.resolve({ done: false, value: this.#take() });
    if (this.#closed) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#takers.splice(this.#takers.indexOf(taker), 1);
        reject(signal!.reason as Error);
      };
      const taker = (result: IteratorResult<unknown, undefined>): void => {
        signal?.removeEventListener("abort", onAbort);
        resolve(result);
      };
      this.#takers.push(taker);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown, undefined> {
    return { next: () => this.#next(), return: async () => ({ done: true, value: undefined }) };
  }

  /** Gives the address up: what is sent to it afterwards vanishes, and iterators end after the messages that are there. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#droppedAtEnd = this.dropped;
    this.#ended.removeEventListener("abort", this.#closes);
    releaseInbox(this.#process);
    for (const taker of this.#takers.splice(0)) taker({ done: true, value: undefined });
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function checkBound(maxMailbox: MaxMailbox): MaxMailbox {
  const bound = checkMaxMailbox("vm.inbox", maxMailbox);
  if (typeof bound === "number" || bound.policy !== "kill") return bound;
  throw new AgnerError(
    "AGNER_BAD_ARGUMENT",
    'vm.inbox: an inbox is no process, so its policy cannot be "kill"; close it instead',
  );
}
