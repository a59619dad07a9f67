/**
 * A whole VM of schedulers in one thread: the real modules, loaded once for each core, whose turns are taken one at a time in a random order and in a time of their own. A core may be
 * lost before any of its atomic operations; then the survivors recover, each at moments of its own, and a successor starts. A seed repeats a run exactly.
 *
 * What happens within one turn of a core happens at once for the others: finer orders are the business of the simulation of the protocols.
 */
import { buildSync } from "esbuild";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { SharedMemory, SharedMemoryOptions } from "../../memory/layout.ts";
import { Oracle } from "./books.ts";
import type * as Inside from "./inside.ts";

/** How a run goes. */
export interface Run {
  readonly cores: number;
  readonly seed: number;
  /** So many steps pass before all come to rest. */
  readonly steps: number;
  /** One of so many steps begins the loss of a core; 0: none. */
  readonly losses: number;
  readonly forceMoves: boolean;
  readonly memory: Partial<SharedMemoryOptions>;
}

/** What came of it. */
export interface Outcome {
  readonly failures: readonly string[];
  readonly counts: Oracle["counts"];
  /** Of the cores that are there at the end. */
  readonly migrations: number;
  readonly lost: number;
}

/** Thrown in a core at the operation before which it is lost, and at all that it tries afterwards. */
const LOST = new Error("the core is lost");

let bundle: string | undefined;

/** The code of one core. */
function code(): string {
  return (bundle ??= buildSync({
    entryPoints: [fileURLToPath(new URL("./inside.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    target: "esnext",
    ignoreAnnotations: true,
  }).outputFiles[0]!.text);
}

const requireNode = createRequire(import.meta.url);
/** The heap of the one thread that is there says nothing of a core. */
const MODULES: Readonly<Record<string, object>> = {
  "node:perf_hooks": {
    constants: {},
    PerformanceObserver: class {
      observe(): void {}
    },
  },
};

interface Sleeper {
  readonly words: Int32Array;
  readonly at: number;
  readonly value: number;
  readonly wake: () => void;
}

/** One core, or the main thread. */
class Core {
  readonly inside: typeof Inside;
  readonly tasks: (() => void)[] = [];
  timers: { readonly at: number; readonly task: () => void }[] = [];
  sleepers: Sleeper[] = [];
  isLost = false;
  /** Atomic operations until it is lost. */
  life = Infinity;
  /** Whether it does something now; what it has awaited goes on in between, and does not count. */
  private isEntered = false;
  /** Settles when it is lost. */
  readonly gone: Promise<void>;
  private readonly vm: Cores;
  private leave!: () => void;

  constructor(vm: Cores) {
    this.vm = vm;
    this.gone = new Promise((resolve) => (this.leave = resolve));
    const module = { exports: {} };
    const time = { now: () => vm.now() };
    const clock = { bigint: () => BigInt(Math.round(vm.now() * 1e6)) };
    const values = {
      module,
      require: (name: string): unknown => MODULES[name] ?? requireNode(name),
      Atomics: this.atomics(),
      setImmediate: (task: () => void) => void this.tasks.push(task),
      setTimeout: (task: () => void, ms: number) => this.setTimer(task, ms),
      clearTimeout: (timer: Core["timers"][number]) => void (this.timers = this.timers.filter((other) => other !== timer)),
      queueMicrotask: (task: () => void) => queueMicrotask(() => this.isLost || task()),
      performance: time,
      process: Object.create(process, { hrtime: { value: clock } }) as NodeJS.Process,
      oracle: vm.oracle,
    };
    new Function(...Object.keys(values), code())(...Object.values(values));
    this.inside = module.exports as typeof Inside;
  }

  private setTimer(task: () => void, ms: number): Core["timers"][number] {
    const timer = { at: this.vm.time + ms, task };
    this.timers.push(timer);
    return timer;
  }

  /** Operations that may be the last. */
  private atomics(): typeof Atomics {
    const passes = (): void => {
      if (this.isLost || (this.isEntered && --this.life < 0)) {
        if (!this.isLost) this.vm.oracle.note(`- core ${this.inside.local.thread} is lost at ${placeOf(new Error())}`);
        this.isLost = true;
        throw LOST;
      }
    };
    const made: Record<string, Function> = {};
    for (const name of ["load", "store", "add", "sub", "or", "exchange", "compareExchange"] as const) {
      const operation = Atomics[name] as (...args: unknown[]) => unknown;
      made[name] = (...args: unknown[]): unknown => {
        passes();
        return operation(...args);
      };
    }
    made["notify"] = passes;
    made["wait"] = (): string => {
      passes();
      this.vm.whileBlocked(this);
      return "timed-out";
    };
    made["waitAsync"] = (words: Int32Array, at: number, value: number): object => {
      passes();
      if (Atomics.load(words, at) !== value) return { async: false, value: "not-equal" };
      return { async: true, value: new Promise<void>((wake) => this.sleepers.push({ words, at, value, wake })) };
    };
    return made as unknown as typeof Atomics;
  }

  /** What it could do next: rung bells first wake it. */
  get isReady(): boolean {
    if (this.isLost) return false;
    this.timers = this.timers.filter(({ at, task }) => at > this.vm.time || (this.tasks.push(task), false));
    return this.tasks.length > 0;
  }

  hear(): void {
    if (this.isLost) return;
    this.sleepers = this.sleepers.filter(({ words, at, value, wake }) => Atomics.load(words, at) === value || (wake(), false));
  }

  /** Does one thing that waits for it. */
  run(): void {
    const [task] = this.tasks.splice(this.vm.random(this.tasks.length), 1);
    this.enter(task!);
  }

  /** Does something on this core, and finds out whether that was the end of it. */
  enter(task: () => void): void {
    this.isEntered = true;
    try {
      task();
    } catch (error) {
      if (error !== LOST) this.vm.oracle.fail(`an error left a turn: ${(error as Error).stack}`);
    }
    this.isEntered = false;
    if (this.isLost) this.leave();
  }

  /** Has it do something at a moment of its own; settles when that is done, or it is lost. */
  ask(what: () => Promise<void> | void): Promise<void> {
    const done = new Promise<void>((resolve) =>
      this.tasks.push(
        () =>
          void Promise.resolve(what()).then(resolve, (error: unknown) => {
            if (error !== LOST) this.vm.oracle.fail(`a step of the recovery has failed: ${(error as Error).stack}`);
          }),
      ),
    );
    return Promise.race([done, this.gone]);
  }
}

export class Cores {
  readonly oracle: Oracle;
  readonly random: (below: number) => number;
  time = 0;
  private readonly plan: Run;
  private readonly memory: SharedMemory;
  private readonly cores: Core[] = [];
  private readonly main: Core;
  private readonly generations: number[];
  private readonly losses: number[] = [];
  private isRecovering = false;
  private lost = 0;

  constructor(plan: Run) {
    this.plan = plan;
    this.random = randomOf(plan.seed);
    this.oracle = new Oracle(this.random);
    this.generations = new Array<number>(plan.cores + 1).fill(0);
    this.main = new Core(this);
    this.memory = this.main.inside.createSharedMemory({ schedulers: plan.cores, maxProcesses: 4_096, ...plan.memory });
    this.main.inside.startMain(this.memory);
    this.oracle.population = () => this.main.inside.local.directory.count();
    for (let thread = 0; thread < plan.cores; thread++) this.launch(thread);
  }

  /** Time passes whenever somebody looks at it. */
  now(): number {
    return (this.time += this.random(100) / 1_000);
  }

  private launch(thread: number): Core {
    const core = new Core(this);
    this.cores[thread] = core;
    const { memory, generations } = this;
    core.enter(() =>
      core.inside.startCore({
        memory,
        thread,
        ports: new Map(),
        quota: 4_000,
        generations: [...generations],
        forceMoves: this.plan.forceMoves,
      }),
    );
    return core;
  }

  /** A core waits for a lock. Its holder may be lost, and meanwhile the main thread hears of that. */
  whileBlocked(core: Core): void {
    this.time += 0.05;
    if (core === this.main) return;
    for (const [thread, { isLost }] of this.cores.entries()) if (isLost) this.hearOfLoss(thread);
  }

  private hearOfLoss(thread: number): void {
    if (this.losses.includes(thread)) return;
    const { beginLoss, local } = this.main.inside;
    beginLoss(this.memory, thread, local.directory, local.names);
    this.losses.push(thread);
  }

  private async recoverAll(): Promise<void> {
    if (this.isRecovering) return;
    this.isRecovering = true;
    while (this.losses.length > 0) {
      await this.recover(this.losses[0]!);
      this.losses.shift();
    }
    this.isRecovering = false;
  }

  /** As `schedulers/recovery.ts` of the VM does it. */
  private async recover(lost: number): Promise<void> {
    const { memory, main, cores } = this;
    const generation = ++this.generations[lost]!;
    const survivors = cores.filter((core) => !core.isLost);
    const all = (what: string, step: (inside: typeof Inside) => Promise<void> | void): Promise<unknown> =>
      Promise.all(
        survivors
          .filter((core) => !core.isLost)
          .map((core) =>
            core.ask(() => {
              this.oracle.note(`- loss of core ${lost}: ${what} on core ${core.inside.local.thread}`);
              return step(core.inside);
            }),
          ),
      );
    const { local, ...leader } = main.inside;
    leader.partWith(lost, generation, undefined);
    await all("part", (inside) => inside.partWith(lost, generation, undefined));
    leader.clearHunger(memory);
    leader.endProcesses(memory, lost, generation - 1, local.directory, local.names, 0);
    leader.takeStock();
    await all("take stock", (inside) => inside.takeStock());
    await Promise.all([leader.publishAll(), all("publish", (inside) => inside.publishAll())]);
    await all("bring news", (inside) => inside.bringNews(lost));
    leader.bringNews(lost);
    const others = [...cores.keys()].filter((thread) => cores[thread]!.isLost && thread !== lost);
    leader.endLoss(memory, lost, others);
    this.launch(lost);
    this.lost++;
  }

  /** One core does one thing. Returns whether there was anything to do. */
  private async step(): Promise<boolean> {
    const { main, cores } = this;
    for (const core of [main, ...cores]) core.hear();
    await new Promise(setImmediateOfNode); // what has been awaited goes on
    const ready = cores.filter((core) => core.isReady);
    const turn = this.random(ready.length + 1);
    if (turn < ready.length) ready[turn]!.run();
    else if (main.isReady) main.run();
    else main.enter(main.inside.turnOfMain);
    for (const [thread, { isLost }] of cores.entries()) if (isLost && this.random(4) === 0) this.hearOfLoss(thread);
    if (this.losses.length > 0) void this.recoverAll();
    if (ready.length === 0) this.time += 0.5;
    return ready.length > 0 || this.isRecovering;
  }

  async run(): Promise<Outcome> {
    const { plan, oracle, random, cores, main } = this;
    for (let i = 0; i < plan.steps && oracle.failures.length === 0; i++) {
      if (oracle.population() < 20 && random(4) === 0) main.enter(() => this.spawn());
      if (plan.losses > 0 && random(plan.losses) === 0) {
        const core = cores[random(plan.cores)]!;
        if (core.life === Infinity && cores.filter((other) => other.life === Infinity).length > 1) core.life = random(400);
      }
      await this.step();
    }
    for (const core of cores) if (!core.isLost) core.life = Infinity;
    oracle.stopped = true;
    await this.rest();
    const { directory } = main.inside.local;
    const alive = new Set<string>();
    directory.forEachAlive((slot, serial, owner) => {
      const key = main.inside.internPid(slot, serial).toString();
      if (!oracle.all.has(key)) return;
      alive.add(key);
      const { internPid, Pid } = cores[owner]!.inside;
      if (Pid.local(internPid(slot, serial)) === undefined) oracle.fail(`${key} is not where it lives, on core ${owner}`);
    });
    if (oracle.failures.length === 0) oracle.close((key) => alive.has(key));
    const migrations = cores.reduce((sum, { inside }) => sum + inside.local.counters.migrations, 0);
    return { failures: oracle.failures, counts: oracle.counts, lost: this.lost, migrations };
  }

  private spawn(): void {
    const { main, oracle } = this;
    const peers: unknown[] = [];
    main.inside.local.directory.forEachAlive((slot, serial) => {
      if (peers.length < 6 && this.random(3) === 0 && main.inside.local.directory.noteSeen(slot, serial))
        peers.push(main.inside.internPid(slot, serial));
    });
    oracle.counts.born++;
    main.inside.spawnActor(this.random(this.plan.cores), peers, 10 + this.random(60));
  }

  /** Lets all that is on its way arrive. */
  private async rest(): Promise<void> {
    const { oracle, main } = this;
    let idle = 0;
    for (let steps = 0; idle < 200; steps++) {
      if (oracle.failures.length > 0) return;
      if (steps > 20_000)
        return oracle.fail(
          `the cores do not come to rest${this.isRecovering ? `: the loss of core ${this.losses[0]} is not dealt with` : ""}`,
        );
      const busy = await this.step();
      idle = busy || main.inside.isHolding() || main.inside.hasArrived() ? 0 : idle + 1;
    }
  }
}

const setImmediateOfNode = setImmediate;

/** The functions in which an error was made. */
function placeOf({ stack }: Error): string {
  return [...stack!.matchAll(/at (\S+) \(eval/g)]
    .slice(1, 6)
    .map(([, name]) => name)
    .join(" < ");
}

/** Numbers below a bound, the same for the same seed. Mulberry32, by Tommy Ettinger. */
function randomOf(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
