import { receive, spawnMonitor, wait } from "@agner/vm";

interface Program {
  main(...args: string[]): void;
}

function run(program: string, args: readonly string[]): void {
  const module = wait(import(`../../programs/${program}.ts`) as Promise<Program>);
  module.main(...args);
}

/** Runs programs one after the other in one VM, each in a process of its own: `[program, ...arguments]` each, as JSON. */
export function main(work: string): void {
  for (const [program, ...args] of JSON.parse(work) as [string, ...string[]][]) {
    spawnMonitor(run, program, args);
    receive();
  }
}
