import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { costOf } from "./workload.ts";
import { WORKLOADS } from "./workloads.ts";

const ids = WORKLOADS.map(({ id }) => id);

/** Results that were written once are looked up by these: one may come, none may go or change. */
const STABLE = `
  ping-pong ring counting cross-flood cross-ping-pong fan-in bang fan-out big chameneos registered-send
  selective-receive-scan selective-receive-ref copy-flat-10b copy-flat-10kb copy-flat-1mb copy-nested-10b
  copy-nested-10kb copy-nested-1mb copy-binary-10b copy-binary-10kb copy-binary-1mb cross-order-flood spawn-parallel
  idle-process-bytes restart-storm-rate spawn-sequential million-processes link-storm monitor-storm exit-storm
  server-call-small server-call-10kb server-call-concurrent json-service timer-set-cancel timer-fire fork-join-fib
  fork-join-queens fork-join-mandelbrot unbalanced-tree ran parallel ehb serialmsg bounded-buffer dining-philosophers
  sleeping-barber cigarette-smokers bank-transaction concurrent-dictionary busy-call-latency timer-latency
  restart-storm-latency large-message-latency mixed-load-latency
`;

test("ids never change", () => {
  expect(ids.toSorted()).toEqual(STABLE.trim().split(/\s+/).toSorted());
});

test("no id is the beginning of another", () => {
  for (const id of ids) expect(ids.filter((other) => other.startsWith(id))).toEqual([id]);
});

test("ids of costs, and only those, end in -bytes or -latency", () => {
  for (const { id, unit } of WORKLOADS) expect([id, /-(bytes|latency)$/.test(id)]).toEqual([id, costOf(unit) !== undefined]);
});

test("Agner has every program", () => {
  const missing = WORKLOADS.filter(({ program }) => !existsSync(new URL(`../../programs/${program}.ts`, import.meta.url)));
  expect(missing).toEqual([]);
});
