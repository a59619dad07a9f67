/**
 * A thread dies at any step, with a lock or a slot in its hands, and another recovers what it has left: the real functions of lost.ts, in their order.
 * What survives is whole, nothing is given out twice, and no more is lost than the thread had in its hands.
 */
import { Directory } from "../../memory/directory.ts";
import { Control, controlWords, LINE, threadArea, ThreadWord, type SharedMemory } from "../../memory/layout.ts";
import { NameTable } from "../../memory/names.ts";
import type { Case, World } from "./case.ts";
import { isLinearizable, type Operation } from "./linearizable.ts";
import { allowTimeouts, changed } from "./machine.ts";
import { changesSoFar, note, outlive, pause, peek, poke, self, step, threadOf } from "./steps.ts";
import { check, type Steps } from "./threads.ts";

const VICTIM = 0;
const SURVIVOR = 1;
const LEADER = 2;

/** Lets the victim die after so many operations and plain writes, at most. */
function mayDie(world: World, steps: number): void {
  threadOf(VICTIM).life = 1 + world.choose(steps);
  // Who was woken by the lost thread's last act may have been that thread: others are woken by their time-outs.
  allowTimeouts();
}

/** By thread: names that it registers (+), unregisters (-) and looks up (?) for processes of its own. */
function names(world: World, scripts: readonly (readonly string[])[], steps: number): ReturnType<Case["start"]> {
  const { modules } = world;
  const maxNames = 4;
  const memory = world.memory({ schedulers: 2, maxProcesses: 32, quarantine: 0, segment: 16, maxNames });
  const setup = [VICTIM, SURVIVOR].map((thread) => new Directory(memory, thread));
  mayDie(world, steps);
  const histories = new Map<string, Operation<number>[]>();
  const held = new Map<string, number>();
  const victims = new Set<number>();
  let now = 0;
  const record = (name: string, operation: Operation<number>): Operation<number> => {
    const history = histories.get(name) ?? [];
    histories.set(name, history);
    history.push(operation);
    return operation;
  };
  function* work(me: number): Steps<void> {
    const table = new modules.NameTable(memory, me);
    const own = new Map<string, number>();
    for (const command of scripts[me]!) {
      const name = command.slice(1);
      // As long as it is not known to have ended, it may or may not have happened.
      if (command[0] === "+") {
        const slot = setup[me]!.allocate(me);
        if (me === VICTIM) victims.add(slot);
        const operation = record(name, {
          began: ++now,
          ended: Infinity,
          what: `register ${slot}`,
          apply: (s) => (s === -1 ? slot : undefined),
        });
        const result = yield* table.register(name, slot, 1);
        const done = { ...operation, ended: ++now, what: `register ${slot}: ${result}` };
        replaceLast(
          histories.get(name)!,
          operation,
          result === "ok" ? done : { ...done, apply: (s: number) => (s === -1 ? undefined : s) },
        );
        if (result === "ok") {
          own.set(name, slot);
          if (me === SURVIVOR) held.set(name, slot);
        }
      } else if (command[0] === "-") {
        const slot = own.get(name);
        if (slot === undefined) continue;
        const operation = record(name, {
          began: ++now,
          ended: Infinity,
          what: `unregister ${slot}`,
          apply: (s) => (s === slot ? -1 : undefined),
        });
        const done = yield* table.unregister(name, slot, 1);
        check(done, () => `${name} cannot be taken away from process ${slot}`);
        replaceLast(histories.get(name)!, operation, { ...operation, ended: ++now });
        own.delete(name);
        if (me === SURVIVOR) held.delete(name);
      } else {
        const began = ++now;
        const found = (yield* table.lookup(name))?.slot ?? -1;
        record(name, { began, ended: ++now, what: `look-up ${found}`, apply: (s) => (s === found ? s : undefined) });
      }
      changed();
    }
  }
  function* lead(): Steps<void> {
    yield* outlive(threadOf(VICTIM));
    if (!threadOf(VICTIM).isDead) return;
    const directory = new modules.Directory(memory, LEADER);
    const table = new modules.NameTable(memory, LEADER);
    const all = [...new Set(scripts.flat().map((command) => command.slice(1)))];
    for (const name of all) {
      record(name, {
        began: ++now,
        ended: Infinity,
        what: "the lost thread's processes end",
        apply: (s) => (victims.has(s) ? -1 : undefined),
      });
    }
    yield* modules.beginLoss(memory, VICTIM, directory, table);
    const { count } = yield* modules.endProcesses(memory, VICTIM, 0, directory, table, 10);
    note(() => `${count} processes have ended with the lost thread`);
    for (const name of all) {
      const found = yield* table.lookup(name);
      check(found === undefined || !victims.has(found.slot), () => `${name} is still the name of a lost process`);
    }
  }
  return {
    threads: [work(VICTIM), work(SURVIVOR), lead()],
    end() {
      for (const [name, history] of histories) {
        check(isLinearizable(history, -1), () => `${name}: no order explains ${history.map(({ what }) => what).join("; ")}`);
      }
      check(controlWords(memory)[Control.NAMES_LOCK] === 0, "nobody runs, and the lock of the names is held");
      const table = new NameTable(memory, LEADER);
      const listed = table.list();
      if (threadOf(VICTIM).isDead) {
        check(
          [...held.keys()].sort().join() === listed.sort().join(),
          () => `the survivor has ${[...held.keys()].join()}, and the table ${listed.join()}`,
        );
      }
      for (const name of listed) check(table.lookup(name) !== undefined, () => `${name} is listed and cannot be found`);
      for (const { name, slot, serial } of table.entries())
        check(table.nameOf(slot, serial) === name, () => `process ${slot} has not the name ${name}`);
      // No room was lost.
      for (let i = listed.length; i < maxNames; i++)
        check(table.register(`fill${i}`, 100 + i, 1) === "ok", "a name cannot be registered");
      check(table.list().length === maxNames, () => `the table is full with ${table.list().join()}`);
    },
  };
}

function replaceLast<T>(list: T[], old: T, by: T): void {
  list[list.lastIndexOf(old)] = by;
}

/** By thread: processes that it begins (a) and ends (r). The survivor and the lost one's successor go on. */
function slots(
  world: World,
  scripts: readonly [victim: string, survivor: string, successor: string],
  steps: number,
  segment: number,
): ReturnType<Case["start"]> {
  const { modules } = world;
  const memory = world.memory({ schedulers: 2, maxProcesses: 64, quarantine: 1, segment, maxNames: 1 });
  mayDie(world, steps);
  const live = new Map<number, { readonly owner: string; readonly serial: number }>();
  const latest = new Map<number, number>();
  function* work(who: string, script: string, directory: InstanceType<typeof modules.Directory>): Steps<void> {
    const own: [slot: number, serial: number][] = [];
    for (const letter of script) {
      if (letter === "a") {
        const slot = yield* directory.allocate(who === "survivor" ? SURVIVOR : VICTIM);
        const serial = yield* directory.serialOf(slot);
        const before = live.get(slot);
        check(
          before === undefined || (before.owner === "victim" && threadOf(VICTIM).isDead),
          () => `slot ${slot} is given to the ${who}, and the ${before!.owner} has it`,
        );
        check(serial > (latest.get(slot) ?? 0), () => `slot ${slot} has serial ${serial} again`);
        latest.set(slot, serial);
        live.set(slot, { owner: who, serial });
        own.push([slot, serial]);
      } else if (own.length > 0) {
        const [slot, serial] = own.shift()!;
        check(yield* directory.isAlive(slot, serial), () => `a process of the ${who} was ended by somebody else`);
        live.delete(slot);
        yield* directory.release(slot, serial);
      }
    }
  }
  function* lead(): Steps<void> {
    yield* outlive(threadOf(VICTIM));
    const dead = threadOf(VICTIM).isDead;
    const directory = new modules.Directory(memory, LEADER);
    const table = new modules.NameTable(memory, LEADER);
    if (dead) {
      yield* modules.beginLoss(memory, VICTIM, directory, table);
      const { count } = yield* modules.endProcesses(memory, VICTIM, 0, directory, table, 10);
      note(() => `${count} processes have ended with the lost thread`);
      for (const [slot, life] of live) {
        if (life.owner !== "victim") continue;
        check(!(yield* directory.isAlive(slot, life.serial)), () => `process ${slot} of the lost thread lives`);
        if (live.get(slot) === life) live.delete(slot);
      }
      yield* modules.endLoss(memory, VICTIM, []);
    }
    // The successor is a thread of its own; it begins when this one has done its work.
    const successor = new modules.Directory(memory, VICTIM, dead ? [1, 0, 0] : [0, 0, 0]);
    yield* work("successor", scripts[2], successor);
  }
  return {
    threads: [
      work("victim", scripts[0], new modules.Directory(memory, VICTIM)),
      work("survivor", scripts[1], new modules.Directory(memory, SURVIVOR)),
      lead(),
    ],
    end: () => countSlots(memory, live.size, threadOf(VICTIM).isDead ? segment + 1 : 0),
  };
}

/** Each slot is taken or in one chain, but for so many that a lost thread had in its hands. */
function countSlots(memory: SharedMemory, live: number, mayBeLost: number): void {
  const control = controlWords(memory);
  const entries = new Int32Array(memory.directory);
  let taken = 0;
  for (let slot = 0; slot < memory.maxProcesses; slot++) if (entries[slot * 2 + 1]! > 0) taken++;
  check(taken === live, () => `${live} processes live, and ${taken} slots are taken`);
  const seen = new Set<number>();
  let unused = 0;
  const heads: [string, number][] = [["the pool", control[Control.POOL_HEAD]!]];
  for (let thread = 0; thread < memory.threads; thread++) {
    const area = threadArea(thread);
    heads.push(
      [`thread ${thread}`, control[area + ThreadWord.FREE_HEAD]!],
      [`thread ${thread}, ripe`, control[area + ThreadWord.RIPE_HEAD]!],
    );
    // Lost between the two writes, a thread leaves a lease that ends before it begins: it is empty.
    unused += Math.max(0, control[area + ThreadWord.LEASE_END]! - control[area + ThreadWord.LEASE_NEXT]!);
  }
  for (const [chain, head] of heads) {
    for (let next = head; next !== 0; next = -entries[(next - 1) * 2]!) {
      check(
        next > 0 && entries[(next - 1) * 2 + 1]! <= 0,
        () => `the chain of ${chain} leads to slot ${next - 1}, which is not free`,
      );
      check(!seen.has(next), () => `slot ${next - 1} is in two chains (${chain})`);
      seen.add(next);
    }
  }
  const lost = control[Control.LEASED]! - seen.size - unused - taken;
  check(lost >= 0 && lost <= mayBeLost, () => `${lost} slots are lost`);
}

/** Threads that contend for a lock, of which one dies. */
function lock(world: World, steps: number): ReturnType<Case["start"]> {
  const { modules } = world;
  const words = world.scratch(2 * LINE);
  mayDie(world, steps);
  let holder = -1;
  let count = 0;
  function* contend(me: number): Steps<void> {
    for (let i = 0; i < 2; i++) {
      yield* modules.acquire(words, 0, me);
      check(holder === -1, () => `threads ${holder} and ${me} have the lock`);
      holder = me;
      poke(words, LINE, peek(words, LINE) + 1);
      count++;
      yield* step();
      holder = -1;
      yield* modules.release(words, 0);
    }
  }
  function* lead(): Steps<void> {
    yield* outlive(threadOf(VICTIM));
    if (!(yield* modules.takeOver(words, 0, VICTIM, self().id))) return;
    check(
      threadOf(VICTIM).isDead && (holder === -1 || holder === VICTIM),
      () => `thread ${holder} has the lock that was taken over`,
    );
    holder = self().id;
    poke(words, LINE, count);
    yield* step();
    holder = -1;
    yield* modules.release(words, 0);
  }
  return {
    threads: [contend(VICTIM), contend(1), lead(), contend(3)],
    end: () => {
      check(words[0] === 0, () => `nobody runs, and the lock's word is ${words[0]}`);
      check(
        words[LINE] === count,
        () => `${count} times something was done under the lock, and ${words[LINE]} times it was counted`,
      );
    },
  };
}

/** A thief dies, perhaps while it copies what it has taken from a board. */
function theft(world: World, steps: number): ReturnType<Case["start"]> {
  const { modules } = world;
  const memory = world.memory({ schedulers: 3, boardEntries: 2, boardBytes: 16 });
  mayDie(world, steps);
  const items = 4;
  const fate = new Map<number, string>();
  const decide = (item: number, by: string): void => {
    check(!fate.has(item), () => `item ${item} was taken by the ${fate.get(item)}, and again by the ${by}`);
    fate.set(item, by);
  };
  let over = false;
  function* thieve(me: number, who: string): Steps<void> {
    const thief = new modules.Thief(memory, SURVIVOR);
    for (let tries = 0; tries < 8 && !over; tries++) {
      const payload = yield* thief.steal(me);
      if (typeof payload === "string") continue;
      check(
        payload.every((byte) => byte === payload[0]),
        () => `a stolen payload is torn: ${payload}`,
      );
      decide(payload[0]! - 1, who);
    }
  }
  function* own(): Steps<void> {
    const board = new modules.StealableDeque(memory, SURVIVOR);
    const open = new Map<number, number>();
    let forgiven = false;
    for (let item = 0; item < items || open.size > 0;) {
      const entry = item < items ? yield* board.publish(new Uint8Array(3).fill(item + 1), 3) : -1;
      if (entry >= 0) open.set(entry, item++);
      if (threadOf(VICTIM).isDead && !forgiven) {
        yield* outlive(threadOf(VICTIM));
        yield* board.forgive(VICTIM);
        forgiven = true;
      }
      for (const [mine, published] of open) {
        if (entry < 0 && (yield* board.withdraw(mine))) {
          decide(published, "owner");
          open.delete(mine);
        } else if ((yield* board.stateOf(mine)) === "taken") {
          const by = yield* board.takenBy(mine);
          if (by === VICTIM && forgiven && !fate.has(published)) decide(published, "lost thread");
          open.delete(mine);
        }
      }
      yield* board.reclaim();
    }
    over = true;
  }
  return {
    threads: [thieve(VICTIM, "lost thread"), own(), thieve(2, "thief")],
    end: () => {
      for (let item = 0; item < items; item++) check(fate.has(item) || threadOf(VICTIM).isDead, () => `item ${item} was lost`);
    },
  };
}

/** A thread dies while its processes are on its board. The survivor steals before it parts with it, and again when all have heard the news. */
function board(world: World, steps: number): ReturnType<Case["start"]> {
  const { modules } = world;
  const processes = 2;
  const memory = world.memory({
    schedulers: 2,
    maxProcesses: processes,
    quarantine: 0,
    segment: 1,
    boardEntries: 2,
    boardBytes: 16,
  });
  mayDie(world, steps);
  let parting = false;
  let parted = false;
  let told = false;
  let over = false;
  const say = (what: () => void): void => {
    what();
    changed();
  };
  function* publish(): Steps<void> {
    const directory = new modules.Directory(memory, VICTIM);
    const offers = new modules.StealableDeque(memory, VICTIM);
    for (let i = 0; i < processes; i++) {
      const slot = yield* directory.allocate(VICTIM);
      yield* offers.publish(Uint8Array.of(slot), 1);
    }
  }
  function* steal(): Steps<void> {
    const directory = new modules.Directory(memory, SURVIVOR);
    const thief = new modules.Thief(memory, VICTIM);
    for (let last = false; !last;) {
      const seen = changesSoFar();
      last = over;
      if (parting && !parted) {
        yield* directory.setGeneration(VICTIM, 1);
        say(() => (parted = true));
      }
      const payload = parting && !told ? "empty" : yield* thief.steal(SURVIVOR);
      if (typeof payload === "string") {
        if (!last) yield* pause(seen);
        continue;
      }
      const slot = payload[0]!;
      check(yield* directory.isAlive(slot, 1), () => `process ${slot} was stolen after its end`);
      yield* directory.moveIfOwner(slot, 1, VICTIM, SURVIVOR);
    }
  }
  function* lead(): Steps<void> {
    yield* outlive(threadOf(VICTIM));
    if (threadOf(VICTIM).isDead) {
      const directory = new modules.Directory(memory, LEADER);
      const table = new modules.NameTable(memory, LEADER);
      yield* modules.beginLoss(memory, VICTIM, directory, table);
      say(() => (parting = true));
      for (let seen = changesSoFar(); !parted; seen = changesSoFar()) yield* pause(seen);
      yield* directory.setGeneration(VICTIM, 1);
      const { count } = yield* modules.endProcesses(memory, VICTIM, 0, directory, table, 10);
      note(() => `${count} processes have ended with the lost thread`);
      say(() => (told = true));
      yield* modules.endLoss(memory, VICTIM, []);
    }
    say(() => (over = true));
  }
  return { threads: [publish(), steal(), lead()] };
}

const commands = ["+a", "+q", "-a", "-q", "+c", "-c", "?a", "?q"];
const scriptOf = (world: World, length: number): string[] =>
  Array.from({ length }, () => commands[world.choose(commands.length)]!);
const lettersOf = (world: World, length: number): string => Array.from({ length }, () => "aaarr"[world.choose(5)]).join("");

export const lossCases: readonly Case[] = [
  {
    name: "loss/with a name in hand",
    preemptions: 1,
    start: (world) =>
      names(
        world,
        [
          ["+a", "-a"],
          ["+q", "?a"],
        ],
        50,
      ),
  },
  {
    name: "loss/with a name in hand, alone",
    preemptions: 0,
    start: (world) => names(world, [["+a", "+q", "-a", "+c", "-q", "-c"], []], 150),
  },
  { name: "loss/names, at random", start: (world) => names(world, [scriptOf(world, 8), scriptOf(world, 8)], 180) },
  {
    name: "loss/with the pool in hand",
    preemptions: 0,
    start: (world) => slots(world, ["aaaaaaaarrrrrrrraaaaaaaa", "", "aaaaaaaa"], 250, 1),
  },
  { name: "loss/with a slot in hand", preemptions: 0, start: (world) => slots(world, ["aaararrraa", "", "aarara"], 150, 2) },
  {
    name: "loss/slots, at random",
    start: (world) => slots(world, [lettersOf(world, 25), lettersOf(world, 25), lettersOf(world, 25)], 250, 2),
  },
  { name: "loss/with a lock in hand", preemptions: 1, start: (world) => lock(world, 12) },
  { name: "loss/lock, at random", start: (world) => lock(world, 16) },
  { name: "loss/with processes on its board", preemptions: 1, start: (world) => board(world, 40) },
  { name: "loss/while it steals", preemptions: 1, start: (world) => theft(world, 16) },
  { name: "loss/thefts, at random", start: (world) => theft(world, 30) },
];
