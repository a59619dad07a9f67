import { constants } from "node:os";

const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** Ends this process as a shell would say, with 128 and the signal's number, when a signal asks for it; cleans up however it ends. */
export function cleanUpAtExit(cleanUp: () => void): void {
  for (const signal of SIGNALS) process.once(signal, () => process.exit(128 + constants.signals[signal]));
  process.once("exit", cleanUp);
}
