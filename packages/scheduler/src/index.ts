/**
 * What runs inside one thread of a VM. Applications import `@agner/vm`; this package is its inside.
 */
export { clock } from "./clock.ts";
export { packFunction, unpackFunction, type PackedFunction } from "./closures.ts";
export { AgnerError, BadTermError, MailboxFullError, NoProcError, type AgnerErrorOptions } from "./errors.ts";
export { limitHeap } from "./heap.ts";
export { DEFAULT_QUOTA, isStarted, local, startLocal, type Counters, type Local } from "./local.ts";
export { bringNews, partWith, publishAll, takeStock } from "./loss.ts";
export { beginLoss, clearHunger, endLoss, endProcesses, type LostProcess } from "./memory/lost.ts";
export { boundMailbox } from "./process/bound.ts";
export { doingName } from "./long-schedule.ts";
export { Doing, notice, readActivity, type Activity } from "./memory/activity.ts";
export {
  createSharedMemory,
  Control,
  controlWords,
  machineTime,
  type SharedMemory,
  type SharedMemoryOptions,
} from "./memory/layout.ts";
export { countLongSchedule, readStatistics, type ThreadStatistics } from "./memory/statistics.ts";
export { addKeepers } from "./process/keepers.ts";
export { callingProcess, park, suspendableProcess } from "./process/boundary.ts";
export { atomic, CALL, INFO, S, setAbandonHook, setTraceHook, SITES, SUSPENDED, suspend, type Frame } from "./process/frames.ts";
export { currentFunctionOf, initialCallOf, isAlive, processInfo, setDescriptions, type ProcessInfo } from "./process/info.ts";
export { internPid, isPid, newestPid, Pid } from "./process/pid.ts";
export { Mailbox } from "./process/mailbox.ts";
export { nativeFrameError, setScripts } from "./process/native-frame.ts";
export {
  ancestorsOf,
  pin,
  PRIORITIES,
  rareOf,
  type AliasMode,
  type MailboxPolicy,
  type MaxMailbox,
  type Priority,
  type Process,
  type ResultTarget,
  Wait,
} from "./process/process.ts";
export {
  abandonWait,
  checkMs,
  matcher,
  receive,
  receiveSince,
  sleepWait,
  TIMEOUT,
  yieldNow,
  type Timeout,
  withScreen,
} from "./process/receive.ts";
export { settle } from "./quiet.ts";
export { advanceClock, startClock, stopClock } from "./virtual-time.ts";
export { Rest, restOf } from "./memory/rest.ts";
export { isHolding } from "./signals/held.ts";
export { isRef, newRef, newRefOf, Ref } from "./process/ref.ts";
export { NOBODY, PROMISED } from "./signals/origin.ts";
export { lookAtBoundOf } from "./signals/bound-watch.ts";
export { addAlias, checkMonitorOptions, unalias, type MonitorOptions } from "./signals/aliases.ts";
export { continueFarewells, owesFarewells, ExitError, sendExit, setCrashHook, terminate, type Exit } from "./signals/exit.ts";
export { linksOf } from "./process/links.ts";
export { link, unlink } from "./signals/links.ts";
export { deliver, finishWait, send, sendAs, sendFresh, unregistered, type Dest } from "./signals/message.ts";
export { demonitor, monitor, watch, type Down } from "./signals/monitors.ts";
export { lookupName, nameOf, namesInUse, nearestName, registerFar, takeName } from "./signals/names.ts";
export { connect, disconnect, drainAll, exportPid, flushAll, hasArrived, here, threadOf } from "./signals/remote.ts";
export { Callback } from "./timers.ts";
export { cancelTimer, readTimer, sendAfter } from "./signals/timers.ts";
export {
  checkMaxMailbox,
  makeInbox,
  nameTaken,
  outsidePid,
  releaseInbox,
  setExportResolver,
  spawn,
  spawnExport,
  spawnWith,
  type SpawnOptions,
} from "./spawn.ts";
export { describeValue } from "./terms/bad-term.ts";
export { copyTerm } from "./terms/copy.ts";
export { Decoder, decodeTerm, Encoder, encodeTerm, transfersOf, type EncodedTerm } from "./terms/codec.ts";
export { toErrorTerm } from "./terms/error-term.ts";
export {
  explainPinned,
  readProcessState,
  readState,
  writeProcessState,
  writeState,
  type ProcessState,
} from "./state/process-state.ts";
export { PinnedStateError } from "./state/pinned.ts";
export { setVariableNames, type VariableNames } from "./state/variables.ts";
export { definition, exportNameOf, isDefinition, standIn } from "./terms/definition.ts";
export { REVIVE, setTermHost, type StandIn, type TermHost, type ValueRef } from "./terms/host.ts";
export { isLiteral, literal } from "./terms/literal.ts";
export { Reader } from "./terms/reader.ts";
export { sharedBytes } from "./terms/shared.ts";
export { Writer } from "./terms/writer.ts";
export {
  lowestThreshold,
  raise,
  subscribe,
  type LargeHeap,
  type LongMailbox,
  type LongSchedule,
  type MailboxDropped,
  type LostProcessInfo,
  type SchedulerLost,
  type SystemEvent,
  type SystemMessage,
  type SystemMonitorSettings,
} from "./system-events.ts";
export { joinScheduler, startScheduler, stopScheduler, type SchedulerStart } from "./thread.ts";
export { activityWords, excuseStuck, startTurns } from "./turn.ts";
