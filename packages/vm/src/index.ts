/**
 * Agner: processes for TypeScript on Node.js. See docs/processes.md for the process API and docs/embedding.md for the VM from ordinary Node code.
 */
export {
  AgnerError,
  BadTermError,
  MailboxFullError,
  NoProcError,
  ExitError,
  isPid,
  isRef,
  Pid,
  Ref,
  TIMEOUT,
} from "@agner/scheduler";
export type {
  AgnerErrorOptions,
  AliasMode,
  Dest,
  Down,
  Exit,
  LargeHeap,
  LongMailbox,
  LongSchedule,
  MailboxDropped,
  MailboxPolicy,
  MaxMailbox,
  MonitorOptions,
  Priority,
  ProcessInfo,
  LostProcessInfo,
  SchedulerLost,
  SpawnOptions,
  SystemEvent,
  SystemMessage,
  SystemMonitorSettings,
  Timeout,
} from "@agner/scheduler";
export {
  alias,
  makeRef,
  receive,
  receiveSince,
  send,
  sendFresh,
  sendOrDrop,
  sendSignal,
  unalias,
  type Guard,
} from "./api/messages.ts";
export { packFunction, unpackFunction, type PackedFunction } from "./api/functions.ts";
export { checkCanWait, inProcess } from "./api/context.ts";
export { onCrash, reportCrash, type CrashDetails, type CrashHandler } from "./api/crashes.ts";
export { nearestName, register, registered, unregister, whereis } from "./api/names.ts";
export {
  demonitor,
  dictionary,
  exit,
  isAlive,
  link,
  monitor,
  processes,
  processFlag,
  processInfo,
  self,
  unlink,
  atomically,
  yieldNow,
  type ProcessFlags,
} from "./api/process.ts";
export { spawn, spawnLink, spawnMonitor, spawnOpt, type ProcessFunction } from "./api/spawn.ts";
export { halt, schedulerId, schedulers, statistics, trapSignal, type SchedulerStats } from "./api/system.ts";
export { systemMonitor } from "./api/system-monitor.ts";
export { definition, definitionName, errorTerm, literal, REVIVE, sharedBytes, standIn, type StandIn } from "./api/terms.ts";
export { cancelTimer, monotonicTime, readTimer, sendAfter, sleep } from "./api/timers.ts";
export { dirty, wait } from "./api/wait.ts";
export { boot } from "./boot-on-call.ts";
export type { BootOptions } from "./boot.ts";
export { VM, type CallOptions, type MainResult, type VMEvents, type WaitOptions } from "./client.ts";
export type { Called } from "./client-handle.ts";
export { Inbox, type InboxOptions } from "./inbox.ts";
export type { Handles } from "./handles.ts";
export type { CrashReport } from "./report/crash.ts";
