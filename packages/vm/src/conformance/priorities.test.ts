/** Group P: how processes of one core share it (P2, P4, P10). Slices are compared by their reductions; nobody's clock is asked. */
import { expect } from "vitest";
import {
  exit,
  isAlive,
  processFlag,
  processInfo,
  receive,
  schedulerId,
  self,
  send,
  spawnOpt,
  yieldNow,
  type Pid,
  type Priority,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { coreAt } from "./testing/place.ts";
import { kill, nothing, numbers, onOneCore, park, spin } from "./testing/watch.ts";

/** Computes for ever, a little a slice. */
function worker(): void {
  for (;;) yieldNow();
}

/** As {@link worker}, and tells when it has had so many slices. */
function counted(to: Pid, slices: number): void {
  for (let i = 0; i < slices; i++) yieldNow();
  send(to, "counted");
  worker();
}

/** On the core of the caller. */
function workers(count: number, priority: Priority): Pid[] {
  return numbers(count).map(() => spawnOpt({ priority, scheduler: schedulerId() }, worker));
}

function reductionsOf(pids: readonly Pid[]): number[] {
  return pids.map((pid) => processInfo(pid)!.reductions);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Lets the others of this core run until a process of that priority has had so many slices. The caller's priority is max. */
function letRun(priority: Priority, slices: number): Pid {
  const pid = spawnOpt({ priority, scheduler: schedulerId() }, counted, self(), slices);
  receive((message) => message === "counted");
  return pid;
}

// low_prio, few_low, many_low
for (const [normals, lows] of [
  [1, 1],
  [1, 10],
  [10, 1],
  [10, 10],
] as const) {
  processTest(
    `P2: of ${normals} normal and ${lows} low processes, each normal one runs eight times as often as each low one`,
    () => {
      onOneCore(() => {
        processFlag("priority", "max");
        const low = workers(lows, "low");
        const normal = [...workers(normals - 1, "normal"), letRun("normal", 1_600)];
        const [each, eachLow] = [reductionsOf(normal), reductionsOf(low)];
        expect(mean(each) / mean(eachLow)).toBeGreaterThan(7.6);
        expect(mean(each) / mean(eachLow)).toBeLessThan(8.4);
        for (const all of [each, eachLow]) expect(Math.max(...all) - Math.min(...all)).toBeLessThan(mean(all) * 0.05);
        [...low, ...normal].forEach(kill);
      });
    },
  );
}

// equal_with_high_max
processTest("P2: while a process of high priority computes, those of normal and low priority do not run", () => {
  onOneCore(() => {
    processFlag("priority", "max");
    const others = [...workers(3, "normal"), ...workers(3, "low")];
    const high = letRun("high", 1_000);
    expect(reductionsOf(others)).toEqual(others.map(() => 0));
    kill(high);
    others.push(letRun("normal", 100));
    expect(Math.min(...reductionsOf(others))).toBeGreaterThan(0);
    others.forEach(kill);
  });
});

processTest("P2: processes of high or max priority share their core equally among themselves", () => {
  onOneCore(() => {
    processFlag("priority", "max");
    for (const priority of ["high", "max"] as const) {
      const all = [...workers(4, priority), letRun(priority, 1_000)];
      const each = reductionsOf(all);
      expect(Math.max(...each) - Math.min(...each)).toBeLessThan(mean(each) * 0.05);
      all.forEach(kill);
    }
  });
});

// named_down
processTest("P10: a process that computes without end does not keep another of its priority from running", () => {
  onOneCore(() => {
    const hogs = numbers(4).map(() => spawnOpt({ scheduler: schedulerId() }, spin));
    letRun("normal", 100);
    hogs.forEach(kill);
  });
});

processTest("D1: a priority that is set while others wait for the core holds from the next slice on", () => {
  onOneCore(() => {
    processFlag("priority", "max");
    const others = workers(3, "normal");
    const rising = spawnOpt({ priority: "low", scheduler: schedulerId() }, rises, self());
    receive((message) => message === "risen");
    const before = reductionsOf(others);
    expect(processInfo(rising)!.priority).toBe("high");
    receive((message) => message === "still the only one");
    expect(reductionsOf(others)).toEqual(before);
    [...others, rising].forEach(kill);
  });
});

function rises(to: Pid): void {
  for (let i = 0; i < 20; i++) yieldNow();
  processFlag("priority", "high");
  send(to, "risen");
  for (let i = 0; i < 200; i++) yieldNow();
  send(to, "still the only one");
  worker();
}

for (const place of ["same core", "other core"] as const) {
  processTest(`P2: signals reach a process of low priority whose core is taken by one of max priority (${place})`, () => {
    onOneCore(() => {
      processFlag("priority", "max");
      const scheduler = coreAt(place)!;
      const low = spawnOpt({ priority: "low", scheduler }, park);
      const hog = spawnOpt({ priority: "max", scheduler }, untilDead, low, self());
      exit(low, "kill");
      expect(receive()).toBe("it has ended");
      kill(hog);
    });
  });
}

/** Computes until a process has ended. */
function untilDead(pid: Pid, to: Pid): void {
  while (isAlive(pid)) yieldNow();
  send(to, "it has ended");
  park();
}

processTest("P4: a storm of newborn processes and those that have started take turns", () => {
  onOneCore(() => {
    processFlag("priority", "max");
    const scheduler = schedulerId();
    const old = workers(1, "normal");
    const storm = spawnOpt({ scheduler }, spawns, scheduler, 200, self());
    receive((message) => message === "spawned");
    // The old one has had a slice for each of the spawner's: the children of one of those go first, and then it is its turn again.
    const [slices] = reductionsOf(old);
    expect(slices).toBeGreaterThanOrEqual(200);
    [...old, storm].forEach(kill);
  });
});

/** Spawns ten a slice. */
function spawns(scheduler: number, slices: number, to: Pid): void {
  for (let i = 0; i < slices; i++) {
    for (let n = 0; n < 10; n++) spawnOpt({ scheduler }, nothing);
    yieldNow();
  }
  send(to, "spawned");
  park();
}
