import { measureBusy } from "./busy.ts";
import { call } from "./busy-call-latency.ts";

interface Entry {
  readonly id: number;
  readonly name: string;
  readonly tags: readonly string[];
}

/** A process that makes objects until it is killed, of which it keeps the last thousand. */
function allocate(): void {
  const kept: Entry[] = [];
  for (let id = 0; ; id++) kept[id % 1_000] = { id, name: `entry ${id}`, tags: [`a${id}`, `b${id}`] };
}

export function main(...args: string[]): void {
  measureBusy("mixed-load-latency", args, call, { load: [allocate], figure: "p999" });
}
