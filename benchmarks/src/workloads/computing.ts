import { workload, type Workload } from "./workload.ts";

/** Computations spread over processes. */
export const COMPUTING: readonly Workload[] = [
  workload({
    id: "fork-join-fib",
    description:
      "64 processes compute the 27th Fibonacci number by plain recursion and report it. An operation is a reported result.",
    unit: "jobs/s",
    sizes: { jobs: 64, n: 27 },
    warmups: 40,
    repeats: 20,
  }),
  workload({
    id: "fork-join-queens",
    description:
      "The solutions for twelve queens on a board of twelve rows: a process for each way to place the first two. An operation is a reported count.",
    unit: "jobs/s",
    sizes: { size: 12 },
    warmups: 150,
    repeats: 100,
  }),
  workload({
    id: "fork-join-mandelbrot",
    description:
      "The Mandelbrot set on 200 by 200 points, at most 200 steps each: a process for each row (bencherl's mbrot). An operation is a reported row.",
    unit: "jobs/s",
    sizes: { size: 200, limit: 200 },
    warmups: 150,
    repeats: 100,
  }),
  workload({
    id: "unbalanced-tree",
    description:
      "A tree of processes, each with two subtrees of which one is 1.6 times as large; all begin where their parent is, so that other cores have to steal. An operation is a process.",
    unit: "processes/s",
    sizes: { depth: 17, steps: 2_000 },
    warmups: 40,
    repeats: 20,
  }),
  workload({
    id: "ran",
    description:
      "Processes that make ten thousand pseudo-random numbers each, sort them and report the one in the middle, as bencherl's ran. An operation is a report.",
    unit: "jobs/s",
    sizes: { processes: 50, numbers: 10_000 },
  }),
  workload({
    id: "parallel",
    description:
      "Processes that read the clock ten thousand times each, keep all stamps and compare neighbours, as bencherl's parallel. An operation is a report.",
    unit: "jobs/s",
    sizes: { processes: 50, stamps: 10_000 },
  }),
];
