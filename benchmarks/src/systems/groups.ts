/** Programs that several systems have, or leave out for the same reason. */

/** Messages among processes. */
export const MESSAGES = ["ping-pong", "ring", "counting", "fan-in", "fan-out", "big", "chameneos"];

/** Processes by the many. */
export const PROCESSES = ["spawn-parallel", "spawn-sequential", "idle-process-bytes", "million-processes"];

export const SERVER_CALLS = ["server-call-small", "server-call-10kb", "server-call-concurrent"];

/** What crosses between threads as copies. */
export const COPIES = ["copy-flat", "copy-nested", "copy-binary"];

/** What is computed on several threads. */
export const COMPUTATIONS = ["fork-join-fib", "fork-join-queens", "fork-join-mandelbrot", "ran", "parallel"];

export const COPIES_AND_COMPUTATIONS = [...COPIES, ...COMPUTATIONS];

/** Programs of bencherl and Savina with many processes that take turns. */
export const TURNS = ["ehb", "serialmsg", "bounded-buffer", "dining-philosophers", "sleeping-barber", "cigarette-smokers"];

/** The same, and those of Savina whose processes serve. */
export const CLASSICS = [...TURNS, "bank-transaction", "concurrent-dictionary"];

/** What a library in one thread, whose messages are shared, leaves out, by the reason. */
export const LEFT_OUT_IN_ONE_THREAD = {
  "all is in one thread": [
    "cross-flood",
    "cross-ping-pong",
    "cross-order-flood",
    ...COMPUTATIONS,
    "unbalanced-tree",
    "large-message-latency",
  ],
  "what is sent is shared, and not copied": COPIES,
  "what computes holds the only thread": ["busy-call-latency", "mixed-load-latency", "timer-latency"],
};

/** What worker threads and what is built of them leave out, by the reason. */
export const LEFT_OUT_WITHOUT_SUPERVISION = {
  "nothing is linked, or started anew": [
    "link-storm",
    "monitor-storm",
    "exit-storm",
    "restart-storm-rate",
    "restart-storm-latency",
  ],
};

/** The same where each process would need a thread of its own. */
export const LEFT_OUT_AS_THREADS = {
  "a process would be a thread": ["fan-in", "fan-out", "big", "chameneos", ...PROCESSES, "unbalanced-tree", ...CLASSICS],
};
