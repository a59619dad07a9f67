/** What a closure has captured is the child's own, also where that is a closure again. */
import { expect } from "vitest";
import {
  alias,
  atomically,
  definition,
  packFunction,
  REVIVE,
  standIn,
  processInfo,
  receive,
  schedulerId,
  schedulers,
  self,
  send,
  sharedBytes,
  sleep,
  spawn,
  spawnOpt,
  unalias,
  unpackFunction,
  yieldNow,
  type PackedFunction,
  type Pid,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { ALL_PLACES, PLACES, spawnAt } from "./testing/place.ts";
import { codeOf } from "./testing/watch.ts";

function tellPin(to: Pid): void {
  send(to, processInfo()!.pinned);
}

class Account {
  balance = 1;
  add(amount: number): number {
    return (this.balance += amount);
  }
}

const HANDLERS = { double: (n: number): number => n * 2 };
const NONE = Symbol("none");

for (const place of PLACES) {
  processTest(`objects of classes are copied with what a closure captured, what the module keeps stays itself (${place})`, () => {
    const parent = self();
    const account = new Account();
    const owner = { account };
    const handlers = HANDLERS;
    const none: symbol = NONE;
    spawnAt(place, () => {
      const balance = account.add(2);
      send(parent, [balance, owner.account.balance, account instanceof Account, handlers === HANDLERS, none === NONE]);
      tellPin(parent);
    });
    expect(receive()).toEqual([3, 3, true, true, true]);
    const pinned = receive();
    expect(pinned).toMatch(/^it was bound to scheduler/); // by the test, not by what it captured
    expect(account.balance).toBe(1);
  });

  processTest(`a closure that a closure has captured is copied with what it captured (${place})`, () => {
    const parent = self();
    const basket = ["apple"];
    const add = (fruit: string, ...more: string[]): number => {
      sleep(1); // it can be suspended
      return basket.push(fruit, ...more);
    };
    const addTwice = (fruit: string): number => add(fruit) + add(fruit);
    spawnAt(place, () => send(parent, [addTwice("pear"), add("fig", "kiwi"), basket]));
    expect(receive()).toEqual([5, 5, ["apple", "pear", "pear", "fig", "kiwi"]]);
    expect(basket).toEqual(["apple"]);
  });

  processTest(`closures that share a variable share it in the child, and not with the parent (${place})`, () => {
    const parent = self();
    let count = 10;
    const up = (): number => {
      sleep(0);
      return (count += 1);
    };
    const read = (): number => {
      sleep(0);
      return count;
    };
    spawnAt(place, () => {
      up();
      up();
      send(parent, [count, read()]);
    });
    expect(receive()).toEqual([12, 12]);
    expect([count, read()]).toEqual([10, 10]);
  });

  processTest(`closures that only compute are copied, as those are that they are called by (${place})`, () => {
    const parent = self();
    let count = 10;
    const up = (): void => {
      count += 1;
    };
    const read = (): number => count;
    const readTwice = (): number => read() * 2;
    spawnAt(place, () => {
      up();
      up();
      send(parent, [count, read(), readTwice()]);
    });
    expect(receive()).toEqual([12, 12, 24]);
    expect([count, read()]).toEqual([10, 10]);
  });

  processTest(`a variable that is set after the copy stays unset in it (${place})`, () => {
    const parent = self();
    const later = (): number => value;
    spawnAt(place, () => {
      try {
        send(parent, later());
      } catch (e) {
        send(parent, (e as Error).name);
      }
    });
    const value = 5;
    expect([receive(), later()]).toEqual(["ReferenceError", value]);
  });

  processTest(`closures that call each other are copied (${place})`, () => {
    const parent = self();
    const zero = 0;
    const isEven = (n: number): boolean => (n === zero ? true : isOdd(n - 1));
    const isOdd = (n: number): boolean => (n === zero ? false : isEven(n - 1));
    const factorial = function own(n: number): number {
      return n < 2 ? 1 + zero : n * own(n - 1);
    };
    spawnAt(place, () => send(parent, [isEven(10), isOdd(10), factorial(5)]));
    expect(receive()).toEqual([true, false, 120]);
  });

  processTest(`arguments and parameters of a copied closure are those of its call (${place})`, () => {
    const parent = self();
    const base = 100;
    const named = function (this: { by: number }, a: number, b: number = base): number {
      return (a + b) * this.by + arguments.length;
    };
    spawnAt(place, () => send(parent, [named.call({ by: 2 }, 1), named.call({ by: 1 }, 1, 2)]));
    expect(receive()).toEqual([203, 5]);
  });

  processTest(`closures with names that JavaScript itself calls are copied, and may be spawned (${place})`, () => {
    const parent = self();
    let count = 1;
    const { get, then } = {
      get: () => count,
      then: function then(times: number): number {
        return times === 0 ? (count += 1) : then(times - 1);
      },
    };
    spawnAt(place, () => send(parent, [then(3), get()]));
    expect(receive()).toEqual([2, 2]);
    expect([count, get()]).toEqual([1, 1]);
    const { toString } = { toString: (): void => send(parent, ["spawned", get()]) };
    spawnAt(place, toString);
    expect(receive()).toEqual(["spawned", 1]);
  });

  processTest(`a spawned closure may ask for all its arguments (${place})`, () => {
    const parent = self();
    const entry = function (..._given: readonly number[]): void {
      send(parent, [...arguments]);
    };
    spawnAt(place, entry, 7, 8);
    expect(receive()).toEqual([7, 8]);
  });
}

processTest("a captured closure does not pin", () => {
  const parent = self();
  const tell = (): void => tellPin(parent);
  const isParent = (pid: Pid): boolean => pid === parent;
  spawn(() => {
    if (isParent(parent)) tell();
  });
  expect(receive()).toBeUndefined();
});

processTest("a closure that captured what cannot be copied is refused on another core, with the reason", () => {
  const map = new WeakMap<object, number>();
  const there = { scheduler: (schedulerId() + 1) % schedulers(), name: "elsewhere" };
  const entry = (): boolean => map.has({});
  if (schedulers() > 1) {
    expect(() => spawnOpt({ ...there, link: true }, entry)).toThrow(
      /^spawnOpt: the process cannot run on scheduler \d: its function captured a WeakMap, which cannot be copied; /,
    );
  } else spawnOpt(there, entry);
  expect(processInfo()).toMatchObject({ links: [] });
});

processTest("what was captured does not run when it is copied, whatever is written in it", () => {
  const parent = self();
  let runs = 0;
  const promised = async (): Promise<unknown> => {
    runs++;
    class Receiver {
      next(): unknown {
        return receive();
      }
    }
    return new Receiver();
  };
  const { method } = {
    method(): unknown {
      runs++;
      return class {
        next(): unknown {
          return receive();
        }
      };
    },
  };
  spawn(() => send(parent, [typeof promised, typeof method]));
  expect(receive()).toEqual(["function", "function"]);
  expect(runs).toBe(0);
});

function run({ to, packed }: { to: Pid; packed: PackedFunction<(n: number) => number> }): void {
  const fn = unpackFunction(packed);
  send(to, [fn(1), fn(1)]);
}

function increment(n: number): number {
  return n + 1;
}

for (const place of PLACES) {
  processTest(`a packed function is a term, and everyone who unpacks it has its own (${place})`, () => {
    let total = 0;
    const add = (n: number): number => {
      sleep(0);
      return (total += n);
    };
    const packed = packFunction((n: number) => add(n));
    for (const expected of [
      [1, 2],
      [1, 2],
    ]) {
      spawnAt(place, run, { to: self(), packed });
      expect(receive()).toEqual(expected);
    }
    expect(total).toBe(0);
    spawnAt(place, run, { to: self(), packed: packFunction(increment) });
    expect(receive()).toEqual([2, 2]);
  });
}

processTest("what cannot be packed is refused with the reason", () => {
  const map = new WeakMap<object, number>();
  expect(() => packFunction(() => map.has({}))).toThrow(/captured.*a WeakMap.*pass what it needs as arguments/);
  expect(() => packFunction(Math.max)).toThrow(/cannot be copied/);
});

for (const place of ALL_PLACES) {
  processTest(`references that closures have captured stay what they are (${place})`, () => {
    const to = alias();
    const answer = (n: number): void => send(to, n);
    spawnAt(place, () => answer(1));
    expect(receive()).toBe(1);
    unalias(to);
  });
}

processTest("the pid of a process that has ended is the same object in an argument and in what a closure has captured", () => {
  const pid = spawn(() => {});
  for (let i = 0; i < 3; i++) yieldNow();
  const me = self();
  const held = (): Pid => pid;
  spawnAt("same core", (again: Pid) => send(me, held() === again), pid);
  expect(receive()).toBe(true);
});

function touch(memory: Int32Array): void {
  memory[0] = 1;
}

processTest("atomically: what takes longer than a slice is not interrupted, and cannot wait", () => {
  const touched = new Int32Array(sharedBytes(4));
  const [ref, seen] = atomically(() => {
    const [, toucher] = spawnOpt({ monitor: true, scheduler: schedulerId() }, touch, touched); // bound: another core is not to run it meanwhile
    for (let i = 0; i < 20_000; i++);
    return [toucher, touched[0]];
  });
  expect(seen).toBe(0);
  receive((message) => message.ref === ref);
  expect(touched[0]).toBe(1);
  expect(codeOf(() => atomically(() => receive()))).toBe("AGNER_NATIVE_FRAME");
});

interface Handle {
  readonly name: string;
}

/** Takes longer than a slice. */
function slowly(data: { name: string }): Handle {
  for (let i = 0; i < 20_000; i++);
  return standIn({ name: data.name }, { definition: slow, data });
}

const slow = definition({ [REVIVE]: (data: { name: string }) => slowly(data) });

processTest("what a closure holds is made anew by code that may take longer than a slice", () => {
  const handle = slowly({ name: "a handle" });
  const again = unpackFunction(packFunction(() => handle.name));
  expect(again()).toBe("a handle");
});
