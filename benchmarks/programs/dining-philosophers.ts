import { exit, receive, self, send, spawn, type Pid } from "@agner/vm";
import { measure } from "./measure.ts";
import { sumOf } from "./numbers.ts";

type Message = readonly ["hungry", Pid, number] | readonly ["done", number];

/** Lets a philosopher eat when neither neighbour does; a hungry one waits for the answer. */
function waiter(places: number): void {
  const eating = Array.from({ length: places }, () => false);
  const hungry: (Pid | undefined)[] = Array.from({ length: places }, () => undefined);
  const serve = (place: number): void => {
    const pid = hungry[place];
    if (pid === undefined || eating[(place + 1) % places] || eating[(place + places - 1) % places]) return;
    hungry[place] = undefined;
    eating[place] = true;
    send(pid, "eat");
  };
  for (;;) {
    const message = receive<Message>();
    if (message[0] === "hungry") {
      hungry[message[2]] = message[1];
      serve(message[2]);
    } else {
      eating[message[1]] = false;
      serve((message[1] + 1) % places);
      serve((message[1] + places - 1) % places);
    }
  }
}

function philosopher(parent: Pid, table: Pid, place: number, meals: number): void {
  let eaten = 0;
  while (eaten < meals) {
    send(table, ["hungry", self(), place]);
    receive();
    eaten += 1;
    send(table, ["done", place]);
  }
  send(parent, eaten);
}

export function main(...args: string[]): void {
  measure("dining-philosophers", args, ([philosophers = 0, meals = 0]) => {
    const table = spawn(waiter, philosophers);
    for (let place = 0; place < philosophers; place++) spawn(philosopher, self(), table, place, meals);
    const eaten = sumOf(philosophers);
    exit(table, "kill");
    return { ops: eaten, checksum: eaten };
  });
}
