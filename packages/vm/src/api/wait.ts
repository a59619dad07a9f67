/**
 * The bridge to everything asynchronous: a process waits, its core does not.
 */
import { transfer } from "comlink";
import {
  AgnerError,
  Callback,
  callingProcess,
  checkMs,
  decodeTerm,
  describeValue,
  encodeTerm,
  finishWait,
  local,
  park,
  rareOf,
  suspendableProcess,
  transfersOf,
  type Process,
  Wait,
} from "@agner/scheduler";
import { badArgument } from "./context.ts";
import { mainControl, type DirtyCall } from "../control.ts";
import { locate } from "../dirty/locate.ts";

/**
 * Parks the process until the promise settles; returns its value or throws its error. Meanwhile the core runs other processes, and this one stays on it.
 * After a time-out, or when the process is killed while it waits, the promise is left alone: what is behind it goes on by itself, and a later rejection of
 * it disturbs nobody. An `AbortSignal` ends such work.
 *
 * @param promise a promise or any thenable; any other value is returned at once.
 * @param ms how long to wait at most, in milliseconds.
 * @throws {AgnerError} `AGNER_TIMEOUT` past `ms`.
 * @example
 * const response = wait(fetch("http://127.0.0.1:8080/"), 5_000);
 */
export function wait<T>(promise: PromiseLike<T> | T, ms?: number): T {
  const time = ms === undefined ? Infinity : checkMs("wait", ms);
  if (!isThenable(promise)) {
    callingProcess("wait");
    return promise;
  }
  const p = suspendableProcess("wait");
  return waitFor(p, promise, time, "wait") as T;
}

function isThenable<T>(value: PromiseLike<T> | T): value is PromiseLike<T> {
  return (
    (typeof value === "object" || typeof value === "function") &&
    value !== null &&
    typeof (value as PromiseLike<T>).then === "function"
  );
}

function waitFor(p: Process, promise: PromiseLike<unknown>, time: number, what: "wait" | "dirty"): unknown {
  const wait = new Wait(what);
  const pinnedBefore = rareOf(p).pinned;
  rareOf(p).pinned = pinnedBefore ?? `it waits for a promise (${what})`;
  const finish = (value: unknown, threw: 0 | 1): void => {
    if (finishWait(p, wait, value, threw) && p.rare !== null) p.rare.pinned = pinnedBefore;
  };
  // A foreign thenable may settle before its `then` returns, when this process is not parked yet; through a promise it cannot.
  Promise.resolve(promise).then(
    (value) => finish(value, 0),
    (error: unknown) => finish(error, 1),
  );
  if (time !== Infinity) {
    const expire = (): void => {
      const where = p.rare?.name === undefined ? p.pid.toString() : `${p.pid.toString()} (${p.rare.name})`;
      finish(
        new AgnerError("AGNER_TIMEOUT", `${what}: the promise that process ${where} waited for did not settle within ${time} ms`),
        1,
      );
    };
    wait.timer = local.timers.set(time, new Callback(expire));
  }
  return park(p, wait);
}

/**
 * Runs a function on the dirty-scheduler pool (a thread pool of its own) and parks the process until it returns: for native or uncompiled work that would
 * hold up a core. Arguments and result are copied as terms.
 *
 * @param fn a function that an uncompiled module exports, or an exported function of a compiled one (there it runs unpreempted and may not use the process API).
 * @throws {AgnerError} `AGNER_BAD_ARGUMENT` if the function cannot be found by module and export name.
 * @example
 * import { scryptSync } from "node:crypto";
 * const key = dirty(scryptSync, "password", "salt", 64);
 */
export function dirty<A extends readonly unknown[], R>(fn: (...args: A) => R, ...args: A): Awaited<R> {
  const p = suspendableProcess("dirty");
  if (typeof fn !== "function") throw badArgument(`dirty: the first argument must be a function, not ${describeValue(fn)}`);
  const target = locate(fn);
  if (target === undefined) {
    throw badArgument(
      `dirty: ${fn.name === "" ? "the function" : fn.name} is not exported by a module; only an exported function can be found again on another thread`,
    );
  }
  const call: DirtyCall = { target, args: encodeTerm(args) };
  const result = mainControl()
    .dirty(transfer(call, transfersOf(call.args)))
    .then((answer) => {
      const value = decodeTerm(answer.value);
      if (answer.threw) throw value;
      return value;
    });
  return waitFor(p, result, Infinity, "dirty") as Awaited<R>;
}
