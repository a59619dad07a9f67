import { onNode } from "./node.ts";

/** A pool of worker threads that takes tasks. */
export const piscina = onNode({
  id: "piscina",
  package: "piscina",
  lacks: ["preempt", "supervise"],
  programs: [
    "copy-flat",
    "copy-nested",
    "copy-binary",
    "fork-join-fib",
    "fork-join-queens",
    "fork-join-mandelbrot",
    "ran",
    "parallel",
  ],
  leftOut: {
    "a task has no address that others could send to": [
      "ping-pong",
      "ring",
      "counting",
      "cross-flood",
      "cross-ping-pong",
      "spawn-parallel",
      "idle-process-bytes",
      "large-message-latency",
    ],
    "any thread of the pool may get the next task: no state stays between calls": ["server-call-small", "busy-call-latency"],
    "nothing starts a task anew": ["restart-storm-rate", "restart-storm-latency"],
    "timers are those of Node.js, as with postmessage": ["timer-latency"],
  },
  parallel: true,
});
