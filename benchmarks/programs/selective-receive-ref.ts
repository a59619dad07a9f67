import { makeRef, receiveSince, self, send, type Pid, type Ref } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";
import { passOver } from "./selective.ts";

/** Looks only at what came after the reference was made. */
function ask(to: Pid, n: number): number {
  const ref = makeRef();
  send(to, [self(), ref, n]);
  return receiveSince<["answer", Ref, number]>(ref, (message) => message[1] === ref)[2];
}

export function main(...args: string[]): void {
  measure("selective-receive-ref", args, ([old = 0, questions = 0]) => {
    const { ops, checksum } = passOver(old, questions, ask);
    return { ops, checksum: checksum % MODULUS };
  });
}
