/** What must compile of supervisors, their children and their handles, and what must not; the type checker is the test. */
import type { Pid } from "@agner/vm";
import { genServer, ignore, reply, supervisor } from "../../index.ts";
import type { ChildSpec, SimpleSupervisorHandle, SupervisorHandle } from "../../index.ts";

export const Counter = genServer({ init: (start: number) => start, calls: { get: (n) => reply(n, n) } });

const Root = supervisor({
  strategy: "one_for_one",
  intensity: 3,
  periodMs: 5_000,
  children: (start: number) => [Counter.child(start, { name: "counter", restart: "transient" })],
});
const root: SupervisorHandle = Root.startLink(0);
// @ts-expect-error wrong argument
Root.startLink("0");
// @ts-expect-error missing argument
Root.startLink();
Root.startLink(0, { name: "root", scheduler: 1 });
const below: ChildSpec = Root.child(1, { id: "below", shutdown: 1_000, scheduler: 0 });
// @ts-expect-error missing argument
Root.child();

const Fixed = supervisor({ children: [Counter.child(1), below, { id: "fn", start: [startOne, 1, 2] }] });
Fixed.startLink();
Fixed.start(undefined, { name: "fixed" });

const pid: Pid | undefined = root.startChild(Counter.child(2));
// @ts-expect-error no specification
root.startChild(1);
const [, extra] = root.startChildExtra({ id: 1, start: [startOne, 1] });
const ids: unknown[] = root.whichChildren().map(({ id }) => id);
const active: number = Root.ref("root").countChildren().active;

const Pool = supervisor({ strategy: "simple_one_for_one", children: [{ id: "counter", start: [Counter] }] });
const pool: SimpleSupervisorHandle = Pool.startLink();
pool.startChild(1, { name: "one" });
// @ts-expect-error only pids
pool.terminateChild("counter");
// @ts-expect-error no ids to restart by
pool.restartChild("counter");

const Perhaps = supervisor({ children: (go: boolean) => (go ? [Counter.child(1)] : ignore()) });
const perhaps = Perhaps.startLink(true);
// @ts-expect-error possibly undefined
perhaps.stop();
perhaps?.stop("shutdown", 1_000);

const Flexible = supervisor({ init: (n: number) => ({ intensity: n, children: [Counter.child(n)] }) });
Flexible.startLink(1).deleteChild("Counter");
const Many = supervisor({ init: (n: number) => ({ strategy: "simple_one_for_one", children: [Counter.child(n)] }) });
Many.startLink(1).startChild("extra");

// @ts-expect-error no such strategy
supervisor({ strategy: "all_for_one", children: [] });
// @ts-expect-error no such restart
Counter.child(1, { restart: "always" });
// @ts-expect-error no such shutdown
supervisor({ children: [{ id: 1, start: [startOne], shutdown: "soon" }] });
// @ts-expect-error no start
supervisor({ children: [{ id: 1 }] });

function startOne(..._args: number[]): Pid {
  return Counter.startLink(1).pid;
}

void [pid, extra, ids, active];
