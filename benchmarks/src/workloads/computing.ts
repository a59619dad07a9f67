import { workload, type Workload } from "./workload.ts";

/** Computations spread over processes. */
export const COMPUTING: readonly Workload[] = [
  workload({
    id: "fork-join-fib",
    description:
      "64 processes compute the 27th Fibonacci number by plain recursion and report it. An operation is a reported result.",
    unit: "jobs/s",
    sizes: { jobs: 64, n: 27 },
    warmups: 4,
    repeats: 6,
  }),
];
