import { workload, type Workload } from "./workload.ts";

/** Calls of servers. */
export const SERVERS: readonly Workload[] = [
  workload({
    id: "server-call-small",
    description:
      "One process calls a server (genServer; gen_server), which adds one and answers. An operation is a call that was answered.",
    unit: "calls/s",
    sizes: { calls: 100_000 },
  }),
  workload({
    id: "server-call-10kb",
    description:
      "As server-call-small, with a hundred items (about 10 KB) in each call, whose quantities the server adds up. An operation is a call that was answered.",
    unit: "calls/s",
    sizes: { calls: 5_000 },
  }),
  workload({
    id: "server-call-concurrent",
    description: "A hundred processes call one server a thousand times each. An operation is a call that was answered.",
    unit: "calls/s",
    sizes: { clients: 100, calls: 1_000 },
  }),
];
