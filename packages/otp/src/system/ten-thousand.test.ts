/**
 * Ten thousand servers under one supervisor are killed one after the other, as fast as that goes, while clients call them by name: all come back, once each, and no
 * update that was acknowledged is lost.
 */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import {
  exit,
  isPid,
  processes,
  receive,
  register,
  registered,
  schedulers,
  self,
  send,
  spawnOpt,
  TIMEOUT,
  unregister,
  whereis,
  type Pid,
} from "@agner/vm";
import { fewerIfMoving } from "../../../vm/src/conformance/testing/counts.ts";
import { CallError, dynamicSupervisor, genServer, reply, supervisor, type ChildCounts, type ChildInfo } from "../index.ts";
import { numbers, settled, taken } from "../conformance/testing/watch.ts";

const COUNT = fewerIfMoving(10_000, 1_000);
const LEDGER = "ledger";
/** The name of the test, which is told of every start. */
const TEST = "test";
/** How long a client waits before it calls again somebody who was not there, in milliseconds. */
const PAUSE_MS = 1;
/** Limit of a test in milliseconds. Half of the children start on the other core, one after the other: on a machine that has more to do, each waits for both cores in turn. */
const LIMIT_MS = 240_000;
/** One death of each child is as many as a supervisor bears. */
const LIMITS = { intensity: COUNT, periodMs: 600_000 } as const;

interface Entry {
  readonly total: number;
  /** The last update that was written. */
  readonly update: number;
}

/** Keeps what the cells count. Written again, an update changes nothing: who has not heard of the first time cannot know that there was one. */
export const Ledger = genServer({
  init: () => new Map<string, Entry>(),
  calls: {
    read: (entries, name: string) => reply(entries.get(name)?.total ?? 0, entries),
    write: (entries, name: string, update: number, by: number) => {
      const { total, update: last } = entries.get(name) ?? { total: 0, update: 0 };
      if (update === last) return reply(total, entries);
      return reply(total + by, entries.set(name, { total: total + by, update }));
    },
  },
});

interface Cell {
  readonly name: string;
  readonly total: number;
}

/** A counter that takes up its state where the one before it of the same name has left it. */
export const Cell = genServer({
  init: (name: string): Cell => {
    const total = Ledger.ref(LEDGER).read(name);
    send(TEST, { started: name });
    return { name, total };
  },
  calls: {
    add: ({ name }, update: number, by: number) => {
      const total = Ledger.ref(LEDGER).write(name, update, by);
      return reply(total, { name, total });
    },
    total: (cell) => reply(cell.total, cell),
  },
});

function nameOf(i: number): string {
  return `cell ${i}`;
}

function onCore(i: number): { readonly scheduler: number } {
  return { scheduler: i % schedulers() };
}

export const Static = supervisor({
  ...LIMITS,
  children: () => numbers(COUNT).map((i) => Cell.child(nameOf(i), { name: nameOf(i), ...onCore(i) })),
});

export const Dynamic = dynamicSupervisor({ ...LIMITS, placement: "spread" });

interface Tree {
  readonly pid: Pid;
  countChildren(): ChildCounts;
  whichChildren(): ChildInfo[];
  stop(): void;
}

/** Numbers from 0 up to a limit, the same for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function shuffled<T>(values: readonly T[], random: (below: number) => number): T[] {
  const order = [...values];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Adds to cells of its own, each time until that is acknowledged, until it is told to stop; then tells what it has added to which. */
export function client(seed: number, first: number, step: number): void {
  const random = randomFrom(seed);
  const added = new Map<string, number>();
  const updates = new Map<string, number>();
  let stopped = false;
  while (!stopped) {
    const name = nameOf(first + step * random(Math.floor(COUNT / step)));
    const update = (updates.get(name) ?? 0) + 1;
    const by = 1 + random(9);
    updates.set(name, update);
    while (!isAcknowledged(name, update, by)) stopped ||= receive(undefined, PAUSE_MS) !== TIMEOUT;
    added.set(name, (added.get(name) ?? 0) + by);
    if (updates.size === 1) send(TEST, { busy: self() });
    stopped ||= receive(undefined, 0) !== TIMEOUT;
  }
  send(TEST, { client: self(), added });
}

interface Account {
  readonly added: ReadonlyMap<string, number>;
}

/** Whether an update is acknowledged; not if its cell is not there, or dies. */
function isAcknowledged(name: string, update: number, by: number): boolean {
  try {
    Cell.ref(name).with({ timeout: Infinity }).add(update, by);
    return true;
  } catch (e) {
    if (CallError.is(e)) return false;
    throw e;
  }
}

/** Starts clients on all cores, each for the cells of the next core, runs `storm` when all are busy, and tells what they have added in all. */
function withClients(random: (below: number) => number, storm: () => void): ReadonlyMap<string, number> {
  const clients = numbers(schedulers()).map((core) =>
    spawnOpt({ link: true, scheduler: core }, client, random(2 ** 31), (core + 1) % schedulers(), schedulers()),
  );
  for (const pid of clients) receive((message) => message?.busy === pid);
  storm();
  const added = new Map<string, number>();
  for (const pid of clients) {
    send(pid, "stop");
    const account = receive<Account>((message) => message?.client === pid);
    for (const [name, sum] of account.added) added.set(name, sum);
  }
  return added;
}

/** Which children have started, in the order of their starts, as soon as there are as many as were killed. */
function started(): Set<string> {
  return new Set(numbers(COUNT).map(() => receive<{ started: string }>((message) => message?.started !== undefined).started));
}

function killAll(start: () => Tree): void {
  const before = { processes: processes().length, names: registered().length };
  const seed = Math.floor(Math.random() * 2 ** 32);
  console.log(`ten thousand: seed ${seed}`);
  const random = randomFrom(seed);
  const ledger = Ledger.start(undefined, { name: LEDGER });
  register(TEST);
  const tree = start();
  expect(started().size).toBe(COUNT);
  const all = processes().length;
  const old = new Map(numbers(COUNT).map((i) => [nameOf(i), whereis(nameOf(i))!]));

  const added = withClients(random, () => {
    for (const pid of shuffled([...old.values()], random)) exit(pid, "kill");
    expect(started()).toEqual(new Set(old.keys()));
  });

  expect(tree.countChildren()).toMatchObject({ active: COUNT, workers: COUNT, supervisors: 0 });
  const living = new Set(tree.whichChildren().map(({ pid }) => pid));
  expect(living.size).toBe(COUNT);
  expect([...living].every((pid) => isPid(pid))).toBe(true);
  expect(numbers(COUNT).filter((i) => !living.has(whereis(nameOf(i))))).toEqual([]);
  settled();
  expect(processes().length).toBe(all);

  expect(added.size).toBeGreaterThan(0);
  const totals = [...added.keys()].map((name) => [name, Cell.ref(name).total()]);
  expect(totals).toEqual([...added]);

  tree.stop();
  genServer.stop(ledger);
  unregister(TEST);
  expect(taken()).toEqual([]); // nobody started more often
  settled();
  expect({ processes: processes().length, names: registered().length }).toEqual(before);
}

processTest(
  "ten thousand children of a one_for_one supervisor are killed, and all come back",
  () => {
    killAll(() => Static.start());
  },
  LIMIT_MS,
);

processTest(
  "ten thousand children of a dynamic supervisor are killed, and all come back",
  () => {
    killAll(() => {
      const tree = Dynamic.start()!;
      for (let i = 0; i < COUNT; i++) tree.startChild(Cell.child(nameOf(i), { name: nameOf(i) }));
      return tree;
    });
  },
  LIMIT_MS,
);
