import { onNode } from "./node.ts";

/** Actors in one thread. */
export const nact = onNode({
  id: "nact",
  package: "nact",
  lacks: ["copy", "isolate", "preempt"],
  programs: [
    "ping-pong",
    "ring",
    "counting",
    "fan-in",
    "fan-out",
    "big",
    "chameneos",
    "spawn-parallel",
    "spawn-sequential",
    "idle-process-bytes",
    "million-processes",
    "restart-storm-rate",
    "server-call-small",
    "server-call-10kb",
    "server-call-concurrent",
    "bank-transaction",
    "concurrent-dictionary",
  ],
  leftOut: {
    "all is in one thread": ["cross-flood", "cross-ping-pong", "fork-join-fib", "large-message-latency"],
    "what computes holds the only thread": ["busy-call-latency", "timer-latency"],
    "actors have no registered names": ["restart-storm-latency"],
  },
  parallel: false,
  remarks: {
    "restart-storm-rate":
      "nothing can be killed from outside: each actor fails on a message, and resets itself; none has a registered name",
  },
});
