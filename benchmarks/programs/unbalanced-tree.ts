import { receive, self, send, spawn, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";
import { work } from "./random.ts";

/** Works, starts two subtrees of which one is much the larger, and tells its parent how many nodes there are and what their work comes to. */
function node(parent: Pid, depth: number, steps: number): void {
  let nodes = 1;
  let sum = work(steps, depth);
  if (depth > 1) {
    spawn(node, self(), depth - 1, steps);
    spawn(node, self(), depth - 2, steps);
    for (let i = 0; i < 2; i++) {
      const [below, sumBelow] = receive<[number, number]>();
      nodes += below;
      sum += sumBelow;
    }
  }
  send(parent, [nodes, sum % MODULUS]);
}

export function main(...args: string[]): void {
  measure("unbalanced-tree", args, ([depth = 0, steps = 0]) => {
    spawn(node, self(), depth, steps);
    const [ops, checksum] = receive<[number, number]>();
    return { ops, checksum };
  });
}
