import { workload, type Workload } from "./workload.ts";

/** Starting, ending and restarting processes. */
export const PROCESSES: readonly Workload[] = [
  workload({
    id: "spawn-parallel",
    description:
      "Processes that send one number and end, a thousand started at a time. An operation is a process whose number arrived.",
    unit: "processes/s",
    sizes: { processes: 200_000, batch: 1_000 },
  }),
  workload({
    id: "idle-process-bytes",
    description:
      "A million processes that have all started and wait for a message; then each answers one. The figure is what one of them " +
      "adds to the system's memory, the list of their pids included. Agner: resident memory of the operating-system process " +
      "(process.memoryUsage().rss); Erlang: erlang:memory(total).",
    unit: "bytes/process",
    sizes: { processes: 1_000_000, window: 1_000 },
    warmups: 0,
    repeats: 1,
  }),
  workload({
    id: "restart-storm-rate",
    description:
      "Ten thousand registered servers under one supervisor are started, all killed one after the other, and all restarted. An operation is a " +
      "restart; the starts and the stop of the supervisor are in the time.",
    unit: "restarts/s",
    sizes: { children: 10_000 },
    repeats: 3,
    warmups: 1,
  }),
  workload({
    id: "spawn-sequential",
    description:
      "Processes that send one number and end, each started when the number of the one before has come. An operation is such a process.",
    unit: "processes/s",
    sizes: { processes: 200_000 },
  }),
  workload({
    id: "million-processes",
    description:
      "The processes of idle-process-bytes: a million are started, have all said so, wait, answer one message each, and end. An operation is such a process.",
    unit: "processes/s",
    sizes: { processes: 1_000_000, window: 1_000 },
    warmups: 0,
    repeats: 1,
  }),
  workload({
    id: "link-storm",
    description:
      "A process that traps exits starts twenty thousand linked ones, kills all, and hears of each. An operation is an exit that was heard of.",
    unit: "processes/s",
    sizes: { processes: 20_000 },
  }),
  workload({
    id: "monitor-storm",
    description:
      "Twenty thousand processes monitor one, which is killed; each tells that it heard of it. An operation is what such a process told.",
    unit: "processes/s",
    sizes: { processes: 20_000 },
  }),
  workload({
    id: "exit-storm",
    description:
      "A chain of twenty thousand linked processes is started; the last one exits, and so all do, up to the one who started the first. An operation is a process that ended.",
    unit: "processes/s",
    sizes: { processes: 20_000 },
  }),
];
