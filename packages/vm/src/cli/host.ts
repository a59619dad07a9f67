/** A run on the real VM, as the end of this Node.js process. */
import { isatty, WriteStream } from "node:tty";
import { writeFully } from "../output.ts";
import { run, type RunEnvironment, type RunRequest } from "./run.ts";

/** Writes lines to standard error, at once: nothing may be lost when the process exits. */
export function report(text: string): void {
  try {
    writeFully(2, Buffer.from(`${text}\n`));
  } catch {
    // Nobody reads standard error any more, and there is nobody else to tell.
  }
}

/** Whether standard error shows colours. `process.stderr` is not asked: creating it would put a pipe into non-blocking mode for the schedulers too. */
export function stderrHasColors(): boolean {
  if (!isatty(2) && process.env["FORCE_COLOR"] === undefined) return false;
  return WriteStream.prototype.getColorDepth.call({} as WriteStream) > 1;
}

/** Runs an app module and ends the process with the run's exit code. */
export async function runAndExit(request: RunRequest): Promise<never> {
  // What is refused should be so at once, without loading the compiler.
  const boot: RunEnvironment["boot"] = async (options) => (await import("../boot.ts")).boot(options);
  process.exit(await run(request, { boot, report, color: stderrHasColors() }));
}
