import { workload, type Workload } from "./workload.ts";

/** Messages between processes. */
export const MESSAGES: readonly Workload[] = [
  workload({
    id: "ping-pong",
    description: "Two processes, one message under way: [pid, n] there, n + 1 back. An operation is a round trip.",
    unit: "round trips/s",
    sizes: { roundTrips: 200_000 },
  }),
  workload({
    id: "ring",
    description: "One number runs around a ring of 503 processes, which is started anew in each pass. An operation is a hop.",
    unit: "hops/s",
    sizes: { processes: 503, hops: 500_000 },
  }),
  workload({
    id: "counting",
    description: "One process sends numbers without waiting, another adds them up. An operation is a message that was added.",
    unit: "messages/s",
    sizes: { messages: 500_000 },
  }),
  workload({
    id: "cross-flood",
    description: "As counting, with sender and receiver pinned to two cores. An operation is a message that was added.",
    unit: "messages/s",
    minCores: 2,
    sizes: { messages: 500_000 },
  }),
  workload({
    id: "cross-ping-pong",
    description: "As ping-pong, with the two processes pinned to two cores. An operation is a round trip.",
    unit: "round trips/s",
    minCores: 2,
    sizes: { roundTrips: 20_000 },
    repeats: 3,
  }),
  workload({
    id: "fan-in",
    description: "A hundred processes send numbers to one, which adds them up. An operation is a message that was added.",
    unit: "messages/s",
    sizes: { senders: 100, messages: 3_000 },
  }),
  workload({
    id: "bang",
    program: "fan-in",
    description:
      "Three thousand processes send a hundred numbers each to one, as bencherl's bang. An operation is a message that was added.",
    unit: "messages/s",
    sizes: { senders: 3_000, messages: 100 },
  }),
  workload({
    id: "fan-out",
    description:
      "One process sends every number to a hundred others, which add them up. An operation is a message that was added.",
    unit: "messages/s",
    sizes: { receivers: 100, messages: 3_000 },
  }),
  workload({
    id: "big",
    description: "Every process asks all the others at once, and answers all of them. An operation is an answer that arrived.",
    unit: "round trips/s",
    sizes: { processes: 400 },
  }),
  workload({
    id: "chameneos",
    description: "A hundred creatures meet in pairs at a broker and change their colours. An operation is a meeting.",
    unit: "meetings/s",
    sizes: { creatures: 100, meetings: 100_000 },
  }),
  workload({
    id: "registered-send",
    description: "As counting, to a registered name. An operation is a message that was added.",
    unit: "messages/s",
    sizes: { messages: 300_000 },
  }),
  workload({
    id: "selective-receive-scan",
    description:
      "A process asks another and receives the answer by its contents while ten thousand older messages wait, all of which it has to look at. " +
      "An operation is an answer.",
    unit: "round trips/s",
    sizes: { old: 10_000, questions: 1_000 },
    repeats: 3,
  }),
  workload({
    id: "selective-receive-ref",
    description:
      "As selective-receive-scan, with a reference made before the question, so that no older message can be the answer. An operation is an answer.",
    unit: "round trips/s",
    sizes: { old: 10_000, questions: 50_000 },
  }),
  ...copies("flat", "an array of numbers"),
  ...copies("nested", "a tree of pairs"),
  ...copies("binary", "bytes"),
  workload({
    id: "cross-order-flood",
    description:
      "One process sends orders (eight fields, among them a customer and two lines, each an object of three) to one on another core, which adds " +
      "up amounts. An operation is an order that was added.",
    unit: "messages/s",
    minCores: 2,
    sizes: { orders: 100_000 },
  }),
];

/** One process sends the same term of several sizes again and again, each time when the other has told what the last copy weighs. */
function copies(shape: string, what: string): Workload[] {
  const sizes = [
    ["10b", 10, 100_000],
    ["10kb", 10_000, 5_000],
    ["1mb", 1_000_000, 20],
  ] as const;
  return sizes.map(([name, bytes, messages]) =>
    workload({
      id: `copy-${shape}-${name}`,
      program: `copy-${shape}`,
      description: `${what} of ${bytes} bytes, sent when the last copy was weighed. An operation is a message that was weighed.`,
      unit: "messages/s",
      sizes: { bytes, messages },
    }),
  );
}
