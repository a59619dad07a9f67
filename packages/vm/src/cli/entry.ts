/** What Node runs in place of the entry under `node --import @agner/vm/boot`: the entry, on a VM. */
import { failureToJson, formatFailure } from "../report/failure.ts";
import { stderrHasColors, writeReport } from "../report/terminal.ts";
import { runAndExit } from "./host.ts";
import { optionsFromEnvironment, type RunOptions } from "./options.ts";
import { REFUSED } from "./run.ts";

function options(): RunOptions {
  try {
    return optionsFromEnvironment(process.env);
  } catch (error) {
    writeReport(process.env["AGNER_JSON"] === "1" ? failureToJson(error) : formatFailure(error, { color: stderrHasColors() }));
    process.exit(REFUSED);
  }
}

const [, module, ...args] = process.argv;
await runAndExit({ module: module!, args, options: options() });
