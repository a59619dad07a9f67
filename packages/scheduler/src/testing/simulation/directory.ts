/** The directory: a slot has one process at a time, is used again late, and says the truth about who lives and where. */
import { Control, threadArea, ThreadWord, type SharedMemory } from "../../memory/layout.ts";
import { ON_THE_MOVE } from "../../memory/directory.ts";
import type { Case, World } from "./case.ts";
import { changed } from "./machine.ts";
import { changesSoFar, pause } from "./steps.ts";
import { check, type Steps } from "./threads.ts";

interface Life {
  readonly slot: number;
  readonly serial: number;
  owner: number;
  moving: boolean;
  begun: boolean;
  ending: boolean;
  ended: boolean;
}

/** What is true of the directory, by the order in which operations begin and end. */
class Truth {
  private readonly quarantine: number;
  readonly lives: Life[] = [];
  private readonly latest = new Map<number, Life>();
  /** By slot: how many endings were complete when its own began. */
  private readonly endedAt = new Map<number, number>();
  private complete = 0;
  private inProgress = 0;

  constructor(quarantine: number) {
    this.quarantine = quarantine;
  }

  begin(slot: number, serial: number, owner: number): Life {
    const last = this.latest.get(slot);
    check(last === undefined || last.ending, () => `slot ${slot} was given out twice`);
    check(serial > 0 && serial !== last?.serial, () => `slot ${slot} has serial ${serial} again`);
    const others = this.complete + this.inProgress - 1 - (this.endedAt.get(slot) ?? -Infinity);
    check(
      others >= this.quarantine,
      () => `slot ${slot} is used again after ${others} endings of others, and not ${this.quarantine}`,
    );
    const life = { slot, serial, owner, moving: false, begun: true, ending: false, ended: false };
    this.lives.push(life);
    this.latest.set(slot, life);
    return life;
  }

  ending(life: Life): void {
    if (life.ending) return;
    life.ending = true;
    this.inProgress++;
    this.endedAt.set(life.slot, this.complete);
  }

  ended(life: Life): void {
    if (life.ended) return;
    life.ended = true;
    this.inProgress--;
    this.complete++;
  }
}

/** Serials begin at nothing, or just before they wrap around. */
function startSerialsAt(memory: SharedMemory, last: number): void {
  const words = new Int32Array(memory.directory);
  for (let slot = 0; slot < memory.maxProcesses; slot++) words[slot * 2 + 1] = -last;
}

interface Plan {
  readonly quarantine: number;
  readonly segment: number;
  readonly slots: number;
  /**
   * By thread: what it does, one letter after another. `a`: begins a process, `r`: ends one if there is one, `R`: waits for one to end,
   * `d`: ends one that another thread may be ending, `m`: moves one of its own to the next thread. */
  readonly scripts: readonly string[];
  /** Most that live at once: who begins one waits until another has ended. */
  readonly limit: number;
  readonly looks: number;
  /** Looks at slots of which nothing is known. */
  readonly finds: number;
  readonly serial: number;
}

function churn(world: World, plan: Plan): ReturnType<Case["start"]> {
  const { modules, choose } = world;
  const memory = world.memory({
    schedulers: plan.scripts.length,
    maxProcesses: plan.slots,
    quarantine: plan.quarantine,
    segment: plan.segment,
  });
  startSerialsAt(memory, plan.serial);
  const truth = new Truth(plan.quarantine);
  let running = plan.scripts.length;
  const open: Life[] = [];
  const takeAny = (fits: (life: Life) => boolean): Life | undefined => {
    const fitting = open.filter(fits);
    if (fitting.length === 0) return undefined;
    const life = fitting[choose(fitting.length)]!;
    open.splice(open.indexOf(life), 1);
    return life;
  };
  function* work(me: number): Steps<void> {
    const directory = new modules.Directory(memory, me);
    for (const letter of plan.scripts[me]!) {
      if (letter === "a") {
        for (let seen = changesSoFar(); open.length >= plan.limit; seen = changesSoFar()) yield* pause(seen);
        const slot = yield* directory.allocate(me);
        const serial = yield* directory.serialOf(slot);
        check(slot >= 0 && slot < plan.slots, () => `there is no slot ${slot}`);
        open.push(truth.begin(slot, serial, me));
        changed();
      } else if (letter === "m") {
        const life = takeAny((one) => one.owner === me);
        if (life === undefined) continue;
        const to = (me + 1) % plan.scripts.length;
        life.moving = true;
        yield* directory.setBounded(life.slot, true);
        yield* directory.setMoving(life.slot, true);
        check((yield* directory.route(life.slot, life.serial)) === ON_THE_MOVE, "signals go to a process on the move");
        check(yield* directory.moveIfOwner(life.slot, life.serial, me, to), "a process cannot be moved by its owner");
        life.owner = to;
        check(yield* directory.isBounded(life.slot), "a process has lost a flag by moving");
        life.moving = false;
        open.push(life);
      } else if (letter === "d") {
        const life = truth.lives[choose(Math.max(1, truth.lives.length))];
        if (life === undefined || (!life.ending && !open.includes(life))) continue;
        if (!life.ending) open.splice(open.indexOf(life), 1);
        truth.ending(life);
        yield* directory.release(life.slot, life.serial);
        truth.ended(life);
        check(!(yield* directory.isAlive(life.slot, life.serial)), "a process that has ended is said to live");
      } else {
        // Any thread may be the one on which it ends.
        let life = takeAny(() => true);
        for (let seen = changesSoFar(); life === undefined; seen = changesSoFar()) {
          if (letter === "r" || running === 1) break;
          yield* pause(seen);
          life = takeAny(() => true);
        }
        if (life === undefined) continue;
        check(yield* directory.isAlive(life.slot, life.serial), "a process that lives is said to be dead");
        truth.ending(life);
        yield* directory.release(life.slot, life.serial);
        truth.ended(life);
        check(!(yield* directory.isAlive(life.slot, life.serial)), "a process that has ended is said to live");
      }
    }
    running--;
    changed();
  }
  function* look(): Steps<void> {
    const directory = new modules.Directory(memory, plan.scripts.length);
    for (let i = 0; i < plan.looks && running > 0; i++) {
      const seen = changesSoFar();
      if (truth.lives.length === 0) {
        yield* pause(seen);
        continue;
      }
      const life = truth.lives[choose(truth.lives.length)]!;
      const { ended, owner, moving } = life;
      const alive = yield* directory.isAlive(life.slot, life.serial);
      check(!alive || !ended, () => `a stale pid is alive: slot ${life.slot}, serial ${life.serial}`);
      check(alive || life.ending, () => `a process is dead before its end: slot ${life.slot}, serial ${life.serial}`);
      if (!alive) continue;
      const found = yield* directory.ownerOf(life.slot);
      if (!life.ending && !moving && !life.moving && life.owner === owner)
        check(found === owner, () => `slot ${life.slot} is ${owner}'s, and the directory says ${found}`);
    }
  }
  function* find(): Steps<void> {
    const directory = new modules.Directory(memory, plan.scripts.length);
    for (let i = 0; i < plan.finds && running > 0; i++) {
      const slot = choose(Math.min(3, plan.slots));
      const serial = yield* directory.serialOf(slot);
      if (serial === 0) continue;
      const owner = yield* directory.ownerOf(slot);
      if (!(yield* directory.isAlive(slot, serial))) continue;
      check(owner >= 0 && owner < plan.scripts.length, () => `slot ${slot} has serial ${serial}, and ${owner} is its owner`);
    }
  }
  return {
    threads: [...plan.scripts.map((_, me) => work(me)), look(), find()],
    end() {
      const live = truth.lives.filter((life) => !life.ended);
      const words = new Int32Array(memory.directory);
      let taken = 0;
      for (let slot = 0; slot < plan.slots; slot++) if (words[slot * 2 + 1]! > 0) taken++;
      check(taken === live.length, () => `${live.length} processes live, and ${taken} slots are taken`);
      checkChains(memory, taken);
    },
  };
}

/** Every slot that was ever leased is taken, or in exactly one chain of free ones. */
function checkChains(memory: SharedMemory, taken: number): void {
  const control = new Int32Array(memory.control);
  const entries = new Int32Array(memory.directory);
  const seen = new Set<number>();
  const follow = (what: string, head: number): void => {
    for (let next = head; next !== 0; next = -entries[(next - 1) * 2]!) {
      check(next > 0 && next <= memory.maxProcesses, () => `the chain of ${what} leads to slot ${next - 1}`);
      check(!seen.has(next - 1), () => `slot ${next - 1} is twice in chains of free slots (${what})`);
      check(entries[(next - 1) * 2 + 1]! <= 0, () => `slot ${next - 1} is taken, and in the chain of ${what}`);
      seen.add(next - 1);
    }
  };
  follow("the pool", control[Control.POOL_HEAD]!);
  let unused = 0;
  for (let thread = 0; thread < memory.threads; thread++) {
    const area = threadArea(thread);
    follow(`thread ${thread}`, control[area + ThreadWord.FREE_HEAD]!);
    follow(`thread ${thread}'s ripe ones`, control[area + ThreadWord.RIPE_HEAD]!);
    unused += control[area + ThreadWord.LEASE_END]! - control[area + ThreadWord.LEASE_NEXT]!;
  }
  const leased = Math.min(memory.maxProcesses, control[Control.LEASED]!);
  check(
    seen.size + unused + taken === leased,
    () => `${leased} slots were leased; ${taken} are taken, ${seen.size} free, ${unused} unused`,
  );
}

const SMALL = { quarantine: 1, segment: 1, slots: 12, limit: Infinity, looks: 2, finds: 0, serial: 0 };

export const directoryCases: readonly Case[] = [
  { name: "directory/two threads lease", preemptions: 3, start: (world) => churn(world, { ...SMALL, scripts: ["aar", "ara"] }) },
  {
    name: "directory/by way of the pool",
    preemptions: 2,
    // One begins processes, the other ends them: slots come back through the pool.
    start: (world) => churn(world, { ...SMALL, slots: 8, limit: 2, looks: 1, scripts: ["aaaaaaaa", "RRRRRRRR"] }),
  },
  {
    name: "directory/look while it moves and ends",
    preemptions: 3,
    start: (world) => churn(world, { ...SMALL, quarantine: 0, looks: 3, scripts: ["amra", "R"], serial: 0x7fff_fffe }),
  },
  {
    name: "directory/look while it begins",
    preemptions: 2,
    start: (world) => churn(world, { ...SMALL, quarantine: 0, looks: 0, finds: 2, scripts: ["aRa"] }),
  },
  {
    name: "directory/ended twice",
    preemptions: 3,
    start: (world) => churn(world, { ...SMALL, quarantine: 0, looks: 0, scripts: ["ada", "da"] }),
  },
  {
    name: "directory/by way of the pool, at random",
    // Two begin processes and one ends them: both take from the pool at the same time.
    start: (world) =>
      churn(world, {
        ...SMALL,
        quarantine: 0,
        segment: 1 + world.choose(2),
        slots: 12,
        limit: 4,
        looks: 0,
        scripts: ["a".repeat(25), "a".repeat(25), "R".repeat(50)],
      }),
  },
  {
    name: "directory/at random",
    start: (world) => {
      const letters = "aaaarrrdm";
      const script = (): string => Array.from({ length: 40 }, () => letters[world.choose(letters.length)]).join("");
      return churn(world, {
        quarantine: 2,
        segment: 3,
        slots: 180,
        limit: Infinity,
        looks: 40,
        finds: 40,
        scripts: [script(), script(), script()],
        serial: world.choose(2) * 0x7fff_fffd,
      });
    },
  },
];
