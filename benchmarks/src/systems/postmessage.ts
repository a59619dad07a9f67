import { onNode } from "./node.ts";

/** Bare worker threads of Node.js. */
export const postmessage = onNode({
  id: "postmessage",
  lacks: ["preempt", "supervise"],
  programs: [
    "cross-flood",
    "cross-ping-pong",
    "server-call-small",
    "busy-call-latency",
    "timer-latency",
    "large-message-latency",
    "fork-join-fib",
  ],
  leftOut: {
    "messages go between threads only: see cross-flood and cross-ping-pong": ["ping-pong", "counting"],
    "a process would be a thread": ["ring", "spawn-parallel", "idle-process-bytes"],
    "nothing starts a thread anew": ["restart-storm-rate", "restart-storm-latency"],
  },
  parallel: true,
  remarks: {
    "server-call-small": "caller and server are two threads, whatever the number of cores",
    "busy-call-latency": "caller and server have threads besides those that compute; the operating system shares the cores out",
    "timer-latency": "who sleeps has a thread besides those that compute; the operating system shares the cores out",
    "large-message-latency": "sender and receiver are two threads, whatever the number of cores",
  },
});
