/** The command `agner`, loaded by `main.ts`. */
import { readFileSync } from "node:fs";
import { formatFailure } from "../report/failure.ts";
import { COMPILE_HELP, HELP, RUN_HELP } from "./help.ts";
import { stderrHasColors, writeReport } from "../report/terminal.ts";
import { runAndExit } from "./host.ts";
import { parseCommand, type Command } from "./options.ts";
import { REFUSED } from "./run.ts";

function understand(): Command {
  try {
    return parseCommand(process.argv.slice(2));
  } catch (error) {
    writeReport(formatFailure(error, { color: stderrHasColors() }));
    process.exit(REFUSED);
  }
}

const command = understand();
switch (command.kind) {
  case "help":
    process.stdout.write({ agner: HELP, run: RUN_HELP, compile: COMPILE_HELP }[command.topic]);
    break;
  case "version":
    process.stdout.write(
      `${(JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }).version}\n`,
    );
    break;
  case "compile": {
    const { compileForReading } = await import("./compile.ts");
    process.exitCode = await compileForReading(command, {
      print: (text) => process.stdout.write(text),
      report: writeReport,
      color: stderrHasColors(),
    });
    break;
  }
  case "run":
    await runAndExit(command);
}
