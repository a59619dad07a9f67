/**
 * The typed errors of OTP operations. Each carries the `reason` that OTP would have returned or exited with; `is` works on copies from other cores too.
 */
import { AgnerError, type AgnerErrorOptions } from "@agner/vm";

interface ReasonOptions extends AgnerErrorOptions {
  readonly reason: unknown;
}

function optionsOf({ reason, details, ...rest }: ReasonOptions): AgnerErrorOptions {
  return { cause: reason, ...rest, details: { ...details, reason } };
}

function isNamed(e: unknown, name: string): boolean {
  return AgnerError.is(e) && e.name === name;
}

/** `AGNER_START`: a process could not be started; `reason` (also the `cause`) says why. */
export class StartError extends AgnerError {
  declare readonly reason: unknown;
  constructor(message: string, options: ReasonOptions) {
    super("AGNER_START", message, optionsOf(options));
  }
  static override is(e: unknown): e is StartError {
    return isNamed(e, "StartError");
  }
}
Object.defineProperty(StartError.prototype, "name", { value: "StartError", writable: true, configurable: true });

/** The `code` of a {@link CallError}: no such process, no answer in time, the caller itself, the server ended before it answered, or it could not do what `sys` asked. */
export type CallErrorCode = "AGNER_NOPROC" | "AGNER_TIMEOUT" | "AGNER_CALLING_SELF" | "AGNER_CALL" | "AGNER_CALLBACK_FAILED";

/**
 * A call that got no answer. `reason` (also the `cause`) is `"noproc"`, `"timeout"`, `"calling_self"`, or the reason for which the server ended;
 * `server` is the pid or name that was called, `request` the name of the call.
 */
export class CallError extends AgnerError {
  declare readonly reason: unknown;
  declare readonly server: unknown;
  declare readonly request: string;
  constructor(code: CallErrorCode, message: string, options: ReasonOptions) {
    super(code, message, optionsOf(options));
  }
  static override is(e: unknown): e is CallError {
    return isNamed(e, "CallError");
  }
}
Object.defineProperty(CallError.prototype, "name", { value: "CallError", writable: true, configurable: true });

/** `AGNER_SUPERVISOR`: a supervisor refused a request; `reason` is OTP's: `"not_found"`, `"running"`, `"already_present"`, `{ alreadyStarted: pid }`, … */
export class SupervisorError extends AgnerError {
  declare readonly reason: unknown;
  constructor(message: string, options: ReasonOptions) {
    super("AGNER_SUPERVISOR", message, optionsOf(options));
  }
  static override is(e: unknown): e is SupervisorError {
    return isNamed(e, "SupervisorError");
  }
}
Object.defineProperty(SupervisorError.prototype, "name", { value: "SupervisorError", writable: true, configurable: true });

/**
 * `AGNER_EVENT_HANDLER`: an event manager could not do what it was asked to with a handler. `reason` (also the `cause`) is OTP's: `"bad_module"`, `"module_not_found"`,
 * what `init` gave to `stop`, or why a callback has failed. `handler` is its name, `request` what was asked.
 */
export class EventHandlerError extends AgnerError {
  declare readonly reason: unknown;
  declare readonly handler: unknown;
  declare readonly request: string;
  constructor(message: string, options: ReasonOptions) {
    super("AGNER_EVENT_HANDLER", message, optionsOf(options));
  }
  static override is(e: unknown): e is EventHandlerError {
    return isNamed(e, "EventHandlerError");
  }
}
Object.defineProperty(EventHandlerError.prototype, "name", { value: "EventHandlerError", writable: true, configurable: true });

/** An `AGNER_BAD_ARGUMENT` error. */
export function badArgument(message: string): AgnerError {
  return new AgnerError("AGNER_BAD_ARGUMENT", message);
}

/** An `AGNER_UNDEF` error: a callback that is needed is not there. */
export function undef(message: string): AgnerError {
  return new AgnerError("AGNER_UNDEF", message);
}
