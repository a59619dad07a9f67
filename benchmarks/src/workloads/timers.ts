import { workload, type Workload } from "./workload.ts";

/** Timers that send messages. */
export const TIMERS: readonly Workload[] = [
  workload({
    id: "timer-set-cancel",
    description:
      "Fifty thousand timers are set, due after a minute, and then all cancelled. An operation is a timer that was cancelled in time.",
    unit: "timers/s",
    sizes: { timers: 50_000 },
  }),
  workload({
    id: "timer-fire",
    description:
      "Fifty thousand timers are set, due within twenty milliseconds, and all their messages received. An operation is a message that arrived.",
    unit: "timers/s",
    sizes: { timers: 50_000, withinMs: 20 },
  }),
];
