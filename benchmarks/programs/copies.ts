import { exit, receive, self, send, spawn, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";

/** Tells its parent what each message weighs. */
function scales(parent: Pid, weigh: (term: any) => number): void {
  for (;;) send(parent, weigh(receive()));
}

/** Sends one term again and again, each time when the last copy was weighed. */
export function measureCopies<T>(
  program: string,
  args: readonly string[],
  make: (bytes: number) => T,
  weigh: (term: T) => number,
): void {
  measure(program, args, ([bytes = 0, messages = 0]) => {
    const term = make(bytes);
    const to = spawn(scales, self(), weigh);
    let sum = 0;
    for (let i = 0; i < messages; i++) {
      send(to, term);
      sum += receive<number>();
    }
    exit(to, "kill");
    return { ops: messages, checksum: sum % MODULUS };
  });
}
