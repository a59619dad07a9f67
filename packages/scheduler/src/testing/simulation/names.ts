/** The name table: registrations, look-ups and lists of all threads could have happened one after another. */
import type { Case, World } from "./case.ts";
import { changed } from "./machine.ts";
import { check, type Steps } from "./threads.ts";
import { isLinearizable, type Operation } from "./linearizable.ts";

/** By thread: operations one after another. `+a` registers, `-a` unregisters what it has registered, `?a` looks up, `*` lists all. */
type Script = readonly string[];

/** Of one name: the serial of its holder, 0 for none. */
type History = Operation<number>[];

function use(world: World, scripts: readonly Script[], maxNames: number): ReturnType<Case["start"]> {
  const { modules } = world;
  const memory = world.memory({ schedulers: scripts.length, maxNames });
  const histories = new Map<string, History>();
  const historyOf = (name: string): History => {
    let history = histories.get(name);
    if (history === undefined) histories.set(name, (history = []));
    return history;
  };
  let now = 0;
  let serials = 0;
  const record = (name: string, began: number, what: string, apply: (state: number) => number | undefined): void => {
    historyOf(name).push({ began, ended: ++now, apply, what });
  };
  const seen = (name: string, began: number, holder: { slot: number; serial: number } | undefined, what: string): void => {
    const serial = holder === undefined ? 0 : holder.serial;
    check(
      holder === undefined || holder.slot === holder.serial * 3,
      () => `${name} has slot ${holder!.slot} and serial ${serial}`,
    );
    record(name, began, `${what} ${serial}`, (state) => (state === serial ? state : undefined));
  };
  function* work(me: number): Steps<void> {
    const table = new modules.NameTable(memory, me);
    const mine = new Map<string, number>();
    for (const command of scripts[me]!) {
      const name = command.slice(1);
      const began = ++now;
      if (command[0] === "+") {
        const serial = ++serials;
        const result = yield* table.register(name, serial * 3, serial);
        if (result === "ok") mine.set(name, serial);
        record(name, began, `register ${serial}: ${result}`, (state) =>
          result === "ok" ? (state === 0 ? serial : undefined) : state === 0 ? undefined : state,
        );
      } else if (command[0] === "-") {
        const serial = mine.get(name) ?? 0x7777;
        mine.delete(name);
        const result = yield* table.unregister(name, serial * 3, serial);
        record(name, began, `unregister ${serial}: ${result}`, (state) =>
          result ? (state === serial ? 0 : undefined) : state === serial ? undefined : state,
        );
      } else if (command[0] === "?") seen(name, began, yield* table.lookup(name), "look-up");
      else {
        const entries = yield* table.entries();
        for (const entry of entries) {
          check(
            histories.has(entry.name) || known.has(entry.name),
            () => `the list has ${JSON.stringify(entry.name)}, which nobody ever registered`,
          );
          seen(entry.name, began, entry, "listed");
        }
      }
      changed();
    }
  }
  const known = new Set(scripts.flat().map((command) => command.slice(1)));
  return {
    threads: scripts.map((_, me) => work(me)),
    end() {
      for (const [name, history] of histories) {
        check(isLinearizable(history, 0), () => `${name}: no order explains ${history.map(tell).join("; ")}`);
      }
    },
  };
}

function tell({ began, ended, what }: Operation<number>): string {
  return `${what} (${began}–${ended})`;
}

/** All threads give one process names; by thread, how many it tries. */
function giveNames(world: World, tries: readonly number[]): ReturnType<Case["start"]> {
  const { modules } = world;
  const memory = world.memory({ schedulers: tries.length, maxNames: 4 });
  let held: string | undefined;
  function* give(me: number): Steps<void> {
    const table = new modules.NameTable(memory, me);
    for (let i = 0; i < tries[me]!; i++) {
      const name = `${me}/${i}`;
      const result = yield* table.register(name, 7, 1);
      if (result === "named") continue;
      check(result === "ok" && held === undefined, () => `a process that has the name ${held} is given ${name}: ${result}`);
      held = name;
      check((yield* table.nameOf(7, 1)) === name, "a process has not the name that it was given");
      held = undefined;
      check(yield* table.unregister(name, 7, 1), "a name cannot be taken away");
    }
  }
  return { threads: tries.map((_, me) => give(me)) };
}

// Names of one bucket among 16, so that every look-up passes the others' buckets.
const [A, B] = ["a", "q"];

export const nameCases: readonly Case[] = [
  {
    name: "names/two for one name",
    preemptions: 3,
    start: (world) =>
      use(
        world,
        [
          ["+a", "?a", "-a"],
          ["+a", "?a"],
        ],
        2,
      ),
  },
  {
    name: "names/look-up while others come and go",
    preemptions: 2,
    start: (world) =>
      use(
        world,
        [
          [`+${A}`, `+${B}`, `-${A}`, `+${A}`],
          [`?${A}`, `?${B}`],
        ],
        3,
      ),
  },
  {
    name: "names/look-up past a record that is used again",
    preemptions: 3,
    start: (world) =>
      use(
        world,
        [
          [`+${A}`, `-${A}`, `+${B}`],
          [`?${A}`, `?${B}`],
        ],
        1,
      ),
  },
  {
    name: "names/look-up by way of an old record",
    preemptions: 3,
    start: (world) =>
      use(
        world,
        [
          [`+${A}`, `-${A}`, `+${A}`],
          [`?${A}`],
          [`?${A}`], // of another thread: who has found a name remembers where
        ],
        1,
      ),
  },
  { name: "names/list", preemptions: 2, start: (world) => use(world, [["+abc", "-abc", "+xyz"], ["*"]], 2) },
  {
    name: "names/what is listed is found",
    preemptions: 3,
    start: (world) =>
      use(
        world,
        [
          ["+abc", "-abc"],
          ["*", "?abc", "*"],
        ],
        2,
      ),
  },
  { name: "names/one name a process", preemptions: 2, start: (world) => giveNames(world, [1, 1]) },
  { name: "names/one name a process, at random", start: (world) => giveNames(world, [4, 4, 4]) },
  {
    name: "names/at random",
    start: (world) => {
      const commands = [`+${A}`, `+${A}`, `+${B}`, "+c", `-${A}`, `-${A}`, `-${B}`, "-c", `?${A}`, `?${B}`, "?c", "*"];
      const script = (): string[] => Array.from({ length: 8 }, () => commands[world.choose(commands.length)]!);
      return use(world, [script(), script(), script()], 4);
    },
  },
];
