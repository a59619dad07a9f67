/** What an application is made of. */
import type { Pid } from "@agner/vm";

/** What ends the VM: the end of a permanent application for any reason, of a transient one for a crash, of a temporary one never. */
export type ApplicationType = "permanent" | "transient" | "temporary";

/** The top of an application's tree: a supervisor's handle, a client, or a pid. */
export type Top = Pid | { readonly pid: Pid };

/** The callbacks and facts of an application. Only `start` must be there. */
export interface ApplicationSpec<S = unknown> {
  /** Default: the name under which its module exports it; for a default export, `"application"`. */
  readonly name?: string;
  /** Starts the tree, linked with its caller, and returns its top; or the top and a state for `prepStop` and `stop`. */
  readonly start: (...args: string[]) => Top | readonly [top: Top, state: S];
  /** Runs before the tree is stopped; what it returns is the state that `stop` gets. */
  readonly prepStop?: (state: S) => S;
  /** Runs when the tree has ended. */
  readonly stop?: (state: S) => void;
  /** Applications that must run before this one starts. `agner run` and `application.ensureAllStarted` start them first, in this order. */
  readonly applications?: readonly Application[];
  /** Values that `application.getEnv` returns unless the configuration or `setEnv` says otherwise. Terms. */
  readonly env?: Readonly<Record<string, unknown>>;
  /** What is done after `start`, phase by phase, before the start is complete. */
  readonly startPhases?: readonly (readonly [phase: string, argument?: unknown])[];
  readonly startPhase?: (phase: string, type: ApplicationType, argument: unknown) => void;
  /** Called when `setEnv` has changed values of an application that runs. */
  readonly configChange?: (changed: Readonly<Record<string, unknown>>, removed: readonly string[]) => void;
}

/** Key of an application's {@link ApplicationSpec}. */
export const SPEC: unique symbol = Symbol.for("agner.application-spec");

/** An application: what `application(…)` makes. A term if its module exports it. */
export interface Application {
  readonly [SPEC]: ApplicationSpec<any>;
}
