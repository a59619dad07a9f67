/** Events: what is logged, with where and when. */
import { dictionary, inProcess, schedulerId, self, type Pid } from "@agner/vm";
import { ownName } from "../gen/names.ts";
import type { Level } from "./report.ts";

/** What a program says beside the message: any values by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** One event, as filters and handlers get it. */
export interface LogEvent {
  readonly level: Level;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Who logs it, or has crashed; undefined outside a process. */
  readonly pid: Pid | undefined;
  /** The name with which that process was started. */
  readonly name: string | undefined;
  /** Index of the core; -1 where no VM runs. */
  readonly scheduler: number;
  readonly message: string | undefined;
  /** What is logged, where that is an object: one of this library's reports, an error, or whatever a program logs. */
  readonly report: object | undefined;
  /** The process's metadata, and the fields of the call. */
  readonly fields: Fields;
  /** Which part of the system speaks, from the general to the particular: `["otp", "supervisor"]`. Empty for a program that does not say. */
  readonly domain: readonly string[];
}

/** What of an event the calling process and core say. */
export type Origin = Pick<LogEvent, "time" | "pid" | "name" | "scheduler">;

/** Key of the process dictionary. */
const METADATA = "$logger_metadata";

/** The metadata of the calling process; none outside a process. */
export function ownMetadata(): Fields {
  return inProcess() ? ((dictionary.get(METADATA) as Fields | undefined) ?? NONE) : NONE;
}

/** Replaces the metadata of the calling process. */
export function putMetadata(fields: Fields): void {
  dictionary.put(METADATA, fields);
}

const NONE: Fields = Object.freeze({});

/** Who logs now, and where. */
export function originNow(): Origin {
  const process = inProcess();
  return { time: Date.now(), pid: process ? self() : undefined, name: process ? ownName() : undefined, scheduler: ownCore() };
}

/** Index of the core that runs the caller; -1 where no VM runs. */
function ownCore(): number {
  try {
    return schedulerId();
  } catch {
    return -1;
  }
}

/** An event of the calling process. An array of strings named `domain` in the fields or the metadata is the event's domain. */
export function eventOf(level: Level, message: string | undefined, report: object | undefined, own: Fields): LogEvent {
  const metadata = ownMetadata();
  const all = metadata === NONE ? own : { ...metadata, ...own };
  const { domain } = all;
  if (!isDomain(domain)) return { level, ...originNow(), message, report, fields: all, domain: NOBODY };
  const { domain: _own, ...fields } = all;
  return { level, ...originNow(), message, report, fields, domain };
}

const NOBODY: readonly string[] = Object.freeze([]);

function isDomain(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((part) => typeof part === "string");
}
