import { CLASSICS, COMPUTATIONS, COPIES, MESSAGES, PROCESSES, SERVER_CALLS } from "./groups.ts";
import { onNode } from "./node.ts";

/** V8 in one thread, with function calls: what a computation takes without processes. */
export const plain = onNode({
  id: "plain",
  lacks: ["copy", "isolate", "preempt", "supervise"],
  programs: [...COMPUTATIONS, "unbalanced-tree", "json-service", "timer-set-cancel", "timer-fire"],
  leftOut: {
    "without processes nothing is left to do": [
      ...MESSAGES,
      "registered-send",
      "selective-receive-scan",
      "selective-receive-ref",
      "cross-flood",
      "cross-ping-pong",
      "cross-order-flood",
      ...COPIES,
      "large-message-latency",
      ...PROCESSES,
      "link-storm",
      "monitor-storm",
      "exit-storm",
      "restart-storm-rate",
      "restart-storm-latency",
      ...SERVER_CALLS,
      ...CLASSICS,
    ],
    "what computes holds the only thread": ["busy-call-latency", "mixed-load-latency", "timer-latency"],
  },
  parallel: false,
  remarks: {
    "unbalanced-tree": "functions that call themselves",
  },
});
