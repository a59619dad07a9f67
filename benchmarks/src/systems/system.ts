/** A runtime, or a library on one, that the programs exist for. */
export interface System {
  readonly id: string;
  /** What its programs run on: rows of one runtime compare libraries, rows of two compare languages as well. */
  readonly runtime: "Node.js" | "BEAM" | "Go";
  /** What Agner does in these programs and this system does not: footnotes of its figures. */
  readonly lacks: readonly Lack[];
  /** The programs that exist for it; it is not measured with the others. */
  readonly programs: "all" | readonly string[];
  /** The programs that do not exist for it, by the reason. */
  readonly leftOut?: Readonly<Record<string, readonly string[]>>;
  /** Whether its programs use more than one core. One that does not is measured once, whatever core counts the others have. */
  readonly parallel: boolean;
  /** Footnotes of single programs: what differs in this one. */
  readonly remarks?: Readonly<Record<string, string>>;
  /**
   * What to tell when the system is not installed, with how to install it; undefined when it is. May prepare (compile) the programs: throws an
   * Error that says why where that fails.
   */
  missing(): string | undefined;
  /** Version and variant, for the report. Called only when nothing is missing. */
  version(): string;
  /** The command that runs one program in a fresh operating-system process. */
  command(program: string, args: readonly string[], cores: number): Command;
  /** Removes what {@link missing} prepared. */
  dispose(): void;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export type Lack = keyof typeof LACKS;

/** Footnotes, by what is lacking. */
export const LACKS = {
  copy: "messages are not copied: sender and receiver share what is sent",
  isolate: "nothing is isolated: what one part breaks, or computes for long, all others feel",
  preempt: "a computation holds its thread until it ends",
  supervise: "nothing is supervised: no links, monitors or restarts",
} as const;

/** Whether the program exists for the system. */
export function hasProgram({ programs }: System, program: string): boolean {
  return programs === "all" || programs.includes(program);
}

/** The system's footnotes for these programs, each a sentence without its full stop. */
export function footnotes({ lacks, remarks = {} }: System, programs: readonly string[]): string[] {
  const single = programs.flatMap((program) => (program in remarks ? [`${program}: ${remarks[program]}`] : []));
  return [...lacks.map((lack) => LACKS[lack]), ...single];
}
