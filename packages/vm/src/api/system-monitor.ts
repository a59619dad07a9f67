/**
 * System events for processes: what the machine tells of itself.
 */
import { callingProcess, describeValue, subscribe, type SystemMonitorSettings } from "@agner/scheduler";
import { badArgument } from "./context.ts";

const NUMBERS = ["longSchedule", "longMailbox", "largeHeap"] as const;
const FLAGS = ["schedulerLost", "mailboxDropped"] as const;

/**
 * Makes the calling process a receiver of system events of every core, each a message `{ type: "SYSTEM", event, scheduler, missed, … }` (see
 * {@link SystemMessage}), which no mailbox bound refuses. It replaces what the process asked for before, holds when the call returns, and ends
 * with the process. Several processes may be told, each from its own thresholds on.
 *
 * @param settings what to tell: `longSchedule`, a core busy with one thing for so many milliseconds (the watchdog looks every 25 ms); `longMailbox`, a mailbox with
 *   so many messages; `largeHeap`, so many bytes in use on the heap of one core, or `true`: only if it is close to its limit; `schedulerLost: true`; `mailboxDropped: true`. `undefined` ends it.
 * @returns the settings of the process before the call, if it had any.
 * @throws {AgnerError} `AGNER_BAD_ARGUMENT` for a bad setting, `AGNER_SYSTEM_LIMIT` if 64 subscribers are told already.
 * @example
 * systemMonitor({ longSchedule: 200, longMailbox: 10_000, schedulerLost: true });
 * const news = receive<SystemMessage>((message) => message.type === "SYSTEM");
 */
export function systemMonitor(settings: SystemMonitorSettings | undefined): SystemMonitorSettings | undefined {
  const p = callingProcess("systemMonitor");
  return subscribe(p.pid, settings === undefined ? undefined : checkSettings("systemMonitor", settings));
}

/** Throws unless `settings` are ones. */
export function checkSettings(what: string, settings: SystemMonitorSettings): SystemMonitorSettings {
  if (typeof settings !== "object" || settings === null)
    throw badArgument(`${what}: the settings must be an object or undefined, not ${describeValue(settings)}`);
  for (const [key, value] of Object.entries(settings) as [string, unknown][]) {
    if (value === undefined) continue;
    if (key === "largeHeap" && value === true) continue;
    if (NUMBERS.includes(key as never)) {
      if (!(typeof value === "number" && value > 0))
        throw badArgument(`${what}: ${key} must be a number above 0, not ${describeValue(value)}`);
    } else if (FLAGS.includes(key as never)) {
      if (typeof value !== "boolean") throw badArgument(`${what}: ${key} must be true or false, not ${describeValue(value)}`);
    } else throw badArgument(`${what}: there is no event ${JSON.stringify(key)}; there are ${[...NUMBERS, ...FLAGS].join(", ")}`);
  }
  return settings;
}
