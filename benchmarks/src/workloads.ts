/**
 * The work of every program, once: all systems get these sizes as arguments, in this order, and must come to the same number of
 * operations and the same checksum. A warm-up pass and a measured pass do the same work.
 */

export interface Workload {
  /** The program's name: `programs/<id>.ts`, and the first argument of a peer. */
  readonly id: string;
  /** What happens, and what counts as one operation. */
  readonly description: string;
  readonly unit:
    | "round trips/s"
    | "messages/s"
    | "hops/s"
    | "processes/s"
    | "jobs/s"
    | "calls/s"
    | "restarts/s"
    | "bytes/process"
    | "of a copy"
    | "µs";
  /** Core counts below this make no sense for the program. */
  readonly minCores: number;
  /** Arguments after warm-ups and repeats: name → value. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Unmeasured passes at the start of each process. */
  readonly warmups: number;
  /** Measured passes in each process. */
  readonly repeats: number;
}

export const WORKLOADS: readonly Workload[] = [
  {
    id: "ping-pong",
    description: "Two processes, one message under way: [pid, n] there, n + 1 back. An operation is a round trip.",
    unit: "round trips/s",
    minCores: 1,
    sizes: { roundTrips: 200_000 },
    warmups: 1,
    repeats: 5,
  },
  {
    id: "ring",
    description: "One number runs around a ring of 503 processes, which is started anew in each pass. An operation is a hop.",
    unit: "hops/s",
    minCores: 1,
    sizes: { processes: 503, hops: 500_000 },
    warmups: 1,
    repeats: 5,
  },
  {
    id: "counting",
    description: "One process sends numbers without waiting, another adds them up. An operation is a message that was added.",
    unit: "messages/s",
    minCores: 1,
    sizes: { messages: 500_000 },
    warmups: 1,
    repeats: 5,
  },
  {
    id: "spawn",
    description:
      "Processes that send one number and end, a thousand started at a time. An operation is a process whose number arrived.",
    unit: "processes/s",
    minCores: 1,
    sizes: { processes: 200_000, batch: 1_000 },
    warmups: 1,
    repeats: 5,
  },
  {
    id: "processes",
    description:
      "A million processes that have all started and wait for a message; then each answers one. The figure is what one of them " +
      "adds to the system's memory, the list of their pids included. Agner: resident memory of the operating-system process " +
      "(process.memoryUsage().rss); Erlang: erlang:memory(total).",
    unit: "bytes/process",
    minCores: 1,
    sizes: { processes: 1_000_000, window: 1_000 },
    warmups: 0,
    repeats: 1,
  },
  {
    id: "cross-flood",
    description: "As counting, with sender and receiver pinned to two cores. An operation is a message that was added.",
    unit: "messages/s",
    minCores: 2,
    sizes: { messages: 500_000 },
    warmups: 1,
    repeats: 5,
  },
  {
    id: "cross-ping-pong",
    description: "As ping-pong, with the two processes pinned to two cores. An operation is a round trip.",
    unit: "round trips/s",
    minCores: 2,
    sizes: { roundTrips: 20_000 },
    warmups: 1,
    repeats: 3,
  },
  {
    id: "fork-join",
    description:
      "64 processes compute the 27th Fibonacci number by plain recursion and report it. An operation is a reported result.",
    unit: "jobs/s",
    minCores: 1,
    sizes: { jobs: 64, n: 27 },
    warmups: 4,
    repeats: 6,
  },
  {
    id: "server-call",
    description:
      "One process calls a server (genServer; gen_server), which adds one and answers. An operation is a call that was answered.",
    unit: "calls/s",
    minCores: 1,
    sizes: { calls: 100_000 },
    warmups: 1,
    repeats: 5,
  },
  {
    id: "restart-storm",
    description:
      "Ten thousand registered servers under one supervisor are started, all killed one after the other, and all restarted. An operation is a " +
      "restart; the starts and the stop of the supervisor are in the time.",
    unit: "restarts/s",
    minCores: 1,
    sizes: { children: 10_000 },
    warmups: 1,
    repeats: 3,
  },
  {
    id: "restart-storm-latency",
    description:
      "As restart-storm, while a process calls the servers by their names, each until it answers; one that is not there is called again after a " +
      "millisecond. The figure is the 99th percentile of the time to an answer; detail has the median and the longest.",
    unit: "µs",
    minCores: 1,
    sizes: { children: 10_000, calls: 20_000 },
    warmups: 1,
    repeats: 1,
  },
  {
    id: "busy-call-latency",
    description:
      "While a process computes on every core, one on the first core calls a server on the last. The figure is the 99th percentile of the time " +
      "of a call; detail has the median, the 99.9th percentile and the longest.",
    unit: "µs",
    minCores: 1,
    sizes: { calls: 2_000 },
    warmups: 1,
    repeats: 1,
  },
  {
    id: "timer-latency",
    description:
      "While a process computes on every core, one on the first core sleeps for a millisecond, again and again. The figure is the 99th percentile " +
      "of what a sleep took longer; detail has the median, the 99.9th percentile and the longest.",
    unit: "µs",
    minCores: 1,
    sizes: { sleeps: 1_000 },
    warmups: 1,
    repeats: 1,
  },
  {
    id: "large-messages",
    description:
      "An array of ten million numbers and a buffer of 256 MB go from the first core to the last, while a process on every core notes how long it " +
      "had to wait for its turn. The figure is the longest such pause as a multiple of the longest send, which is the copy itself, in the same pass.",
    unit: "of a copy",
    minCores: 1,
    sizes: { elements: 10_000_000, bytes: 2 ** 28 },
    warmups: 1,
    repeats: 3,
  },
];

/** The arguments of a program: warm-ups, repeats, sizes. */
export function programArguments({ warmups, repeats, sizes }: Workload): string[] {
  return [warmups, repeats, ...Object.values(sizes)].map(String);
}

/** Under which name a program prints its figure if that is a cost, of which less is better, and no rate. */
export function costOf(unit: Workload["unit"]): "bytes" | "micros" | "ratio" | undefined {
  if (unit === "bytes/process") return "bytes";
  if (unit === "of a copy") return "ratio";
  return unit === "µs" ? "micros" : undefined;
}
