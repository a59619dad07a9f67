import { workload, type Workload } from "./workload.ts";

/** Timers that send messages. */
export const TIMERS: readonly Workload[] = [
  workload({
    id: "timer-set-cancel",
    description:
      "A hundred thousand timers are set, due after a minute, and then all cancelled. An operation is a timer that was cancelled in time.",
    unit: "timers/s",
    sizes: { timers: 100_000 },
  }),
  workload({
    id: "timer-fire",
    description:
      "A hundred thousand timers are set, due within twenty milliseconds, and all their messages received. An operation is a message that arrived.",
    unit: "timers/s",
    sizes: { timers: 100_000, withinMs: 20 },
  }),
];
