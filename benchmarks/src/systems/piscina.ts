import { CLASSICS, COPIES_AND_COMPUTATIONS, LEFT_OUT_WITHOUT_SUPERVISION, MESSAGES, PROCESSES, SERVER_CALLS } from "./groups.ts";
import { onNode } from "./node.ts";

/** A pool of worker threads that takes tasks. */
export const piscina = onNode({
  id: "piscina",
  package: "piscina",
  lacks: ["preempt", "supervise"],
  programs: COPIES_AND_COMPUTATIONS,
  leftOut: {
    "a task has no address that others could send to": [
      ...MESSAGES,
      "registered-send",
      "selective-receive-scan",
      "selective-receive-ref",
      "cross-flood",
      "cross-ping-pong",
      "cross-order-flood",
      "large-message-latency",
      ...CLASSICS,
    ],
    "a task is no process that waits": PROCESSES,
    "any thread of the pool may get the next task: no state stays between calls": [
      ...SERVER_CALLS,
      "busy-call-latency",
      "mixed-load-latency",
    ],
    "a task cannot give tasks to the pool it is in": ["unbalanced-tree"],
    ...LEFT_OUT_WITHOUT_SUPERVISION,
    "timers are those of Node.js, as in plain": ["timer-set-cancel", "timer-fire", "timer-latency"],
    "it would be the service of plain, with this library around it": ["json-service"],
  },
  parallel: true,
});
