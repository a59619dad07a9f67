/** What is printed of a core that is stuck, and of a heap that is almost full. */
import type { LargeHeap, LongSchedule } from "@agner/scheduler";
import { paint } from "./paint.ts";

/** The report as text of several lines, without a final line feed. */
export function formatLongSchedule(event: LongSchedule, { color }: { readonly color: boolean }): string {
  const { scheduler, pid, registeredName, initialCall, durationMs, ended, gcMs } = event;
  const style = paint(color);
  const ms = `${Math.round(durationMs).toLocaleString("en-US")} ms`;
  const collected = Math.round(gcMs ?? 0);
  const gc = collected === 0 ? "" : `, ${collected.toLocaleString("en-US")} ms of them in garbage collection`;
  const head = ended
    ? `Scheduler ${scheduler} is free again after ${ms}${gc}:`
    : `Scheduler ${scheduler} has been stuck for ${ms}:`;
  const name = registeredName === undefined ? "" : ` ${JSON.stringify(registeredName)}`;
  const what = pid === undefined ? event.function : `process ${String(pid)}${name} in ${event.function}`;
  const lines = [`${style("yellow", head)} ${what}`];
  const fact = (label: string, text: string): void => void lines.push(`  ${style("dim", label.padEnd(16))} ${text}`);
  if (initialCall !== undefined && initialCall !== event.function) fact("initial call", initialCall);
  if (!ended)
    fact(
      "what now",
      `nothing else runs on that core; ${pid === undefined ? "spawn a process for what takes long" : "let dirty(fn, …) run what takes long outside the VM's own code"}`,
    );
  return lines.join("\n");
}

/** The report as one line of JSON. */
export function longScheduleToJson(event: LongSchedule): string {
  const { scheduler, pid, registeredName, initialCall, durationMs, ended, gcMs } = event;
  return JSON.stringify({
    type: "longSchedule",
    scheduler,
    pid: pid === undefined ? undefined : String(pid),
    name: registeredName,
    initialCall,
    function: event.function,
    durationMs: Math.round(durationMs),
    ended,
    gcMs: gcMs === undefined ? undefined : Math.round(gcMs),
  });
}

/** A line, without a line feed. */
export function formatLargeHeap({ scheduler, bytes, limit }: LargeHeap, { color }: { readonly color: boolean }): string {
  return `${paint(color)("yellow", "warning:")} the heap of scheduler ${scheduler} holds ${megabytes(bytes)} of at most ${megabytes(limit)} MB; when it is full, the scheduler is lost with its processes`;
}

/** The warning as one line of JSON. */
export function largeHeapToJson({ scheduler, bytes, limit, nearLimit }: LargeHeap): string {
  return JSON.stringify({ type: "largeHeap", scheduler, bytes, limit, nearLimit });
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
