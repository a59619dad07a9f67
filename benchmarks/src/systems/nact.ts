import { LEFT_OUT_IN_ONE_THREAD, MESSAGES, PROCESSES, SERVER_CALLS, TURNS } from "./groups.ts";
import { onNode } from "./node.ts";

/** Actors in one thread. */
export const nact = onNode({
  id: "nact",
  package: "nact",
  lacks: ["copy", "isolate", "preempt"],
  programs: [...MESSAGES, ...PROCESSES, "restart-storm-rate", ...SERVER_CALLS, "bank-transaction", "concurrent-dictionary"],
  leftOut: {
    ...LEFT_OUT_IN_ONE_THREAD,
    "actors have no registered names": ["registered-send", "restart-storm-latency"],
    "an actor gets what came first: nothing is received by its contents": ["selective-receive-scan", "selective-receive-ref"],
    "nothing is linked to an actor but its children": ["link-storm", "monitor-storm", "exit-storm"],
    "timers are those of Node.js, as in plain": ["timer-set-cancel", "timer-fire"],
    "in one thread it says no more than fan-in and the calls of servers": TURNS,
    "it would be the service of plain, with this library around it": ["json-service"],
  },
  parallel: false,
  remarks: {
    "restart-storm-rate":
      "nothing can be killed from outside: each actor fails on a message, and resets itself; none has a registered name",
  },
});
