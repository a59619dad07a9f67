import { receive, self, send, type Pid } from "@agner/vm";

/** A process that answers every number with the next one. */
export function pong(): void {
  for (;;) {
    const [from, n] = receive<[Pid, number]>();
    send(from, n + 1);
  }
}

/** Plays that many round trips, each with the number that the last one brought; returns the last number. */
export function ping(to: Pid, roundTrips: number): number {
  let n = 0;
  for (let i = 0; i < roundTrips; i++) {
    send(to, [self(), n]);
    n = receive<number>();
  }
  return n;
}
