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
];
