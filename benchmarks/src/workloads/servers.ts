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
  workload({
    id: "json-service",
    description:
      "An HTTP service: each request is an order of twenty lines as JSON, which is checked and priced, counted by its session (a server process), " +
      "and written to SQLite (in WAL mode, a transaction each) before the answer. Agner listens on every core, a port each, and handles a request in a process of " +
      "its own; plain Node.js keeps sessions in a map. A process besides makes the load: 32 connections, each of which is a session. An " +
      "operation is a request that was answered; all rows are counted in the end.",
    unit: "requests/s",
    sizes: { connections: 32, requests: 100, lines: 20 },
    repeats: 3,
    warmups: 1,
  }),
];
