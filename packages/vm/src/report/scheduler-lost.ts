/** What is printed when a scheduler was lost. */
import type { LostProcessInfo, SchedulerLost } from "@agner/scheduler";
import { paint } from "./paint.ts";
import { reasonChain } from "./reason.ts";

/** The report as text of several lines, without a final line feed. */
export function formatSchedulerLost(loss: SchedulerLost, { color }: { readonly color: boolean }): string {
  const { scheduler, cause, error, processes, first, running } = loss;
  const style = paint(color);
  const lines = [`${style(["red", "bold"], `Scheduler ${scheduler} was lost:`)} ${style("bold", cause)}`];
  if (loss.kind === "error") {
    for (const [i, { text, stack }] of reasonChain(error).entries()) {
      if (i > 0) lines.push(`  ${style("red", "Caused by:")} ${text}`);
      for (const line of stack) lines.push(`${i === 0 ? "" : "  "}    ${style("dim", line)}`);
    }
  }
  const fact = (label: string, text: string): void => void lines.push(`  ${style("dim", label.padEnd(16))} ${text}`);
  if (running !== undefined) fact("running", describe(running));
  fact("processes lost", String(processes));
  for (const p of first) if (p.pid !== running?.pid) fact("", describe(p));
  const rest = processes - first.length;
  if (rest > 0) fact("", `and ${rest} more`);
  fact("what now", adviceOn(loss));
  return lines.join("\n");
}

function describe({ pid, registeredName, initialCall }: LostProcessInfo): string {
  const name = registeredName === undefined ? "" : ` ${JSON.stringify(registeredName)}`;
  return `${String(pid)}${name}${initialCall === undefined ? "" : ` (${initialCall})`}`;
}

function adviceOn({ kind, scheduler }: SchedulerLost): string {
  const next = `a new thread takes the place of scheduler ${scheduler}, and supervisors elsewhere restart what they own`;
  switch (kind) {
    case "outOfMemory":
      return `${next}; if that much memory is needed, raise the limit with --heap`;
    case "error":
      return `${next}; catch errors in callbacks of the event loop, or let a process wait for what they bring`;
    default:
      return next;
  }
}

/** The report as one line of JSON. */
export function schedulerLostToJson({ scheduler, kind, cause, error, processes, first, running }: SchedulerLost): string {
  const shown = ({ pid, registeredName, initialCall }: LostProcessInfo): object => ({
    pid: String(pid),
    name: registeredName,
    initialCall,
  });
  return JSON.stringify({
    type: "schedulerLost",
    scheduler,
    kind,
    cause,
    stack: kind === "error" ? reasonChain(error)[0]!.stack : undefined,
    processes,
    first: first.map(shown),
    running: running === undefined ? undefined : shown(running),
  });
}
