/** Standard error as reports are written to it: at once, whole, and in colour where it shows colours. */
import { isatty, WriteStream } from "node:tty";
import { writeFully } from "../output.ts";

/** Writes lines to standard error, at once: nothing may be lost when the process exits. */
export function writeReport(text: string): void {
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
