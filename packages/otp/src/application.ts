/**
 * Applications: a supervision tree with a name, an environment and an ordered start and stop. The counterpart of OTP's application.
 */
import { definition } from "@agner/vm";
import {
  allEnv,
  applicationOf,
  ensureAllStarted,
  ensureStarted,
  getEnv,
  runningApplications,
  setEnv,
  startApplication,
  stopApplication,
  unsetEnv,
} from "./application/api.ts";
import { runApplication } from "./application/runner.ts";
import { SPEC, type Application, type ApplicationSpec } from "./application/types.ts";
import { badArgument } from "./errors.ts";

/** Key of the method by which `agner run` finds out what to run of a default export. */
const RUN: unique symbol = Symbol.for("agner.application") as never;

/**
 * Defines an application. As the default export of a module it is what `agner run` runs: until `main` returns, SIGINT or SIGTERM asks for an ordered end, or its
 * tree ends by itself (exit code 1).
 *
 * @example
 * export default application({ start: () => Root.startLink() });
 */
export function application<S = unknown>(spec: ApplicationSpec<S>): Application {
  if (typeof spec?.start !== "function") throw badArgument("application: the definition needs a function start");
  if (spec.startPhases !== undefined && typeof spec.startPhase !== "function")
    throw badArgument("application: start phases need a function startPhase(phase, type, argument)");
  const app: Application = definition({
    [SPEC]: spec,
    [RUN]:
      (main: ((...args: string[]) => unknown) | undefined) =>
      (...args: string[]) =>
        runApplication(app, main, args),
  });
  return app;
}

application.start = startApplication;
application.ensureStarted = ensureStarted;
application.ensureAllStarted = ensureAllStarted;
application.stop = stopApplication;
application.running = runningApplications;
application.getEnv = getEnv;
application.allEnv = allEnv;
application.setEnv = setEnv;
application.unsetEnv = unsetEnv;
application.of = applicationOf;
