import { COPIES_AND_COMPUTATIONS, LEFT_OUT_AS_THREADS, LEFT_OUT_WITHOUT_SUPERVISION, SERVER_CALLS } from "./groups.ts";
import { BESIDES, onNode, TWO_THREADS } from "./node.ts";

/** Objects in worker threads, whose methods are called through promises. */
export const comlink = onNode({
  id: "comlink",
  package: "comlink",
  lacks: ["preempt", "supervise"],
  programs: [...COPIES_AND_COMPUTATIONS, "cross-ping-pong", ...SERVER_CALLS, "busy-call-latency", "mixed-load-latency"],
  leftOut: {
    "what is called is in another thread: see cross-ping-pong": ["ping-pong"],
    "every call has an answer: nothing is sent without one": [
      "ring",
      "counting",
      "cross-flood",
      "cross-order-flood",
      "large-message-latency",
    ],
    ...LEFT_OUT_AS_THREADS,
    "objects are found by their thread, and have no names": ["registered-send"],
    "nothing is received by its contents": ["selective-receive-scan", "selective-receive-ref"],
    ...LEFT_OUT_WITHOUT_SUPERVISION,
    "timers are those of Node.js, as in plain": ["timer-set-cancel", "timer-fire", "timer-latency"],
    "it would be the service of plain, with this library around it": ["json-service"],
  },
  parallel: true,
  remarks: {
    "copy-flat": TWO_THREADS,
    "copy-nested": TWO_THREADS,
    "copy-binary": TWO_THREADS,
    "server-call-small": TWO_THREADS,
    "server-call-10kb": TWO_THREADS,
    "server-call-concurrent": TWO_THREADS,
    "busy-call-latency": BESIDES,
    "mixed-load-latency": BESIDES,
  },
});
