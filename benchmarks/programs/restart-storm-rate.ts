import { measure } from "./measure.ts";
import { killAll, startCells, sumOfStarts } from "./storm.ts";

export function main(...args: string[]): void {
  measure("restart-storm-rate", args, ([children = 0]) => {
    const { pids, stop } = startCells(children);
    killAll(pids);
    const checksum = sumOfStarts(children);
    stop();
    return { ops: children, checksum };
  });
}
