import { exit, receive, self, send, spawn, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";

/** Tells its parent what each message weighs. */
function scales(parent: Pid, weigh: (term: any) => number): void {
  for (;;) send(parent, weigh(receive()));
}

/** All that is in it, added up. */
function total(term: any): number {
  if (typeof term === "number") return term;
  let sum = 0;
  if (Array.isArray(term) || term instanceof Uint8Array) for (const each of term) sum += each;
  else sum = total(term.left) + total(term.right);
  return sum;
}

/** The clock does not see whether all of a term arrives: the scales look at its ends. */
function checkCopy(term: unknown): void {
  const to = spawn(scales, self(), total);
  send(to, term);
  const arrived = receive<number>();
  exit(to, "kill");
  if (arrived !== total(term)) throw new Error(`${arrived} arrived of ${total(term)}`);
}

/** Sends one term again and again, each time when the last copy was weighed. */
export function measureCopies<T>(
  program: string,
  args: readonly string[],
  make: (bytes: number) => T,
  weigh: (term: T) => number,
): void {
  checkCopy(make(Number(args[2])));
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
