import { onNode } from "./node.ts";

/** Objects in worker threads, whose methods are called through promises. */
export const comlink = onNode({
  id: "comlink",
  package: "comlink",
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
    "cross-ping-pong",
    "server-call-small",
    "server-call-10kb",
    "server-call-concurrent",
    "busy-call-latency",
    "mixed-load-latency",
  ],
  leftOut: {
    "what is called is in another thread: see cross-ping-pong": ["ping-pong"],
    "every call has an answer: nothing is sent without one": ["ring", "counting", "cross-flood", "large-message-latency"],
    "a process would be a thread": ["spawn-parallel", "idle-process-bytes"],
    "nothing starts a thread anew": ["restart-storm-rate", "restart-storm-latency"],
    "timers are those of Node.js, as with postmessage": ["timer-latency"],
  },
  parallel: true,
  remarks: {
    "server-call-small": "caller and server are two threads, whatever the number of cores",
    "busy-call-latency": "the server has a thread besides those that compute; the operating system shares the cores out",
  },
});
