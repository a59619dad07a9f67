import { exit, receive, self, send, spawnOpt, type Pid } from "@agner/vm";
import { measure } from "./measure.ts";
import { ping, pong } from "./pong.ts";

function player(parent: Pid, other: Pid, roundTrips: number): void {
  send(parent, ping(other, roundTrips));
}

export function main(...args: string[]): void {
  measure("cross-ping-pong", args, ([roundTrips = 0]) => {
    const other = spawnOpt({ scheduler: 1 }, pong);
    spawnOpt({ scheduler: 0 }, player, self(), other, roundTrips);
    const last = receive<number>();
    exit(other, "kill");
    return { ops: roundTrips, checksum: last };
  });
}
