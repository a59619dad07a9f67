import { receive, self, send, spawn, exit, type Pid } from "@agner/vm";
import { type Pass } from "./measure.ts";

/** Answers with the number that it was asked with, under the key that came with it. */
function echo(): void {
  for (;;) {
    const [from, key, n] = receive<[Pid, unknown, number]>();
    send(from, ["answer", key, n]);
  }
}

/** Asks an echo so often while so many older messages wait, which are counted in the end. */
export function passOver(old: number, questions: number, ask: (to: Pid, n: number) => number): Pass {
  for (let n = 0; n < old; n++) send(self(), ["old", n]);
  const to = spawn(echo);
  let sum = 0;
  for (let n = 1; n <= questions; n++) sum += ask(to, n);
  for (let n = 0; n < old; n++) sum += receive<["old", number]>()[1];
  exit(to, "kill");
  return { ops: questions, checksum: sum };
}
