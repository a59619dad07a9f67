import { onNode } from "./node.ts";

/** Fibers in one thread. */
export const effect = onNode({
  id: "effect",
  package: "effect",
  lacks: ["copy", "isolate", "preempt"],
  programs: ["ping-pong", "ring", "counting", "spawn-parallel", "idle-process-bytes", "server-call-small"],
  leftOut: {
    "all is in one thread": ["cross-flood", "cross-ping-pong", "fork-join-fib", "large-message-latency"],
    "what computes holds the only thread": ["busy-call-latency", "timer-latency"],
    "what was interrupted is not started anew": ["restart-storm-rate", "restart-storm-latency"],
  },
  parallel: false,
});
