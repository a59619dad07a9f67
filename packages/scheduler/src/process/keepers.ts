/**
 * Functions of Node that keep what they are given and call it later: timers, event emitters, promises, and whatever a module of Node's exports. A process that gives
 * one of its closures to them shares variables with what the event loop will call here, so it stays.
 *
 * Functions of other uncompiled modules are not told apart from those that only call back, such as the handlers of a pattern match: see docs/limits.md.
 */
import { EventEmitter } from "node:events";
import { local } from "../local.ts";
import { CALL, INFO, setKeptHook } from "./frames.ts";
import { pin } from "./process.ts";

const keepers = new WeakSet<Function>([
  setTimeout,
  setInterval,
  setImmediate,
  queueMicrotask,
  process.nextTick,
  Promise.prototype.then,
  Promise.prototype.catch,
  Promise.prototype.finally,
  FinalizationRegistry,
]);
addKeepers(EventTarget);
addKeepers(EventEmitter);

/** Adds what a module of Node's exports, or a class and its methods. Exports that only call back are few, and take part as well. */
export function addKeepers(value: unknown): void {
  if (typeof value === "function") addClass(value);
  else if (typeof value === "object" && value !== null)
    for (const member of Object.values(value)) if (typeof member === "function") addClass(member);
}

function addClass(fn: Function): void {
  if (keepers.has(fn)) return;
  keepers.add(fn);
  const prototype = fn.prototype as object | null | undefined;
  if (typeof prototype !== "object" || prototype === null) return;
  for (const key of Reflect.ownKeys(prototype)) {
    const member: unknown = Object.getOwnPropertyDescriptor(prototype, key)!.value;
    if (typeof member === "function") keepers.add(member);
  }
}

/** Watches what processes give away. */
export function watchKeepers(): void {
  setKeptHook((callee, given) => {
    const p = local.current;
    if (p === null || !keepers.has(callee)) return;
    if (given.some(isClosure))
      pin(p, `it gave a function of its own to ${callee.name || "a function of Node's"}, which may call it later, on this core`);
  });
}

function isClosure(value: unknown): boolean {
  return typeof value === "function" && (value as { [CALL]?: unknown })[CALL] !== undefined && !Object.hasOwn(value, INFO);
}
