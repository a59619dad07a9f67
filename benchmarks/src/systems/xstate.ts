import { CLASSICS, LEFT_OUT_IN_ONE_THREAD, MESSAGES, PROCESSES, SERVER_CALLS } from "./groups.ts";
import { onNode } from "./node.ts";

const AT_ONCE = "an event is handled before send returns, unless its receiver is at work";

/** Actors in one thread; these programs make them of transition functions, which are lighter than state machines. */
export const xstate = onNode({
  id: "xstate",
  package: "xstate",
  lacks: ["copy", "isolate", "preempt"],
  programs: [...MESSAGES, ...PROCESSES, ...SERVER_CALLS],
  leftOut: {
    ...LEFT_OUT_IN_ONE_THREAD,
    "names are those of the system of one root machine": ["registered-send"],
    "an actor gets what came first: nothing is received by its contents": ["selective-receive-scan", "selective-receive-ref"],
    "nothing is linked to an actor but its children": ["link-storm", "monitor-storm", "exit-storm"],
    "what failed or was stopped is not started anew": ["restart-storm-rate", "restart-storm-latency"],
    "delays belong to state machines; timers are those of Node.js, as in plain": ["timer-set-cancel", "timer-fire"],
    "in one thread, with events that are handled at once, it says no more than fan-in and the calls of servers": [...CLASSICS],
    "it would be the service of plain, with this library around it": ["json-service"],
  },
  parallel: false,
  remarks: {
    "ping-pong": AT_ONCE,
    counting: AT_ONCE,
    "fan-in": AT_ONCE,
    "fan-out": AT_ONCE,
    "server-call-small": AT_ONCE,
    "server-call-10kb": AT_ONCE,
    "server-call-concurrent": AT_ONCE,
  },
});
