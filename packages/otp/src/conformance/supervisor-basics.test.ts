/** Group J, first part: the least that a supervisor does. */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { exit, isAlive, processFlag } from "@agner/vm";
import { Any, childrenAt, nextStarted, pidOf } from "./testing/children.ts";
import { PLACES } from "./testing/place.ts";
import { endOf, exitFrom } from "./testing/watch.ts";

for (const place of PLACES) {
  processTest(`J9 a permanent child is started again, until intensity says no (${place})`, () => {
    processFlag("trapExit", true);
    const child = childrenAt(place);
    const sup = Any.startLink({ intensity: 1, children: [child("a"), child("b")] });
    const [a, b] = [nextStarted("a"), nextStarted("b")];
    expect(sup.countChildren()).toEqual({ specs: 2, active: 2, supervisors: 0, workers: 2 });
    exit(a, "crash");
    const again = nextStarted("a");
    expect(pidOf(sup, "a")).toBe(again);
    expect(pidOf(sup, "b")).toBe(b);
    exit(again, "crash");
    expect(exitFrom(sup.pid).reason).toBe("shutdown");
    expect(isAlive(b)).toBe(false);
  });

  processTest(`stop ends the children, then the supervisor (${place})`, () => {
    const child = childrenAt(place);
    const sup = Any.start({ children: [child("a")] });
    const { pid } = sup;
    const a = nextStarted("a");
    sup.stop();
    expect(isAlive(pid)).toBe(false);
    expect(endOf(a)).toBe("noproc");
  });
}
