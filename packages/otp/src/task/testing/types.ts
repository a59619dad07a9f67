/** What must compile of tasks, and what must not; the type checker is the test. */
import { task, taskSupervisor, type Outcome, type Task } from "../../index.ts";

declare function size(name: string): number;

const one: Task<number> = task.async(size, "a");
const two = task.async(() => "b");
// @ts-expect-error wrong argument
task.async(size, 1);
// @ts-expect-error missing argument
task.async(size);
// @ts-expect-error too many arguments
task.start(size, "a", "b");
// @ts-expect-error a child gets arguments, too
task.child(size, 2);
// @ts-expect-error wrong result
const wrong: Task<string> = one;
const n: number = task.await(one);
const s: string = task.await(two, Infinity);
const both: [number, string] = task.awaitMany([one, two]);
const many: number[] = task.awaitMany([1, 2].map((x) => task.async(() => x)));
const outcome: Outcome<number> | undefined = task.yield(one, 0);
// @ts-expect-error there may be none yet
void task.yield(one).ok;
for (const [each, found] of task.yieldMany([one, two])) void [each.pid, found];
const [[, first]] = task.yieldMany([one, two]);
if (first !== undefined && "ok" in first) first.ok.toFixed();
// @ts-expect-error unknown policy
task.yieldMany([one], { onTimeout: "kill" });
task.shutdown(one, "brutal_kill");
// @ts-expect-error unknown way
task.shutdown(one, "kill");
for (const each of task.asyncStream(["a"], size)) if ("ok" in each) each.ok.toFixed();
// @ts-expect-error items of another type
task.asyncStream([1], size);
task.with({ scheduler: 1 }).async(size, "a");
// @ts-expect-error unknown option
task.with({ core: 1 });
void [wrong, n, s, both, many, outcome];

const jobs = taskSupervisor.startLink({ name: "jobs", maxChildren: 3 });
const supervised: Task<number> = jobs.asyncNolink(size, "a");
// @ts-expect-error wrong argument
jobs.async(size, 1);
// @ts-expect-error items of another type
jobs.asyncStream([1], size);
jobs.with({ restart: "transient", shutdown: "brutal_kill", scheduler: 0 }).startChild(size, "a");
// @ts-expect-error unknown restart
jobs.with({ restart: "always" });
taskSupervisor.child({ id: 1, maxChildren: 1 });
// @ts-expect-error unknown option
taskSupervisor.start({ max: 1 });
void supervised;
