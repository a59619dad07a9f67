/** What an app module must export to be run. */
import { fileURLToPath } from "node:url";
import { AgnerError } from "@agner/scheduler/errors";
import { nearest } from "./nearest.ts";

/** `AGNER_NO_MAIN`: the module at `url`, which exports `names`, has neither a `main` function nor an application as its default. */
export function noMainError(url: string, names: readonly string[]): AgnerError {
  const near = names.includes("main") ? undefined : nearest("main", names);
  const wrong = names.includes("main")
    ? "its main is not a function"
    : names.includes("default")
      ? "its default export is not an application"
      : `it exports ${names.length === 0 ? "nothing" : names.join(", ")}`;
  const hint = near === undefined ? "" : ` (is ${near} meant?)`;
  return new AgnerError(
    "AGNER_NO_MAIN",
    `${fileURLToPath(url)} has nothing to run: ${wrong}${hint}. Export a function main(...args), or an application({…}) as the default`,
  );
}
