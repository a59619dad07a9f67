import { workload, type Workload } from "./workload.ts";

/** How long something takes while other things go on. */
export const LATENCIES: readonly Workload[] = [
  workload({
    id: "busy-call-latency",
    description:
      "While a process computes on every core, one on the first core calls a server on the last. The figure is the 99th percentile of the time " +
      "of a call; detail has the median, the 99.9th percentile and the longest.",
    unit: "µs",
    sizes: { calls: 2_000 },
    repeats: 10,
    warmups: 10,
  }),
  workload({
    id: "timer-latency",
    description:
      "While a process computes on every core, one on the first core sleeps for a millisecond, again and again. The figure is the 99th percentile " +
      "of what a sleep took longer; detail has the median, the 99.9th percentile and the longest.",
    unit: "µs",
    sizes: { sleeps: 1_000 },
    repeats: 1,
    warmups: 1,
  }),
  workload({
    id: "restart-storm-latency",
    description:
      "As restart-storm-rate, while a process calls the servers by their names, each until it answers; one that is not there is called again after a " +
      "millisecond. The figure is the 99th percentile of the time to an answer; detail has the median and the longest.",
    unit: "µs",
    sizes: { children: 10_000, calls: 20_000 },
    repeats: 1,
    warmups: 1,
  }),
  workload({
    id: "large-message-latency",
    description:
      "An array of ten million numbers and a buffer of 256 MB go from the first core to the last, while a process on every core notes how long it " +
      "had to wait for its turn. The figure is the longest such pause; detail has the longest send, which is the copy itself where messages are copied at once.",
    unit: "µs",
    sizes: { elements: 10_000_000, bytes: 2 ** 28 },
    repeats: 3,
    warmups: 1,
  }),
  workload({
    id: "mixed-load-latency",
    description:
      "As busy-call-latency, while on every core one process computes and another allocates. The figure is the 99.9th percentile of the time of a call; detail has the median, the 99th percentile and the longest.",
    unit: "µs",
    // Twenty of the calls take longer than the figure, in ten passes: fewer would make it chance.
    sizes: { calls: 2_000 },
    repeats: 10,
    warmups: 5,
  }),
];
