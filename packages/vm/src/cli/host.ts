/** A run on the real VM, as the end of this Node.js process. */
import { stderrHasColors, writeReport } from "../report/terminal.ts";
import { run, type RunEnvironment, type RunRequest } from "./run.ts";

/** Runs an app module and ends the process with the run's exit code. */
export async function runAndExit(request: RunRequest): Promise<never> {
  if (request.options.json) process.env["AGNER_JSON"] = "1"; // for what schedulers write themselves
  // What is refused should be so at once, without loading the compiler.
  const boot: RunEnvironment["boot"] = async (options) => (await import("../boot.ts")).boot(options);
  process.exit(await run(request, { boot, report: writeReport, color: stderrHasColors() }));
}
