import { receive, self, send, spawn, type Pid } from "@agner/vm";
import { measure } from "./measure.ts";
import { sumOf } from "./numbers.ts";

/** Who wants to meet, and its colour: 0, 1 or 2. */
type Wish = readonly [Pid, number];

/** Lets two creatures meet, so often; then sends all of them home. */
function broker(creatures: number, meetings: number): void {
  for (let i = 0; i < meetings; i++) {
    const [one, colour] = receive<Wish>();
    const [other, otherColour] = receive<Wish>();
    send(one, otherColour);
    send(other, colour);
  }
  for (let i = 0; i < creatures; i++) send(receive<Wish>()[0], "stop");
}

/** After a meeting of two colours both creatures have the third. Tells its parent how often it met another. */
function creature(parent: Pid, place: Pid, first: number): void {
  let colour = first;
  for (let met = 0; ; met++) {
    send(place, [self(), colour]);
    const other = receive<number | "stop">();
    if (other === "stop") {
      send(parent, met);
      return;
    }
    if (other !== colour) colour = 3 - colour - other;
  }
}

export function main(...args: string[]): void {
  measure("chameneos", args, ([creatures = 0, meetings = 0]) => {
    const place = spawn(broker, creatures, meetings);
    for (let i = 0; i < creatures; i++) spawn(creature, self(), place, i % 3);
    return { ops: meetings, checksum: sumOf(creatures) };
  });
}
