import { workload, type Workload } from "./workload.ts";

/** Messages between processes. */
export const MESSAGES: readonly Workload[] = [
  workload({
    id: "ping-pong",
    description: "Two processes, one message under way: [pid, n] there, n + 1 back. An operation is a round trip.",
    unit: "round trips/s",
    sizes: { roundTrips: 200_000 },
  }),
  workload({
    id: "ring",
    description: "One number runs around a ring of 503 processes, which is started anew in each pass. An operation is a hop.",
    unit: "hops/s",
    sizes: { processes: 503, hops: 500_000 },
  }),
  workload({
    id: "counting",
    description: "One process sends numbers without waiting, another adds them up. An operation is a message that was added.",
    unit: "messages/s",
    sizes: { messages: 500_000 },
  }),
  workload({
    id: "cross-flood",
    description: "As counting, with sender and receiver pinned to two cores. An operation is a message that was added.",
    unit: "messages/s",
    minCores: 2,
    sizes: { messages: 500_000 },
  }),
  workload({
    id: "cross-ping-pong",
    description: "As ping-pong, with the two processes pinned to two cores. An operation is a round trip.",
    unit: "round trips/s",
    minCores: 2,
    sizes: { roundTrips: 20_000 },
    repeats: 3,
  }),
];
