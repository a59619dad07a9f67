/** Events as tests need them. */
import { Pid } from "@agner/vm";
import type { LogEvent } from "../event.ts";

/** An event on core 0 at the start of 1970, which says what `parts` say. */
export function eventWith(parts: Partial<LogEvent> = {}): LogEvent {
  return {
    level: "notice",
    time: 0,
    pid: undefined,
    name: undefined,
    scheduler: 0,
    message: undefined,
    report: undefined,
    fields: {},
    domain: [],
    ...parts,
  };
}

/** Some process: `<0.7.0>`. */
export const PID = new Pid(7, 1, true);
