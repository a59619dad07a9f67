import { wait } from "@agner/vm";

interface Program {
  main(...args: string[]): void;
}

/** Runs programs one after the other in one VM: `[program, ...arguments]` each, as JSON. */
export function main(work: string): void {
  for (const [program, ...args] of JSON.parse(work) as [string, ...string[]][]) {
    const module = wait(import(`../../programs/${program}.ts`) as Promise<Program>);
    module.main(...args);
  }
}
