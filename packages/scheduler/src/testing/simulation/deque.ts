/** The board of stealable work: each entry is taken once, by its owner or by a thief, and whole; its owner learns by whom. */
import { BoardWord, boardSize, type SharedMemory } from "../../memory/layout.ts";
import type { Case, World } from "./case.ts";
import { changed } from "./machine.ts";
import { changesSoFar, pause } from "./steps.ts";
import { check, type Steps } from "./threads.ts";
import type { Modules } from "./modules.ts";

/** Entry ids begin at nothing, or a few before their words change sign. */
const STARTS = [0, 2 ** 31 - 2];

type Owner = InstanceType<Modules["StealableDeque"]>;

function startBoardAt(memory: SharedMemory, board: Owner, entry: number): void {
  Object.assign(board, { top: entry, bottom: entry });
  const words = new Int32Array(memory.boards, 0, boardSize(memory.boardEntries, memory.boardBytes) / 4);
  words[BoardWord.TOP] = words[BoardWord.BOTTOM] = entry;
}

interface Plan {
  readonly entries: number;
  readonly arena: number;
  readonly thieves: number;
  readonly items: number;
  readonly lengthOf: (item: number) => number;
  /** Whether the owner, asked again and again, takes back an entry now. */
  readonly takesBack: () => boolean;
  /** Whether it asks the board who took an entry, or is told when it reclaims. */
  readonly asks: () => boolean;
  /** How often somebody counts what could be taken. */
  readonly looks?: number;
}

function trade(world: World, plan: Plan): ReturnType<Case["start"]> {
  const { modules, memory: make, choose } = world;
  const memory = make({ schedulers: 3, boardEntries: plan.entries, boardBytes: plan.arena });
  const board = new modules.StealableDeque(memory, 0);
  startBoardAt(memory, board, STARTS[choose(STARTS.length)]!);
  /** By item: who has it. 0 is its owner. */
  const fate = new Map<number, number>();
  const told = new Map<number, number>();
  const decide = (item: number, by: number): void => {
    check(!fate.has(item), () => `item ${item} was taken by ${fate.get(item)}, and again by ${by}`);
    fate.set(item, by);
  };
  let over = false;
  function* own(): Steps<void> {
    const open = new Map<number, number>();
    const learn = (entry: number, thief: number): void => {
      const item = open.get(entry);
      check(item !== undefined && !told.has(item), () => `entry ${entry} was stolen twice`);
      told.set(item, thief);
      open.delete(entry);
    };
    for (let item = 0; item < plan.items || open.size > 0;) {
      const seen = changesSoFar();
      const asks = plan.asks();
      let worked = false;
      if (item < plan.items) {
        const length = plan.lengthOf(item);
        const entry = yield* board.publish(new Uint8Array(length).fill(item + 1), length);
        if (entry >= 0) {
          open.set(entry, item++);
          worked = true;
        }
      }
      for (const [entry, published] of open) {
        if (plan.takesBack()) {
          if (yield* board.withdraw(entry)) {
            decide(published, 0);
            open.delete(entry);
            worked = true;
            continue;
          }
        }
        if (asks && (yield* board.stateOf(entry)) === "taken") {
          learn(entry, yield* board.takenBy(entry));
          worked = true;
        }
      }
      const size = told.size;
      yield* asks ? board.reclaim() : board.reclaim(learn);
      if (!worked && told.size === size) yield* pause(seen);
    }
    over = true;
    changed();
  }
  function* thieve(me: number): Steps<void> {
    const thief = new modules.Thief(memory, 0);
    while (!over) {
      const seen = changesSoFar();
      const payload = yield* thief.steal(me);
      if (payload === "retry") continue;
      if (payload === "empty") {
        yield* pause(seen);
        continue;
      }
      const item = payload[0]! - 1;
      check(payload.length > 0 && payload.every((byte) => byte === item + 1), () => `a stolen payload is torn: ${payload}`);
      check(payload.length === plan.lengthOf(item), () => `item ${item} has ${payload.length} bytes`);
      decide(item, me);
    }
  }
  function* look(): Steps<void> {
    const thief = new modules.Thief(memory, 0);
    for (let left = plan.looks!; left > 0; left--) {
      const count = yield* thief.available();
      check(count <= plan.items, () => `${count} of ${plan.items} items could be taken`);
    }
  }
  return {
    threads: [
      own(),
      ...Array.from({ length: plan.thieves }, (_, i) => thieve(i + 1)),
      ...(plan.looks === undefined ? [] : [look()]),
    ],
    end() {
      for (let item = 0; item < plan.items; item++) {
        check(fate.has(item), () => `item ${item} was lost`);
        check(
          (fate.get(item) || undefined) === told.get(item),
          () => `${fate.get(item)} took item ${item}, and its owner was told ${told.get(item)}`,
        );
      }
    },
  };
}

const small = { entries: 2, arena: 16, items: 3, lengthOf: () => 3, asks: () => false, takesBack: () => false };

export const dequeCases: readonly Case[] = [
  { name: "deque/two thieves", preemptions: 2, start: (world) => trade(world, { ...small, thieves: 2, items: 2 }) },
  { name: "deque/entries used again", preemptions: 2, start: (world) => trade(world, { ...small, thieves: 1, items: 4 }) },
  {
    name: "deque/owner against thief",
    preemptions: 3,
    start: (world) => trade(world, { ...small, thieves: 1, items: 2, asks: () => true, takesBack: () => world.choose(2) === 1 }),
  },
  {
    name: "deque/a look at what there is",
    preemptions: 2,
    start: (world) => trade(world, { ...small, thieves: 0, items: 3, looks: 1, takesBack: () => true }),
  },
  {
    name: "deque/at random",
    start: (world) => {
      const lengths = Array.from({ length: 12 }, () => 1 + world.choose(20));
      return trade(world, {
        entries: 4,
        arena: 48,
        thieves: 2,
        items: 12,
        lengthOf: (item) => lengths[item]!,
        takesBack: () => world.chance(0.2),
        asks: () => world.chance(0.7),
        looks: 10,
      });
    },
  },
];
