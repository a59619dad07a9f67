import { onNode } from "./node.ts";

/** V8 in one thread, with function calls: what a computation takes without processes. */
export const plain = onNode({
  id: "plain",
  lacks: ["copy", "isolate", "preempt", "supervise"],
  programs: [
    "fork-join-fib",
    "fork-join-queens",
    "fork-join-mandelbrot",
    "ran",
    "parallel",
    "unbalanced-tree",
    "timer-set-cancel",
    "timer-fire",
  ],
  leftOut: {
    "without processes nothing is left to do": [
      "ping-pong",
      "ring",
      "counting",
      "cross-flood",
      "cross-ping-pong",
      "spawn-parallel",
      "idle-process-bytes",
      "server-call-small",
      "restart-storm-rate",
      "restart-storm-latency",
      "large-message-latency",
    ],
    "what computes holds the only thread": ["busy-call-latency", "timer-latency"],
  },
  parallel: false,
});
