import { CLASSICS } from "./classics.ts";
import { COMPUTING } from "./computing.ts";
import { LATENCIES } from "./latencies.ts";
import { MESSAGES } from "./messages.ts";
import { PROCESSES } from "./processes.ts";
import { SERVERS } from "./servers.ts";
import { TIMERS } from "./timers.ts";
import type { Workload } from "./workload.ts";

/** Every workload, in the order in which they are measured. */
export const WORKLOADS: readonly Workload[] = [
  ...MESSAGES,
  ...PROCESSES,
  ...SERVERS,
  ...TIMERS,
  ...COMPUTING,
  ...CLASSICS,
  ...LATENCIES,
];

/** The programs that do their work, each once. */
export const PROGRAMS: readonly string[] = [...new Set(WORKLOADS.map(({ program }) => program))];
