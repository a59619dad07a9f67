/**
 * Typed errors. Every error that Agner throws is an {@link AgnerError} with a stable `code`; its message says what happened, to whom,
 * where, and what to do about it. `code`, not `instanceof`, is what survives a trip to another thread: use the static `is` guards.
 */

/** Options of every Agner error: the standard `cause`, and facts that a program may want to read. */
export interface AgnerErrorOptions {
  readonly cause?: unknown;
  /** Facts as plain terms; they are copied onto the error as own enumerable properties. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * The base of all errors of Agner.
 *
 * @example
 * try { send("no-such-name", 1); } catch (e) { if (AgnerError.is(e)) console.log(e.code); } // AGNER_NOPROC
 */
export class AgnerError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options: AgnerErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    if (options.details !== undefined) Object.assign(this, options.details);
  }

  /** Whether `e` is an Agner error, also when it was copied from another thread. */
  static is(e: unknown): e is AgnerError {
    return (
      e instanceof Error &&
      typeof (e as { code?: unknown }).code === "string" &&
      (e as unknown as { code: string }).code.startsWith("AGNER_")
    );
  }
}
Object.defineProperty(AgnerError.prototype, "name", { value: "AgnerError", writable: true, configurable: true });

function hasCode(e: unknown, code: string): boolean {
  return e instanceof Error && (e as { code?: unknown }).code === code;
}

/** `AGNER_NOPROC`: a name is not registered, or a process that must exist does not. */
export class NoProcError extends AgnerError {
  constructor(message: string, options?: AgnerErrorOptions) {
    super("AGNER_NOPROC", message, options);
  }
  static override is(e: unknown): e is NoProcError {
    return hasCode(e, "AGNER_NOPROC");
  }
}
Object.defineProperty(NoProcError.prototype, "name", { value: "NoProcError", writable: true, configurable: true });

/** `AGNER_MAILBOX_FULL`: a process takes no more messages for now; nothing was sent. `pid` is that process, `registeredName` its name if it has one, `limit` how many it takes. */
export class MailboxFullError extends AgnerError {
  declare readonly pid: unknown;
  declare readonly registeredName: string | undefined;
  declare readonly limit: number;
  constructor(message: string, options?: AgnerErrorOptions) {
    super("AGNER_MAILBOX_FULL", message, options);
  }
  static override is(e: unknown): e is MailboxFullError {
    return hasCode(e, "AGNER_MAILBOX_FULL");
  }
}
Object.defineProperty(MailboxFullError.prototype, "name", { value: "MailboxFullError", writable: true, configurable: true });

/** `AGNER_BAD_TERM`: a value cannot be copied between processes; `path` leads to the offending property, `""` for the value itself. */
export class BadTermError extends AgnerError {
  declare readonly path: string;
  constructor(message: string, path: string, options: AgnerErrorOptions = {}) {
    super("AGNER_BAD_TERM", message, { ...options, details: { ...options.details, path } });
  }
  static override is(e: unknown): e is BadTermError {
    return hasCode(e, "AGNER_BAD_TERM");
  }
}
Object.defineProperty(BadTermError.prototype, "name", { value: "BadTermError", writable: true, configurable: true });
