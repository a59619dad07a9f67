/** What goes on in threads while calls and timers are measured. */
import { fib } from "./computing.js";

export const LOAD = {
  /** Computes for ever. */
  compute: () => {
    for (;;) fib(20);
  },

  /** Makes objects for ever, of which it keeps the last thousand. */
  allocate: () => {
    /** @type {{ id: number, name: string, tags: string[] }[]} */
    const kept = [];
    for (let id = 0; ; id++) kept[id % 1_000] = { id, name: `entry ${id}`, tags: [`a${id}`, `b${id}`] };
  },
};
