import { exit, spawn } from "@agner/vm";
import { measure } from "./measure.ts";
import { ping, pong } from "./pong.ts";

export function main(...args: string[]): void {
  measure("ping-pong", args, ([roundTrips = 0]) => {
    const other = spawn(pong);
    const last = ping(other, roundTrips);
    exit(other, "kill");
    return { ops: roundTrips, checksum: last };
  });
}
