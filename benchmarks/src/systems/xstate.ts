import { onNode } from "./node.ts";

/** Actors in one thread; these programs make them of transition functions, which are lighter than state machines. */
export const xstate = onNode({
  id: "xstate",
  package: "xstate",
  lacks: ["copy", "isolate", "preempt"],
  programs: ["ping-pong", "ring", "counting", "spawn-parallel", "idle-process-bytes", "server-call-small"],
  leftOut: {
    "all is in one thread": ["cross-flood", "cross-ping-pong", "fork-join-fib", "large-message-latency"],
    "what computes holds the only thread": ["busy-call-latency", "timer-latency"],
    "what failed or was stopped is not started anew": ["restart-storm-rate", "restart-storm-latency"],
  },
  parallel: false,
  remarks: {
    counting: "an event is handled before send returns: none is ever under way",
    "server-call-small": "an event is handled before send returns",
  },
});
