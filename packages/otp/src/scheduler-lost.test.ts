/** Servers and supervisors whose core is lost, seen from another core. */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { isAlive, monitor, receive, schedulerId, schedulers, whereis, type Down } from "@agner/vm";
import { onOneCore, thrown } from "./conformance/testing/watch.ts";
import { genServer, reply, supervisor } from "./index.ts";

export const Fragile = genServer({
  init: (start: number) => start,
  calls: {
    get: (n) => reply(n, n),
    core: (n) => reply(schedulerId(), n),
    /** Loses the core. */
    fail: (): never => {
      setTimeout(() => {
        throw new Error("the core is lost on purpose");
      });
      return receive(() => false);
    },
  },
});

export const Tree = supervisor({
  strategy: "one_for_one",
  intensity: 10,
  periodMs: 60_000,
  children: (core: number) => [
    Fragile.child(7, { id: "far", name: "far", scheduler: core }),
    Fragile.child(8, { id: "farther", name: "farther", scheduler: core }),
    Fragile.child(9, { id: "near", name: "near", scheduler: 1 - core }),
  ],
});

const LOSSES = 3;

processTest("what a supervisor has on a core that is lost is restarted there, under its names; a caller is told why", () => {
  if (schedulers() === 1) return; // there nobody is left
  onOneCore(loseTheOther);
});

function loseTheOther(): void {
  const core = 1 - schedulerId();
  const root = Tree.startLink(core, { name: "tree", scheduler: schedulerId() });
  const near = whereis("near")!;
  for (let loss = 0; loss < LOSSES; loss++) {
    const [first, second] = [whereis("far")!, whereis("farther")!];
    const watch = monitor(second);
    expect(thrown(() => Fragile.ref("far").fail())).toMatchObject({ reason: { schedulerLost: core } });
    expect(receive<Down>((message) => message.ref === watch).reason).toEqual({ schedulerLost: core });
    while (isAlive(first) || root.countChildren().active < 3);
    expect(Fragile.ref("far").get()).toBe(7);
    expect(Fragile.ref("farther").get()).toBe(8);
    expect([whereis("far"), whereis("farther")]).not.toEqual([first, second]);
    expect(Fragile.ref("far").core()).toBe(core);
    expect(whereis("near")).toBe(near);
  }
  root.stop();
}
