import { receive, self, send, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";
import { passOver } from "./selective.ts";

/** Looks at every older message for the answer. */
function ask(to: Pid, n: number): number {
  send(to, [self(), "any", n]);
  return receive<["answer", string, number]>((message) => message[0] === "answer" && message[2] === n)[2];
}

export function main(...args: string[]): void {
  measure("selective-receive-scan", args, ([old = 0, questions = 0]) => {
    const { ops, checksum } = passOver(old, questions, ask);
    return { ops, checksum: checksum % MODULUS };
  });
}
