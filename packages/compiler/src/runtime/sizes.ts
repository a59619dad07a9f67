/** What built-ins cost that take long over long texts: they are charged when they have returned. */
import { types } from "node:util";
import { S } from "@agner/scheduler/frames";

/** Characters for a reduction: some 10 ns each where objects or texts are made of them. */
const TEXT_SHIFT = 6;
/** Elements for a reduction, as for callbacks that never suspend. */
const ELEMENT_SHIFT = 3;
/** What is shorter costs next to nothing. */
const SHORT = 256;

export function chargeText(length: number): void {
  if (length > SHORT) S.r -= length >> TEXT_SHIFT;
}

/** Charges for a text or a list that a built-in has made. */
export function chargeResult(value: unknown): unknown {
  if (typeof value === "string") chargeText(value.length);
  else if (Array.isArray(value) && !types.isProxy(value) && value.length > SHORT) S.r -= value.length >> ELEMENT_SHIFT;
  return value;
}

/** `JSON.parse` without a reviver. */
export function parseText(
  json: { parse(text: unknown, ...rest: unknown[]): unknown },
  text: unknown,
  ...rest: unknown[]
): unknown {
  const value = json.parse(text, ...rest);
  if (typeof text === "string") chargeText(text.length);
  return value;
}
