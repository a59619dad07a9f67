import { COPIES_AND_COMPUTATIONS, LEFT_OUT_AS_THREADS, LEFT_OUT_WITHOUT_SUPERVISION, SERVER_CALLS } from "./groups.ts";
import { BESIDES, onNode, TWO_THREADS } from "./node.ts";

/** Bare worker threads of Node.js. */
export const postmessage = onNode({
  id: "postmessage",
  lacks: ["preempt", "supervise"],
  programs: [
    ...COPIES_AND_COMPUTATIONS,
    "cross-flood",
    "cross-ping-pong",
    "cross-order-flood",
    ...SERVER_CALLS,
    "busy-call-latency",
    "mixed-load-latency",
    "timer-latency",
    "large-message-latency",
  ],
  leftOut: {
    "messages go between threads only: see cross-flood and cross-ping-pong": ["ping-pong", "counting"],
    "a process would be a thread": ["ring", ...LEFT_OUT_AS_THREADS["a process would be a thread"]],
    "threads have no names": ["registered-send"],
    "nothing is received by its contents": ["selective-receive-scan", "selective-receive-ref"],
    ...LEFT_OUT_WITHOUT_SUPERVISION,
    "timers are those of Node.js, as in plain": ["timer-set-cancel", "timer-fire"],
    "it would be the service of plain, with threads around it": ["json-service"],
  },
  parallel: true,
  remarks: {
    "copy-flat": TWO_THREADS,
    "copy-nested": TWO_THREADS,
    "copy-binary": TWO_THREADS,
    "server-call-small": TWO_THREADS,
    "server-call-10kb": TWO_THREADS,
    "server-call-concurrent": TWO_THREADS,
    "large-message-latency": TWO_THREADS,
    "busy-call-latency": BESIDES,
    "mixed-load-latency": BESIDES,
    "timer-latency": BESIDES,
  },
});
