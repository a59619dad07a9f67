import { describe, expect, test } from "vitest";
import { explore, interleave, type Steps } from "../testing/explorer.ts";
import { simulate } from "../testing/simulate.ts";
import { createSharedMemory } from "./layout.ts";
import { NameTable } from "./names.ts";

describe("name table", () => {
  test("registers, looks up, lists and unregisters", () => {
    const memory = createSharedMemory({ schedulers: 2 });
    const names = new NameTable(memory, 0);
    const elsewhere = new NameTable(memory, 1);
    expect(names.register("counter", 7, 1)).toBe("ok");
    expect(elsewhere.register("counter", 8, 1)).toBe("taken");
    expect(elsewhere.lookup("counter")).toEqual({ slot: 7, serial: 1 });
    expect(names.lookup("count")).toBeUndefined();
    expect(elsewhere.unregister("counter", 8, 1)).toBe(false);
    expect(elsewhere.unregister("counter", 7, 1)).toBe(true);
    expect(names.lookup("counter")).toBeUndefined();
    expect(names.unregister("counter")).toBe(false);
    names.register("a", 1, 1);
    names.register("b", 2, 1);
    expect(names.list().sort()).toEqual(["a", "b"]);
    expect(names.entries()).toContainEqual({ name: "b", slot: 2, serial: 1 });
  });

  test("a process has one name; slots that differ by the length of the index do not meddle", () => {
    const names = new NameTable(createSharedMemory({ schedulers: 1, maxNames: 8 }));
    const slots = [3, 3 + 16, 3 + 32];
    slots.forEach((slot) => expect(names.register(`slot ${slot}`, slot, 1)).toBe("ok"));
    for (const slot of slots) expect(names.register("another", slot, 1)).toBe("named");
    expect(names.register("slot 3", 3, 1)).toBe("named");
    expect(names.register("slot 3", 3, 2)).toBe("taken");
    expect(names.register("successor", 3, 2)).toBe("ok");
    expect([names.nameOf(3, 1), names.nameOf(3, 2), names.nameOf(3, 3)]).toEqual(["slot 3", "successor", undefined]);
    for (const slot of [19, 35, 3]) {
      expect(names.unregister(`slot ${slot}`)).toBe(true);
      expect(names.nameOf(slot, 1)).toBeUndefined();
      expect(names.register(`again ${slot}`, slot, 1)).toBe("ok");
    }
    expect(slots.map((slot) => names.nameOf(slot, 1))).toEqual(["again 3", "again 19", "again 35"]);
  });

  test("names are any strings of up to 255 units", () => {
    const names = new NameTable(createSharedMemory({ schedulers: 1 }));
    for (const [slot, name] of ["", "\ud800", "é漢字", "\0", "x".repeat(255)].entries()) {
      expect(names.register(name, slot, 1)).toBe("ok");
      expect(names.lookup(name)).toEqual({ slot, serial: 1 });
      expect(names.nameOf(slot, 1)).toBe(name);
    }
    expect(names.list()).toContain("\ud800");
    expect(() => names.register("x".repeat(256), 1, 1)).toThrow(expect.objectContaining({ code: "AGNER_BAD_ARGUMENT" }));
    expect(names.lookup("x".repeat(256))).toBeUndefined();
  });

  test("nearest finds what was probably meant", () => {
    const names = new NameTable(createSharedMemory({ schedulers: 1 }));
    ["counter", "logger", "registry"].forEach((name, slot) => names.register(name, slot, 1));
    expect(names.nearest("conter")).toBe("counter");
    expect(names.nearest("loger")).toBe("logger");
    expect(names.nearest("something else")).toBeUndefined();
  });

  test("nearest looks at no more than a hundred names", () => {
    const names = new NameTable(createSharedMemory({ schedulers: 1 }));
    names.register("first", 1, 1);
    for (let i = 2; i < 102; i++) names.register(`worker/${i}`, i, 1);
    names.register("last", 102, 1);
    expect(names.nearest("fist")).toBe("first");
    expect(names.nearest("lasst")).toBeUndefined();
  });

  test("holds 100,000 names, and as many again after those are gone", () => {
    const names = new NameTable(createSharedMemory({ schedulers: 1 }));
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 100_000; i++) names.register(`${round}/${i}`, i, 1);
      for (let i = 0; i < 100_000; i += 997) expect(names.lookup(`${round}/${i}`)).toEqual({ slot: i, serial: 1 });
      for (let i = 0; i < 100_000; i++) names.unregister(`${round}/${i}`);
    }
    expect(names.list()).toEqual([]);
  });

  test("says what to do when it is full", () => {
    const names = new NameTable(createSharedMemory({ schedulers: 1, maxNames: 2 }));
    names.register("a", 1, 1);
    names.register("b", 2, 1);
    expect(() => names.register("c", 3, 1)).toThrow(expect.objectContaining({ code: "AGNER_SYSTEM_LIMIT" }));
    names.unregister("a");
    expect(names.register("c", 3, 1)).toBe("ok");
  });

  test("in every interleaving a name has one holder, and a look-up finds what held at some moment of it", () => {
    const { NameTable: Simulated } = simulate("names");
    interface Registration {
      readonly slot: number;
      readonly serial: number;
      /** Steps between which it may, and between which it must, be seen. */
      readonly mayFrom: number;
      mustFrom: number;
      mustTo: number;
      mayTo: number;
    }
    explore(300, (seed, draw) => {
      // Sixteen buckets: everything collides, and records are used again at once.
      const memory = createSharedMemory({ schedulers: 3, maxNames: 5 });
      new NameTable(memory, 0).register("stays", 99, 1);
      const tables = [0, 1, 2].map((thread) => new Simulated!(...([memory, thread] as never[])));
      const holders = new Map<string, number>();
      const history = new Map<string, Registration[]>([
        ["a", []],
        ["b", []],
        ["c", []],
      ]);
      let now = 0;
      let serials = 0;
      const pick = (): string => [...history.keys()][Math.floor(draw() * 3)]!;
      function* hold(me: number): Steps<void> {
        const table = tables[me]!;
        for (let i = 0; i < 10; i++) {
          const name = pick();
          const registration = {
            slot: me,
            serial: ++serials,
            mayFrom: ++now,
            mustFrom: Infinity,
            mustTo: Infinity,
            mayTo: Infinity,
          };
          history.get(name)!.push(registration);
          if ((yield* table["register"]!(name, me, registration.serial)) !== "ok") {
            registration.mayTo = -1;
            continue;
          }
          registration.mustFrom = ++now;
          expect(holders.has(name)).toBe(false);
          holders.set(name, me);
          expect(yield* table["lookup"]!(name)).toEqual({ slot: me, serial: registration.serial });
          holders.delete(name);
          registration.mustTo = ++now;
          expect(yield* table["unregister"]!(name, me, registration.serial)).toBe(true);
          registration.mayTo = ++now;
        }
      }
      function* look(): Steps<void> {
        const table = tables[2]!;
        for (let i = 0; i < 60; i++) {
          const name = pick();
          const from = ++now;
          const found = (yield* table["lookup"]!(name)) as Registration | undefined;
          const to = ++now;
          const all = history.get(name)!;
          if (found === undefined) expect(all.some((r) => r.mustFrom < from && r.mustTo > to)).toBe(false);
          else
            expect(all.some((r) => r.slot === found.slot && r.serial === found.serial && r.mayFrom < to && r.mayTo > from)).toBe(
              true,
            );
          expect(yield* table["lookup"]!("stays")).toEqual({ slot: 99, serial: 1 });
        }
      }
      interleave(seed, [hold(0), hold(1), look()]);
      expect(new NameTable(memory, 0).list()).toEqual(["stays"]);
    });
  });

  test("in every interleaving one of several that name a process at once succeeds", () => {
    const { NameTable: Simulated } = simulate("names");
    explore(200, (seed) => {
      const memory = createSharedMemory({ schedulers: 3, maxNames: 5 });
      const tables = [0, 1, 2].map((thread) => new Simulated!(...([memory, thread] as never[])));
      let held: string | undefined;
      function* give(me: number): Steps<void> {
        const table = tables[me]!;
        for (let i = 0; i < 6; i++) {
          const name = `${me}/${i}`;
          const answer = yield* table["register"]!(name, 7, 1);
          if (answer === "named") continue;
          expect([answer, held]).toEqual(["ok", undefined]);
          held = name;
          expect(yield* table["nameOf"]!(7, 1)).toBe(name);
          held = undefined;
          expect(yield* table["unregister"]!(name, 7, 1)).toBe(true);
        }
      }
      interleave(seed, [give(0), give(1), give(2)]);
      expect(new NameTable(memory, 0).list()).toEqual([]);
    });
  });
});
