/** Supervisors that move between cores while they work. */
import { processInfo, schedulers } from "@agner/vm";
import { dynamicSupervisor, genServer, partitionSupervisor, reply } from "../../index.ts";

export const Value = genServer({
  init: (value: number) => value,
  calls: { get: (value) => reply(value, value) },
});

export const Pool = partitionSupervisor({ child: (partition) => Value.child(partition), partitions: 3 });
export const Spread = dynamicSupervisor({ placement: "spread" });

/** What the partitions answer, in their order. */
export function partitions(): number[] {
  const pool = Pool.start();
  const values = pool.whichChildren().map(({ pid }) => Value.ref(pid as never).get());
  pool.stop();
  return values;
}

/** How many of the children are on each core. */
export function spread(): number[] {
  const sup = Spread.start();
  const counts = Array.from({ length: schedulers() }, () => 0);
  for (let i = 0; i < 8; i++) counts[processInfo(sup.startChild(Value.child(i))!)!.scheduler]!++;
  sup.stop();
  return counts;
}
