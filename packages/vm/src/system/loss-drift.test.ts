/** Cores that are lost while processes move between them all the time. */
import { afterEach, expect, test } from "vitest";
import { boot, type Inbox, type Pid, type SchedulerLost, type VM } from "@agner/vm";
import type * as AppModule from "./fixtures/loss-drift.ts";
import { seededRandom } from "./testing/random.ts";

const APP = new URL("./fixtures/loss-drift.ts", import.meta.url);
type App = typeof AppModule;

const CORES = 3;
const DRIFTERS = 5;
const ROUNDS = Number(process.env["AGNER_ROUNDS"] ?? 4);

let vm: VM | undefined;
afterEach(async () => {
  await vm?.stop();
  vm = undefined;
});

type News =
  | { readonly type: "ready"; readonly pid: Pid }
  | { readonly type: "progress"; readonly core: number }
  | { readonly type: "met"; readonly by: Pid; readonly of: Pid }
  | { readonly type: "wrong"; readonly by: Pid; readonly what: string }
  | { readonly type: "heard"; readonly by: Pid; readonly of: Pid; readonly downs: unknown[]; readonly exits: unknown[] };

async function until(inbox: Inbox, enough: (news: News) => boolean): Promise<void> {
  for (;;) {
    const news = await inbox.receive<News>();
    if (news.type === "wrong") throw new Error(`${String(news.by)}: ${news.what}`);
    if (enough(news)) return;
  }
}

test(
  "wherever a process was at that moment, each of the others hears of its end once, and of those who live no message is lost or overtaken",
  async () => {
    const random = seededRandom();
    vm = await boot({ cores: CORES, move: "always", lossIntensity: { losses: 10_000 } });
    const app = await vm.load<App>(APP);
    const inbox = vm.inbox();
    let told = (_loss: SchedulerLost): void => {};
    vm.on("schedulerLost", (loss) => told(loss));
    const living = new Set<Pid>();
    const dead = new Map<Pid, unknown>();
    const start = async (): Promise<void> => {
      await vm!.run(app.startDrifter, inbox.pid);
      let newcomer: Pid | undefined;
      await until(inbox, (news) => news.type === "ready" && (newcomer = news.pid) !== undefined);
      void vm!.monitor(newcomer!).then(
        ({ reason }) => dead.set(newcomer!, reason),
        () => {}, // the VM was stopped
      );
      for (const other of living) {
        vm!.send(newcomer!, { type: "meet", pid: other });
        vm!.send(other, { type: "meet", pid: newcomer });
      }
      let meetings = living.size * 2;
      living.add(newcomer!);
      if (meetings > 0) await until(inbox, (news) => news.type === "met" && --meetings === 0);
    };
    for (let i = 0; i < DRIFTERS; i++) await start();
    for (let round = 0; round < ROUNDS; round++) {
      let moments = 5 + random(40);
      await until(inbox, (news) => news.type === "progress" && --moments <= 0);
      const victim = random(CORES);
      const loss = new Promise<SchedulerLost>((resolve) => (told = resolve));
      await vm.replaceScheduler(victim, `round ${round}`);
      await loss;
      await new Promise(setImmediate); // what this thread has heard of is in `dead`
      const lost = [...dead];
      dead.clear();
      for (const [pid, reason] of lost) {
        expect([pid, reason]).toEqual([pid, { schedulerLost: victim }]);
        living.delete(pid);
      }
      const missing = new Set([...living].flatMap((by) => lost.map(([of]) => `${String(by)} of ${String(of)}`)));
      if (missing.size > 0) {
        await until(inbox, (news) => {
          if (news.type !== "heard") return false;
          expect([news.downs, news.exits]).toEqual([[{ schedulerLost: victim }], [{ schedulerLost: victim }]]);
          missing.delete(`${String(news.by)} of ${String(news.of)}`);
          return missing.size === 0;
        });
      }
      while (living.size < DRIFTERS) await start();
    }
  },
  60_000 + ROUNDS * 20_000,
);
