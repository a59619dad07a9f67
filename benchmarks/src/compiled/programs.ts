/** Programs that are run compiled and as plain JavaScript: `benchmarks/compiled/<id>.ts`, each with a function `main` that returns a number. */

export interface CompiledProgram {
  readonly id: string;
  /** Compiled may take so many times as long as plain, with slices of 4,000 reductions, on Node 24; 0.2 more on Node 20. */
  readonly target: number;
}

export const COMPILED_PROGRAMS: readonly CompiledProgram[] = [
  { id: "fib", target: 1.2 },
  { id: "nbody", target: 1.15 },
  { id: "binary-trees", target: 1.15 },
  { id: "quicksort", target: 1.15 },
  { id: "mandelbrot", target: 1.15 },
  { id: "tokenizer", target: 1.15 },
  { id: "parser", target: 1.3 },
  { id: "methods", target: 1.6 },
  { id: "callbacks", target: 1.6 },
  { id: "plain-callbacks", target: 1.6 },
  { id: "generators", target: 3 },
  { id: "delegation", target: 3 },
];

/** The target of the Node.js that runs this. */
export function targetOf(program: CompiledProgram, major = Number(process.versions.node.split(".")[0])): number {
  return program.target + (major < 22 ? 0.2 : 0);
}
