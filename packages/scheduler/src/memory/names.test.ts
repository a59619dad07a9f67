import { describe, expect, test } from "vitest";
import { createSharedMemory } from "./layout.ts";
import { NameTable } from "./names.ts";

describe("name table", () => {
  test("registers, looks up, lists and unregisters", () => {
    const memory = createSharedMemory({ schedulers: 2 });
    const names = new NameTable(memory, 0);
    const elsewhere = new NameTable(memory, 1);
    expect(names.register("counter", 7, 1)).toBe("ok");
    expect(elsewhere.register("counter", 8, 1)).toBe("taken");
    expect(elsewhere.lookup("counter")).toMatchObject({ slot: 7, serial: 1 });
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

  test("what a thread remembers of a name ends with the registration, whoever ends it", () => {
    const memory = createSharedMemory({ schedulers: 2 });
    const names = new NameTable(memory, 0);
    const elsewhere = new NameTable(memory, 1);
    names.register("a", 1, 1);
    for (let i = 0; i < 2; i++) expect(elsewhere.lookup("a")).toMatchObject({ slot: 1, serial: 1 });
    names.unregister("a");
    expect(elsewhere.lookup("a")).toBeUndefined();
    names.register("b", 2, 1); // in the same record
    expect(elsewhere.lookup("a")).toBeUndefined();
    expect(elsewhere.lookup("b")).toMatchObject({ slot: 2, serial: 1 });
    names.unregister("b");
    names.register("a", 3, 1);
    expect(elsewhere.lookup("a")).toMatchObject({ slot: 3, serial: 1 });
    expect(elsewhere.lookup("b")).toBeUndefined();
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
      expect(names.lookup(name)).toMatchObject({ slot, serial: 1 });
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
      for (let i = 0; i < 100_000; i += 997) expect(names.lookup(`${round}/${i}`)).toMatchObject({ slot: i, serial: 1 });
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
});
