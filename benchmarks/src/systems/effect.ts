import { CLASSICS, LEFT_OUT_IN_ONE_THREAD, MESSAGES, PROCESSES, SERVER_CALLS } from "./groups.ts";
import { onNode } from "./node.ts";

/** Fibers in one thread. */
export const effect = onNode({
  id: "effect",
  package: "effect",
  lacks: ["copy", "isolate", "preempt"],
  programs: [...MESSAGES, ...PROCESSES, "monitor-storm", "timer-set-cancel", "timer-fire", ...SERVER_CALLS, ...CLASSICS],
  leftOut: {
    ...LEFT_OUT_IN_ONE_THREAD,
    "fibers have no registered names": ["registered-send"],
    "a queue gives what came first: nothing is received by its contents": ["selective-receive-scan", "selective-receive-ref"],
    "nothing is linked to a fiber but its children": ["link-storm", "exit-storm"],
    "what was interrupted is not started anew": ["restart-storm-rate", "restart-storm-latency"],
    "it would be the service of plain, with this library around it": ["json-service"],
  },
  parallel: false,
  remarks: {
    "bounded-buffer": "the buffer is a bounded queue",
    "sleeping-barber": "the waiting room is a queue that drops",
    "monitor-storm": "fibers await one that is interrupted",
  },
});
