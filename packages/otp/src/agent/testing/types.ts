/** What must compile of agents, and what must not; the type checker is the test. */
import { agent, type Agent } from "../../index.ts";

const counter: Agent<number> = agent.startLink(() => 0, { name: "counter" });
const n: number = counter.get();
const text: string = counter.get((state, unit: string) => `${state} ${unit}`, "cm");
counter.update((state, by: number) => state + by, 2);
// @ts-expect-error the state is a number
counter.update((state) => String(state));
// @ts-expect-error the argument is missing
counter.update((state, by: number) => state + by);
// @ts-expect-error wrong argument
counter.cast((state, by: number) => state + by, "2");
const old: number = counter.getAndUpdate((state) => [state, state + 1]);
// @ts-expect-error a pair is needed
counter.getAndUpdate((state) => state);
counter.with({ timeout: 10 }).get();
const found: Agent<string[]> = agent.ref<string[]>("words");
const first: string | undefined = found.get((words) => words[0]);
agent.child(() => 0, { restart: "transient" });
// @ts-expect-error unknown option
agent.start(() => 0, { nam: "x" });
void [n, text, old, first];
