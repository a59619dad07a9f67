/** A language runtime that the programs exist for. */
export interface System {
  readonly id: string;
  /** What to tell when the system cannot be measured here; undefined when it can. May prepare (compile) the programs. */
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
