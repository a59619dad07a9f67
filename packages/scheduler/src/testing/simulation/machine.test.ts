import { describe, expect, test } from "vitest";
import { exhaust, parseSchedule, replay, scheduleName, wander, type Case, type Failure, type Tally } from "./case.ts";
import { allowTimeouts, newCoverage } from "./machine.ts";
import { load, outlive, peek, poke, store, threadOf } from "./steps.ts";
import { check, type Steps } from "./threads.ts";
import { load as loadModules, type Modules } from "./modules.ts";

const modules: Modules = await loadModules();
const newTally = (): Tally => ({ schedules: 0, coverage: newCoverage() });

function exhausted(one: Case): Failure | boolean {
  return exhaust(one, modules, newTally(), 1_000_000);
}

/** One thread writes data and says so; the other reads the data when it is told. */
function handOver(saysSo: (words: Int32Array) => Steps<void>): Case {
  return {
    name: "test/hand over",
    preemptions: 2,
    start(world) {
      const words = world.scratch(4);
      function* write(): Steps<void> {
        poke(words, 1, 7);
        yield* saysSo(words);
      }
      function* read(): Steps<void> {
        if ((yield* load(words, 0)) === 1) check(peek(words, 1) === 7, "what was handed over is not there");
      }
      return { threads: [write(), read()] };
    },
  };
}

describe("the machine", () => {
  test("takes what an atomic store has published to be ordered", () => {
    expect(exhausted(handOver((words) => store(words, 0, 1)))).toBe(true);
  });

  test("finds the race where a plain store stands for an atomic one, though nothing has gone wrong", () => {
    const failure = exhausted(
      // oxlint-disable-next-line require-yield -- it is one
      handOver(function* (words) {
        poke(words, 0, 1);
      }),
    );
    expect(failure).toMatchObject({
      error: { message: expect.stringMatching(/data race: thread 1 at scratch\[0\] atomically reads/) },
    });
  });

  test("tries every schedule with so many preemptions", () => {
    const seen = new Set<string>();
    let order = "";
    const one: Case = {
      name: "test/orders",
      preemptions: 9,
      start(world) {
        const words = world.scratch(4);
        order = "";
        function* thread(me: string): Steps<void> {
          yield* store(words, 0, 1);
          order += me;
          yield* store(words, 0, 1);
          order += me;
        }
        return { threads: [thread("a"), thread("b")], end: () => void seen.add(order) };
      },
    };
    expect(exhausted(one)).toBe(true);
    expect([...seen].sort()).toEqual(["aabb", "abab", "abba", "baab", "baba", "bbaa"]);
  });

  test("says who sleeps and is not woken, unless waits may time out", () => {
    const asleep = (timesOut: boolean): Case => ({
      name: "test/asleep",
      preemptions: 0,
      start(world) {
        const words = world.scratch(4);
        if (timesOut) allowTimeouts();
        function* thread(): Steps<void> {
          yield* world.modules.acquire(words, 0, 1);
          yield* world.modules.acquire(words, 0, 2);
        }
        return { threads: [thread()] };
      },
    });
    expect(exhausted(asleep(false))).toMatchObject({
      error: { message: "deadlock: thread 0 sleeps on scratch[0], and nobody will wake them" },
    });
    expect(exhausted(asleep(true))).toMatchObject({ error: { message: expect.stringMatching(/^no end after/) } });
  });

  test("lets a thread die between two writes, and nothing of it happens any more", () => {
    const left = new Set<string>();
    const one: Case = {
      name: "test/death",
      preemptions: 0,
      start(world) {
        const words = world.scratch(4);
        threadOf(0).life = world.choose(6);
        function* mortal(): Steps<void> {
          try {
            yield* store(words, 0, 1);
            poke(words, 1, 1);
            poke(words, 2, 1);
          } finally {
            yield* store(words, 3, 1);
          }
        }
        function* heir(): Steps<void> {
          yield* outlive(threadOf(0));
          left.add(`${[...words].join("")} ${threadOf(0).isDead}`);
        }
        return { threads: [mortal(), heir()] };
      },
    };
    expect(exhausted(one)).toBe(true);
    expect([...left].sort()).toEqual(["0000 true", "1000 true", "1100 true", "1110 true", "1111 false"]);
  });

  test("replays a schedule by its name", () => {
    const one: Case = {
      name: "test/now and then",
      start(world) {
        const words = world.scratch(4);
        function* thread(): Steps<void> {
          for (let i = 0; i < 5; i++) yield* store(words, 0, world.choose(10));
          check(words[0] !== 3, "it is 3");
        }
        return { threads: [thread(), thread()] };
      },
    };
    const failure = wander(one, modules, newTally(), 1, 100_000)!;
    const found = parseSchedule(scheduleName(failure), [one])!;
    const traces = [1, 2].map(() => {
      const lines: string[] = [];
      expect(replay(found.case, modules, found.schedule, newCoverage(), (line) => lines.push(line))?.message).toBe("it is 3");
      return lines;
    });
    expect(traces[0]).toEqual(traces[1]);
    expect(traces[0]!.at(-1)).toMatch(/^ {2}thread [01] store scratch\[0\], 3 → 3 {3}\(the case\)$/);
    expect(parseSchedule("test/other:1", [one])).toBeUndefined();
    expect(parseSchedule("test/now and then:1.5", [one])).toBeUndefined();
  });
});
