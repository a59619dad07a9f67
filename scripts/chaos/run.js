/**
 * A run of chaos: a VM whose processes do everything at random, and its chief, ordinary Node code that keeps them coming, counts what they tell, and judges the end.
 */
import { setFlagsFromString } from "node:v8";
import { setTimeout as pause } from "node:timers/promises";
import { boot } from "@agner/vm";
import { END, STOP } from "./flags.js";

/**
 * @typedef {import("@agner/vm").Pid} Pid
 * @typedef {import("./messages.ts").Counts} Counts
 * @typedef {import("./messages.ts").Report} Report
 * @typedef {import("./messages.ts").Peer} Peer
 *
 * @typedef {object} Options
 * @property {number} seed what the processes decide; when they do it differs from run to run
 * @property {number} ms how long, in milliseconds, besides the warm-up and the settling
 * @property {number} [warmUpMs] how long before the memory is measured for the first time, when compiled code, tables and buffers have reached their sizes; default 3,000
 * @property {number} [cores] default all
 * @property {number} [quota] reductions of a slice, default the VM's
 * @property {import("@agner/vm").BootOptions["memory"]} [memory] sizes of the shared memory, default {@link TINY}
 * @property {"always"} [move] if given, every process that may changes its core before each of its slices
 * @property {number} [loseEveryMs] if given, one of the cores is lost as often, at random
 * @property {(progress: Progress) => void} [progress] called twice a second
 *
 * @typedef {{ stage: string, seconds: number, alive: number, counts: Counts }} Progress
 * @typedef {{ text: string, process?: Peer, other?: Peer, history: readonly string[], theirs?: readonly string[] }} Failure `history`: of the pair, as the
 *   process has it; `theirs`: as the other has it, if it lived
 * @typedef {{ counts: Counts, lost: number, statistics: import("@agner/vm").SchedulerStats[], failures: Failure[], heaps: { before: number[], after: number[] } }} Result
 */

/** Everything wraps around all the time: rings that a few messages fill, slots that are used again after 64 others, boards of 4 entries. */
export const TINY = { ringBytes: 2_048, quarantine: 64, segment: 16, maxNames: 4_096, boardEntries: 4, boardBytes: 16_384 };

/** So many processes are kept alive by the chief; their descendants come on top. */
const ROOTS = 30;
/** The most steps of a life. */
const LIFE = 120;
/** So many others a root knows at its birth. */
const ACQUAINTANCES = 6;
/** How long, in ms, processes may take to settle and to end. */
const PATIENCE_MS = 30_000;
/** A core that stands still for so long, in ms, is given up, and that is a failure: turns take milliseconds. */
const STUCK_MS = 15_000;
/** Why cores are lost that are to be lost. */
const ON_PURPOSE = "chaos";
/**
 * How much more a core's heap may hold at the end than the fullest after the warm-up, in bytes: pids of slots once used, buffers of rings, what V8 knows of functions that it has not compiled. The code
 * that it has, some megabytes within a minute, does not count.
 */
export const HEAP_TOLERANCE = 4 * 2 ** 20;

/**
 * Runs it. Rejects only if the VM cannot be booted or falls down.
 * @param {Options} options
 * @returns {Promise<Result>}
 */
export async function chaos({ seed, ms, warmUpMs = 3_000, cores, quota, memory = TINY, move, loseEveryMs, progress = () => {} }) {
  setFlagsFromString("--expose-gc");
  const vm = await boot({
    ...(cores === undefined ? {} : { cores }),
    ...(quota === undefined ? {} : { quota }),
    ...(move === undefined ? {} : { move }),
    memory,
    stuckLimitMs: STUCK_MS,
    lossIntensity: { losses: 1_000, withinMs: 1_000 },
  });
  /** @type {import("@agner/vm").Handles<typeof import("./actor.ts")>} */
  const app = await vm.load(new URL("./actor.ts", import.meta.url));
  const inbox = vm.inbox();
  const largest = Math.min(20_000, 2 * (memory.ringBytes ?? 2 ** 18));
  /** @type {Counts} */
  const counts = /** @type {Counts} */ ({});
  /** @type {Failure[]} */
  const failures = [];
  /** @type {Set<Pid>} */
  const settled = new Set();
  /** @type {Map<Pid, string>} */
  const open = new Map();
  let lost = 0;
  let stage = "warming up";
  let alive = 0;
  const begun = performance.now();
  const stopped = new AbortController();
  vm.on("schedulerLost", ({ scheduler, cause }) => {
    if (cause !== ON_PURPOSE) fail({ text: `core ${scheduler} was lost: ${cause}`, history: [] });
  });
  vm.on("fatal", (error) => fail({ text: `the VM has failed: ${error.stack ?? error.message}`, history: [] }));

  /** @param {Failure} failure */
  const fail = (failure) => {
    failures.push(failure);
    stopped.abort();
  };
  const listening = listen();
  const ticking = setInterval(() => progress({ stage, seconds: (performance.now() - begun) / 1_000, alive, counts }), 500);
  try {
    await round("warm", warmUpMs);
    if (failures.length > 0) return { counts, lost, statistics: vm.statistics(), failures, heaps: { before: [], after: [] } };
    const before = await vm.run(app.heaps);
    stage = "running";
    await round("run", ms);
    stage = "measuring";
    const after = failures.length > 0 ? [] : await vm.run(app.heaps);
    const base = Math.max(...before); // a core that had just taken a lost one's place had run little
    for (const [core, bytes] of after.entries()) {
      const grown = bytes - base;
      if (grown > HEAP_TOLERANCE) fail({ text: `the heap of core ${core} has grown by ${grown} bytes`, history: [] });
    }
    return { counts, lost, statistics: vm.statistics(), failures, heaps: { before, after } };
  } finally {
    clearInterval(ticking);
    inbox.close();
    await listening;
    await vm.stop();
  }

  /** Takes the reports of the processes, until the inbox is closed. */
  async function listen() {
    for await (const message of inbox) {
      const report = /** @type {Report} */ (message);
      if (report.k === "counts") add(report.counts);
      else if (report.k === "settled") settled.add(report.pid);
      else if (report.k === "open") open.set(report.process.pid, `${report.process.id} waits for ${report.open ?? "nothing"}`);
      else if (report.k === "failure") {
        const { text, process, other, history } = report;
        fail({ text, process, history, ...(other === undefined ? {} : { other }) });
        if (other !== undefined) vm.send(other.pid, { k: "history", to: process.pid });
      } else {
        for (const failure of failures)
          if (failure.other?.pid === report.from && failure.process?.pid === report.to) failure.theirs = report.history;
      }
    }
  }

  /** @param {Counts} more */
  function add(more) {
    for (const [name, count] of Object.entries(more)) {
      const key = /** @type {keyof Counts} */ (name);
      counts[key] = (counts[key] ?? 0) + count;
    }
  }

  /**
   * Processes live for so long; then all settle, and all end.
   * @param {string} name
   * @param {number} duration
   */
  async function round(name, duration) {
    const until = performance.now() + duration;
    const over = new AbortController(); // its timer holds it; a signal of `AbortSignal.timeout` in another is collected, and then nothing ends
    setTimeout(() => over.abort(), duration).unref();
    const ends = AbortSignal.any([stopped.signal, over.signal]);
    /** @type {Peer[]} */
    const roots = [];
    let born = 0;
    const lineage = async () => {
      while (performance.now() < until && !stopped.signal.aborted) {
        const id = `${name}-${++born}`;
        const peers = roots.slice(-ACQUAINTANCES);
        const birth = { seed, id, name: undefined, chief: inbox.pid, life: LIFE, trapExit: born % 4 !== 0, largest };
        const pid = await vm.spawn(app.live, {
          ...birth,
          lossy: loseEveryMs !== undefined,
          parent: undefined,
          linkedByParent: false,
          peers,
        });
        roots.push({ pid, id, name: undefined });
        if (roots.length > ACQUAINTANCES) roots.shift();
        await vm.monitor(pid, { signal: ends }).catch(() => {});
      }
    };
    const losing = loseEveryMs === undefined ? undefined : loseCores(loseEveryMs, ends);
    const lineages = Array.from({ length: ROOTS }, lineage);
    while (performance.now() < until && !stopped.signal.aborted) {
      alive = vm.statistics().reduce((sum, { processes }) => sum + processes, 0);
      await pause(Math.min(100, Math.max(0, until - performance.now())), undefined, { signal: stopped.signal }).catch(() => {});
    }
    await Promise.all(lineages);
    await losing;
    const flags = [await vm.spawn(app.raise, STOP)];
    await settle(flags);
    if (failures.length > 0) return;
    flags.push(await vm.spawn(app.raise, END));
    await ending(flags);
    for (const flag of flags) vm.send(flag, END);
    for (const flag of flags) await vm.monitor(flag);
    settled.clear();
  }

  /**
   * Ends threads at any moment of theirs, one after the other.
   * @param {number} everyMs on average
   * @param {AbortSignal} ends
   */
  async function loseCores(everyMs, ends) {
    while (!ends.aborted) {
      await pause(2 * everyMs * Math.random(), undefined, { signal: ends }).catch(() => {});
      if (ends.aborted) return;
      const core = Math.floor(Math.random() * vm.cores);
      const replaced = vm.replaceScheduler(core, ON_PURPOSE).then(() => true);
      if (!(await Promise.race([replaced, pause(PATIENCE_MS, false, { ref: false })])))
        return fail({ text: `core ${core} has no successor`, history: [] });
      lost++;
    }
  }

  /**
   * Waits until no process is left but the flags and those that may be. Returns those that are, past the time that they have.
   * @param {readonly Pid[]} flags
   * @param {(pid: Pid) => boolean} mayBe
   */
  async function left(flags, mayBe) {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const all = await vm.run(app.others);
      alive = all.length;
      const pids = all.filter((pid) => !flags.includes(pid) && !mayBe(pid));
      if (pids.length === 0 || performance.now() > deadline) return pids;
      await pause(50);
    }
  }

  /**
   * Waits until every process says that nothing is open: all monitors have fired whose processes have ended, and so on.
   * @param {readonly Pid[]} flags
   */
  async function settle(flags) {
    const pids = await left(flags, (pid) => settled.has(pid));
    if (pids.length === 0) return;
    for (const pid of pids) vm.send(pid, { k: "open" });
    await pause(1_000); // for the answers of those that can
    for (const pid of pids) {
      const text = `${pid.toString()} does not settle: ${open.get(pid) ?? "it does not answer"} (${await vm.run(app.about, pid)})`;
      fail({ text, history: [] });
    }
  }

  /**
   * Waits until every process has ended.
   * @param {readonly Pid[]} flags
   */
  async function ending(flags) {
    const pids = await left(flags, () => false);
    for (const pid of pids) fail({ text: `${pid.toString()} does not end (${await vm.run(app.about, pid)})`, history: [] });
  }
}
