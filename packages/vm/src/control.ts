/**
 * The control plane: what the main thread and the scheduler threads ask of each other, over comlink. Never a message between processes.
 */
import type { MessagePort } from "node:worker_threads";
import type { Remote } from "comlink";
import { AgnerError, type EncodedTerm } from "@agner/scheduler";
import type { PackedImage } from "./code/parts.ts";

/** A function that the dirty pool can find: a module's URL and the name under which it exports the function. */
export interface DirtyTarget {
  readonly module: string;
  readonly name: string;
}

/** Work for the dirty pool; terms travel encoded, since structured clone would lose what they are. */
export interface DirtyCall {
  readonly target: DirtyTarget;
  readonly args: EncodedTerm;
}

export interface DirtyAnswer {
  /** The result, or the error. */
  readonly value: EncodedTerm;
  readonly threw: boolean;
}

/** What a scheduler thread asks of the main thread. */
export interface MainControl {
  /** Stops the VM; the thread that says so does nothing more. */
  halted(code: number): void;
  dirty(call: DirtyCall): Promise<DirtyAnswer>;
  /** Loads a module on every thread; an error comes back encoded. */
  load(url: string): Promise<EncodedTerm | undefined>;
  trapSignal(name: string, slot: number, serial: number): void;
}

/** What the main thread asks of a scheduler thread. */
export interface ThreadControl {
  /** Evaluates modules; an error comes back encoded. */
  install(images: readonly PackedImage[]): Promise<EncodedTerm | undefined>;
  /** Runs processes from now on. */
  start(): Promise<void>;
  /** The steps of a recovery from the loss of another scheduler; see the scheduler's loss.ts. */
  partWith(lost: number, generation: number, port: MessagePort): Promise<void>;
  takeStock(): Promise<void>;
  publishAll(): Promise<void>;
  bringNews(lost: number): Promise<void>;
  /** The words in which the thread says what it is doing. */
  activity(): Int32Array;
  /** Whether the module can be run; says why not by an encoded error. */
  checkEntryPoint(url: string): Promise<EncodedTerm | undefined>;
}

let main: Remote<MainControl> | undefined;

/** Tells this thread how to reach the main thread. */
export function setMainControl(control: Remote<MainControl>): void {
  main = control;
}

/** The main thread, as this scheduler thread reaches it. */
export function mainControl(): Remote<MainControl> {
  if (main === undefined) throw new AgnerError("AGNER_NOT_A_PROCESS", "this thread is not a scheduler of a running VM");
  return main;
}
