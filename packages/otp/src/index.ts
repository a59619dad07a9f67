/** OTP for TypeScript: behaviours and supervision on the processes of `@agner/vm`. */
export { CallError, EventHandlerError, StartError, SupervisorError, type CallErrorCode } from "./errors.ts";
export { replyTo } from "./gen/call.ts";
export type { NameServer, ServerDest, ServerName, Via } from "./gen/names.ts";
export type { StartOptions } from "./gen/start.ts";
export type { AnyDest } from "./gen/dest.ts";
export type { DebugEvent, DebugFunction, DebugOption, DebugStatistics, TraceSink } from "./gen/debug.ts";
export type { Collected, MultiReply, Patience, RequestId, RequestIds, Response } from "./gen/requests.ts";
export type { Status, Termination } from "./gen/system.ts";
export * as procLib from "./proc-lib.ts";
export * as sys from "./sys.ts";
export { caller, genServer, type Caller } from "./gen-server.ts";
export {
  noreply,
  reply,
  withContinue,
  withHibernate,
  withTimeout,
  type Next,
  type NoReply,
  type Reply,
} from "./gen-server/action.ts";
export { ignore, stop, type Ignore, type Stop } from "./gen/action.ts";
export type { CallOptions, CollectionOptions, EnterOptions } from "./gen-server/api.ts";
export type { Client, ClientOptions, ServerDefinition, ServerOptions, ServerSpec, ServerStatus } from "./gen-server/types.ts";
export { supervisor } from "./supervisor.ts";
export type {
  AutoShutdown,
  ChildCounts,
  ChildInfo,
  SimpleSupervisorHandle,
  Strategy,
  SupervisorDefinition,
  SupervisorFlags,
  SupervisorHandle,
  SupervisorInit,
} from "./supervisor/types.ts";
export type { Backoff, ChildOptions, ChildSpec, Restart, Startable } from "./supervisor/child-spec.ts";
export { application } from "./application.ts";
export type { RunningApplication } from "./application/controller.ts";
export type { StartApplicationOptions } from "./application/api.ts";
export type { Application, ApplicationSpec, ApplicationType } from "./application/types.ts";
export { genStatem } from "./gen-statem.ts";
export type { EnterStatemOptions } from "./gen-statem/api.ts";
export {
  answer,
  changeCallbackModule,
  genericTimeout,
  hibernate,
  keepState,
  keepStateAndData,
  nextEvent,
  nextState,
  popCallbackModule,
  postpone,
  pushCallbackModule,
  repeatState,
  repeatStateAndData,
  startIn,
  stateTimeout,
  stopAndReply,
  timeout,
  type StartIn,
  type TimeoutOptions,
} from "./gen-statem/action.ts";
export { event, type Declared, type Enter, type EventOf, type EventTypes } from "./gen-statem/event.ts";
export type {
  ActionOf,
  EventResult,
  StatemClient,
  StatemClientOptions,
  StatemDefinition,
  StatemOptions,
  StatemSpec,
  StatemStatus,
} from "./gen-statem/types.ts";
export { task, type TaskStarter } from "./task.ts";
export { TaskError, type TaskErrorCode } from "./task/error.ts";
export type { Outcome, StreamOptions, Task, TaskOptions, TaskReply, TaskStream, YieldManyOptions } from "./task/types.ts";
export { agent } from "./agent.ts";
export type { Agent, Agents } from "./agent/types.ts";
export {
  logger,
  pinoHandler,
  type ApplicationEvent,
  type CrashEvent,
  type DefaultHandlerOptions,
  type Fields,
  type Filter,
  type HandlerOptions,
  type Level,
  type LevelLimit,
  type LogEvent,
  type LogFormat,
  type LogFunction,
  type LogHandler,
  type Neighbour,
  type Offender,
  type OverloadEvent,
  type PinoLike,
  type ProgressEvent,
  type RemovedEvent,
  type Report,
  type RestartRecord,
  type SupervisorEvent,
  type TerminatedEvent,
  type UncaughtEvent,
  type UnexpectedEvent,
} from "./logger/index.ts";
export { registry } from "./registry.ts";
export { RegistryError } from "./registry/error.ts";
export type {
  AnyRegistry,
  DuplicateRegistry,
  RegistryDefinition,
  RegistryEntry,
  RegistryEvent,
  RegistryHandle,
  RegistryOptions,
  RegistrySpec,
  UniqueRegistry,
} from "./registry/types.ts";
export * as timer from "./timer.ts";
export { eventHandler, genEvent } from "./gen-event.ts";
export { removeHandler, swapHandler, type RemoveHandler, type SwapHandler } from "./gen-event/action.ts";
export type {
  AnyHandler,
  EventExit,
  EventHandler,
  EventHandlerSpec,
  EventManager,
  EventManagerDefinition,
  EventOptions,
  HandlerRef,
  HandlerStatus,
  HandlerSwapped,
  Swapped,
} from "./gen-event/types.ts";
export { taskSupervisor } from "./task-supervisor.ts";
export type { SupervisedTaskOptions, TaskSupervisor, TaskSupervisorOptions, TaskSupervisors } from "./task/types.ts";
export { dynamicSupervisor } from "./dynamic-supervisor.ts";
export type {
  DynamicChildSpec,
  DynamicSupervisorDefinition,
  DynamicSupervisorHandle,
  DynamicSupervisorSpec,
} from "./dynamic-supervisor/types.ts";
export * as pg from "./pg.ts";
export { partitionSupervisor } from "./partition-supervisor.ts";
export type {
  Partitions,
  PartitionSupervisorDefinition,
  PartitionSupervisorHandle,
  PartitionSupervisorOptions,
  PartitionSupervisorSpec,
} from "./partition-supervisor/types.ts";
