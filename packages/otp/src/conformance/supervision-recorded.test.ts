/** Group H: a tree of three levels under injected crashes does what Erlang/OTP does with it; recorded/README.md tells how that was recorded. */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { effectOf, recording } from "./testing/recorded-run.ts";
import { comparable, SCENARIOS } from "./testing/recorded-scenarios.ts";

for (const { name, steps } of SCENARIOS) {
  processTest(name, () =>
    recording(() => {
      for (const { inject, ...recorded } of steps)
        expect({ inject, ...comparable(effectOf(name, inject)) }).toEqual({ inject, ...comparable(recorded) });
    }),
  );
}
