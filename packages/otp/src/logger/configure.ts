/**
 * Changes of the logger's configuration. Every core has a logger of its own, so a change that a process makes is made on all of them; a change at the top level of a
 * module, which runs on every core, is made where it runs.
 */
import {
  AgnerError,
  BadTermError,
  exit,
  inProcess,
  monitor,
  receive,
  schedulers,
  spawnOpt,
  whereis,
  type Down,
  type Ref,
} from "@agner/vm";
import { badArgument } from "../errors.ts";
import { defaultOutput, dispatcher } from "./core.ts";
import type { DefaultHandlerOptions } from "./default-handler.ts";
import type { Filter, HandlerOptions, LevelLimit, LogHandler } from "./dispatcher.ts";

/** One change; a term if its filters and handlers are. */
export type Change =
  | { readonly do: "setLevel"; readonly level: LevelLimit }
  | { readonly do: "addHandler"; readonly id: string; readonly handler: LogHandler; readonly options: HandlerOptions }
  | { readonly do: "removeHandler"; readonly id: string }
  | { readonly do: "setHandlerLevel"; readonly id: string; readonly level: LevelLimit }
  | { readonly do: "addFilter"; readonly id: string; readonly filter: Filter }
  | { readonly do: "removeFilter"; readonly id: string }
  | { readonly do: "setFilterDefault"; readonly otherwise: "log" | "stop" }
  | { readonly do: "configureDefaultHandler"; readonly options: DefaultHandlerOptions };

/** Makes a change on this core; false if there was nothing to change, or the id is taken. */
function apply(change: Change): boolean {
  switch (change.do) {
    case "setLevel":
      dispatcher.level = change.level;
      return true;
    case "addHandler":
      return dispatcher.addHandler(change.id, change.handler, change.options);
    case "removeHandler":
      return dispatcher.removeHandler(change.id);
    case "setHandlerLevel":
      return dispatcher.setHandlerLevel(change.id, change.level);
    case "addFilter":
      return dispatcher.addFilter(change.id, change.filter);
    case "removeFilter":
      return dispatcher.removeFilter(change.id);
    case "setFilterDefault":
      dispatcher.filterDefault = change.otherwise;
      return true;
    case "configureDefaultHandler":
      defaultOutput.configure(change.options);
      return true;
  }
}

/**
 * Makes a change where the caller means it; returns when it is made: false if there was nothing to change, or the id is taken.
 *
 * @throws {AgnerError} `AGNER_BAD_ARGUMENT` in a process, for a filter or handler that is no term.
 */
export function configure(change: Change): boolean {
  return inProcess() ? configureAll(change) : apply(change);
}

/** Registered while cores are being configured: changes take turns, so that all cores see them in the same order. */
const TURN = "$logger";

function configureAll(change: Change): boolean {
  for (;;) {
    const started = takeTurn(change);
    if (started !== undefined) return reasonOf(started) === CHANGED;
    const other = whereis(TURN);
    if (other !== undefined) reasonOf(monitor(other));
  }
}

/** The reference of a process that makes the change; undefined if it is another's turn. */
function takeTurn(change: Change): Ref | undefined {
  try {
    return spawnOpt({ name: TURN, monitor: true }, changeAll, change)[1];
  } catch (e) {
    if (AgnerError.is(e) && e.code === "AGNER_NAME_TAKEN") return undefined;
    throw BadTermError.is(e) ? refusal(change, e) : e;
  }
}

const CHANGED = "changed";
const UNCHANGED = "unchanged";

/** The exit reasons are the answers. */
function changeAll(change: Change): never {
  let changed = false;
  for (let scheduler = 0; scheduler < schedulers(); scheduler++) {
    const [, ref] = spawnOpt({ scheduler, monitor: true }, changeHere, change);
    const reason = reasonOf(ref);
    if (reason === CHANGED) changed = true;
    else if (reason === UNCHANGED && change.do === "addHandler") break;
  }
  return exit(changed ? CHANGED : UNCHANGED);
}

function changeHere(change: Change): never {
  return exit(apply(change) ? CHANGED : UNCHANGED);
}

function reasonOf(ref: Ref): unknown {
  return receive((message): message is Down => (message as Down | undefined)?.ref === ref).reason;
}

function refusal(change: Change, error: BadTermError): AgnerError {
  const id = "id" in change ? ` ${JSON.stringify(change.id)}` : "";
  return badArgument(
    `logger.${change.do}:${id} cannot be given to the other cores (${error.message}). In a process, a handler or filter must be a function that is declared at the ` +
      `top level of a module, or an object marked with definition(). Anything else is added at the top level of a module, which runs on every core`,
  );
}
