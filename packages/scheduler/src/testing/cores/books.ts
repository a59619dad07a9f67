/**
 * What the actors of simulated cores have sent and received, kept outside of all cores: it is not lost with them.
 */

/** Of one process. Processes are named by their pids as text. */
export interface Books {
  readonly key: string;
  /** How many messages it has sent to whom, and received from whom. */
  readonly sent: Map<string, number>;
  readonly got: Map<string, number>;
  /** By reference, whom it watches. */
  readonly monitors: Map<string, string>;
  /** With whom it has made a link. */
  readonly links: Set<string>;
  /** Whom it knows to have ended, and of whom it knows that through a link. */
  readonly gone: Set<string>;
  readonly heard: Set<string>;
}

export type Reason = "done" | "killed" | "noproc" | "lost" | "other";

/** The reason of a DOWN or exit signal, as far as it matters. */
export function exitsOf(reason: unknown): Reason {
  if (reason === "done" || reason === "killed" || reason === "noproc") return reason;
  return typeof reason === "object" && reason !== null && "schedulerLost" in reason ? "lost" : "other";
}

/** So many lines are remembered, and told with a failure. */
const REMEMBERED = 20_000;
const TOLD = 60;
/** About so many live at once. */
const POPULATION = 60;

/** Compares what arrives with what was sent. */
export class Oracle {
  stopped = false;
  readonly random: (below: number) => number;
  readonly failures: string[] = [];
  /** What has happened of late. */
  private readonly log: string[] = [];
  readonly all = new Map<string, Books>();
  readonly counts = { born: 0, received: 0, downs: 0, exits: 0 };
  /** All pairs that were ever linked, in both orders. */
  private readonly linked = new Set<string>();
  /** Says how many live. */
  population = (): number => 0;

  constructor(random: (below: number) => number) {
    this.random = random;
  }

  /** Something is not as it is promised. What has happened of late to those that it names is told with it. */
  fail(text: string): void {
    const named = text.match(/<0\.\d+\.\d+>/g) ?? [];
    const history = this.log.filter((line) => line.startsWith("-") || named.some((name) => line.includes(name)));
    this.failures.push([text, ...history.slice(-TOLD)].join("\n"));
  }

  note(text: string): void {
    this.log.push(text);
    if (this.log.length > 2 * REMEMBERED) this.log.splice(0, REMEMBERED);
  }

  mayBear(): boolean {
    return this.population() < POPULATION;
  }

  begun(key: string, thread: number): void {
    if (this.all.has(key)) this.fail(`${key} begins twice, the second time on core ${thread}`);
    this.books(key);
    this.note(`core ${thread}: ${key} begins`);
  }

  books(key: string): Books {
    let books = this.all.get(key);
    if (books === undefined) {
      books = { key, sent: new Map(), got: new Map(), monitors: new Map(), links: new Set(), gone: new Set(), heard: new Set() };
      this.all.set(key, books);
    }
    return books;
  }

  link(one: string, other: string): void {
    this.linked.add(`${one} ${other}`).add(`${other} ${one}`);
  }

  received(books: Books, from: string, n: number): void {
    this.counts.received++;
    const last = books.got.get(from) ?? 0;
    if (n !== last + 1) this.fail(`message ${n} from ${from} came to ${books.key} after ${last}`);
    if (books.gone.has(from)) this.fail(`message ${n} from ${from} came to ${books.key} after the news of its end`);
    books.got.set(from, n);
  }

  down(books: Books, ref: string, target: string, reason: Reason): void {
    this.counts.downs++;
    if (books.monitors.get(ref) !== target)
      this.fail(`${books.key} was told of ${target} by ${ref}, which is ${books.monitors.get(ref) ?? "no monitor"}`);
    books.monitors.delete(ref);
    this.end(books, target, reason);
  }

  exit(books: Books, from: string, reason: Reason, lives: boolean): void {
    this.counts.exits++;
    if (lives) this.fail(`an exit signal of ${from}, which lives, came to ${books.key}`);
    if (!this.linked.has(`${books.key} ${from}`))
      this.fail(`an exit signal of ${from}, with which ${books.key} was never linked, came to it`);
    if (reason !== "noproc") {
      if (books.heard.has(from)) this.fail(`the exit signal of ${from} came to ${books.key} twice`);
      books.heard.add(from);
    }
    books.links.delete(from);
    this.end(books, from, reason);
  }

  private end(books: Books, of: string, reason: Reason): void {
    if (reason === "noproc") return;
    if (reason === "other") this.fail(`${books.key} heard of the end of ${of} for a reason that nobody gave`);
    books.gone.add(of);
    if (reason !== "done") return;
    const sent = this.all.get(of)?.sent.get(books.key) ?? 0;
    const got = books.got.get(of) ?? 0;
    if (sent !== got) this.fail(`${of} had sent ${sent} messages to ${books.key} when it ended, and ${got} have come`);
  }

  /** When nothing is on its way any more: nobody waits for anything that will not come. */
  close(isAlive: (key: string) => boolean): void {
    const living = [...this.all.values()].filter(({ key }) => isAlive(key));
    for (const { key, monitors, links, got } of living) {
      for (const [ref, target] of monitors)
        if (!isAlive(target)) this.fail(`${key} was not told by ${ref} that ${target} has ended`);
      for (const other of links) if (!isAlive(other)) this.fail(`${key} was not told through the link that ${other} has ended`);
      for (const from of living) {
        const sent = from.sent.get(key) ?? 0;
        if (sent !== (got.get(from.key) ?? 0))
          this.fail(`${from.key} has sent ${sent} messages to ${key}, and ${got.get(from.key) ?? 0} have come`);
      }
    }
  }
}
