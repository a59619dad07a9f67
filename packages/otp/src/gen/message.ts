/**
 * The messages that behaviours understand. They are the same for all of them, so that any client can call, cast to, stop or inspect any server.
 */
import type { Pid, Ref } from "@agner/vm";

/** Who waits for an answer. Opaque to users; see `caller()` and `replyTo()`. */
export interface From {
  readonly pid: Pid;
  /** An alias of the caller, and the tag of the answer. */
  readonly ref: Ref;
}

/** A request that is answered with a {@link Reply}. */
export interface Call extends From {
  readonly type: "$call";
  readonly name: string;
  readonly args: readonly unknown[];
}

/** A request that is not answered. */
export interface Cast {
  readonly type: "$cast";
  readonly name: string;
  readonly args: readonly unknown[];
}

/** The answer to a {@link Call} or a {@link System} message. */
export interface Reply {
  readonly type: "$reply";
  readonly ref: Ref;
  readonly value: unknown;
}

/** A system message: see `sys`. */
export interface System extends From {
  readonly type: "$system";
  readonly request: string;
  readonly args: readonly unknown[];
}

/** What a started process tells its starter. */
export interface Acknowledge {
  readonly type: "$ack";
  readonly ref: Ref;
  readonly result: AckResult;
}

/** What became of a start, as the started process tells it. */
export type AckResult =
  /** With `ends`, the process ends now, and the start waits for that. */
  | { readonly kind: "ok"; readonly extra?: unknown; readonly ends?: true }
  | { readonly kind: "ignore" }
  | { readonly kind: "error"; readonly reason: unknown };

/** What became of a start. */
export type StartResult =
  | { readonly kind: "ok"; readonly pid: Pid; readonly extra?: unknown; readonly monitor?: Ref }
  | { readonly kind: "ignore" }
  | { readonly kind: "error"; readonly reason: unknown };
