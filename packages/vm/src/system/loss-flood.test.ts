/** Cores that are lost again and again, at random moments, while messages flow in all directions. */
import { afterEach, expect, test } from "vitest";
import { boot, type Inbox, type Pid, type SchedulerLost, type VM } from "@agner/vm";
import type * as AppModule from "./fixtures/loss-flood.ts";
import { seededRandom } from "./testing/random.ts";

const APP = new URL("./fixtures/loss-flood.ts", import.meta.url);
type App = typeof AppModule;

const CORES = 3;
const ROUNDS = Number(process.env["AGNER_ROUNDS"] ?? 8);

let vm: VM | undefined;
afterEach(async () => {
  await vm?.stop();
  vm = undefined;
});

type News =
  | { readonly type: "ready"; readonly pid: Pid; readonly core: number }
  | { readonly type: "progress" | "stopped"; readonly core: number }
  | { readonly type: "met"; readonly core: number; readonly of: Pid }
  | { readonly type: "wrong"; readonly core: number; readonly what: string }
  | { readonly type: "heard"; readonly core: number; readonly of: Pid; readonly downs: unknown[]; readonly exits: unknown[] };

/** Reads what stations tell until it has been told enough; whatever is wrong fails. */
async function until(inbox: Inbox, enough: (news: News) => boolean): Promise<void> {
  for (;;) {
    const news = await inbox.receive<News>();
    if (news.type === "wrong") throw new Error(`core ${news.core}: ${news.what}`);
    if (enough(news)) return;
  }
}

test(
  "those who live hear of each loss once and in order, and lose nothing of each other",
  async () => {
    const random = seededRandom();
    vm = await boot({ cores: CORES, heapMb: 96, lossIntensity: { losses: 10_000 } });
    const app = await vm.load<App>(APP);
    const before = await vm.run(app.population);
    const inbox = vm.inbox();
    const losses: SchedulerLost[] = [];
    vm.on("schedulerLost", (loss) => losses.push(loss));
    const stations: Pid[] = [];
    const start = async (core: number): Promise<void> => {
      void vm!.run(app.startStation, inbox.pid, core, random(2 ** 31)).catch(() => {}); // it may run on a core that is lost
      await until(inbox, (news) => news.type === "ready" && news.core === core && (stations[core] = news.pid) !== undefined);
      let meetings = 0;
      for (let other = 0; other < CORES; other++) {
        if (other === core || stations[other] === undefined) continue;
        vm!.send(stations[core]!, { type: "meet", pid: stations[other], core: other });
        vm!.send(stations[other]!, { type: "meet", pid: stations[core], core });
        meetings += 2;
      }
      if (meetings > 0) await until(inbox, (news) => news.type === "met" && --meetings === 0);
    };
    for (let core = 0; core < CORES; core++) await start(core);
    for (let round = 0; round < ROUNDS; round++) {
      let moments = CORES + random(20);
      await until(inbox, (news) => news.type === "progress" && --moments <= 0);
      const victim = random(CORES);
      const lost = stations[victim]!;
      const survivors = new Set([...stations.keys()].filter((core) => core !== victim));
      const way = random(8);
      if (way === 0) vm.send(lost, { type: "do", what: "exhaust" });
      else if (way < 4) vm.send(lost, { type: "do", what: "throw" });
      else void vm.replaceScheduler(victim, `round ${round}`);
      await until(inbox, (news) => {
        if (news.type !== "heard" || news.of !== lost) return false;
        expect([news.downs, news.exits]).toEqual([[{ schedulerLost: victim }], [{ schedulerLost: victim }]]);
        survivors.delete(news.core);
        return survivors.size === 0;
      });
      await start(victim);
    }
    expect(losses).toHaveLength(ROUNDS);
    let running = CORES;
    for (const pid of stations) vm.send(pid, { type: "do", what: "stop" });
    await until(inbox, (news) => news.type === "stopped" && --running === 0);
    while ((await vm.run(app.population)) > before); // the last helpers end
    inbox.close();
  },
  60_000 + ROUNDS * 10_000,
);
