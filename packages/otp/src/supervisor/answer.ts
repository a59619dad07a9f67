/** Answers to the requests of a supervisor's handles. */

/** The answer to a request: OTP's `{ok, Value}` or `{error, Reason}`. */
export type Answer = { readonly kind: "ok"; readonly value: unknown } | Refusal;

interface Refusal {
  readonly kind: "error";
  readonly reason: unknown;
  /** Whether a start failed, and for that reason. */
  readonly start: boolean;
}

export function ok(value: unknown): Answer {
  return { kind: "ok", value };
}

export function refuse(reason: unknown): Answer {
  return { kind: "error", reason, start: false };
}
