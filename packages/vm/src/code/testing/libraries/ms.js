import ms from "ms";
import { Seen } from "./usage.js";

export function main() {
  const seen = new Seen();
  for (const [text, value] of [
    ["2 days", 172_800_000],
    ["1.5h", 5_400_000],
    ["-3 min", -180_000],
    ["100", 100],
    ["1y", 31_557_600_000],
  ])
    seen.same(text, ms(text), value);
  seen.same("nothing", ms("ten minutes") === undefined, true);
  seen.same(
    "short",
    [60_000, -500, 86_400_000].map((value) => ms(value)),
    ["1m", "-500ms", "1d"],
  );
  seen.same(
    "long",
    [60_000, 2 * 60_000].map((value) => ms(value, { long: true })),
    ["1 minute", "2 minutes"],
  );
  seen.throws("no text", () => ms(""), "val is not a non-empty string");
  return seen.facts;
}
