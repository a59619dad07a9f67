/** Functions of Node and of JavaScript that call a function given to them at once, for tests of the boundary: `call(f)` calls `f`. */
import assert from "node:assert";
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { EventEmitter } from "node:events";
import { format, inspect, promisify } from "node:util";
import vm from "node:vm";

export interface NativeCaller {
  readonly call: (f: () => unknown) => unknown;
  /** What the error for a receive in `f` names. */
  readonly named: RegExp;
}

const storage = new AsyncLocalStorage<number>();

export const NATIVE_CALLERS: Readonly<Record<string, NativeCaller>> = {
  "EventEmitter.emit": {
    call: (f) => {
      const events = new EventEmitter();
      events.on("x", f);
      return events.emit("x");
    },
    named: /emit/,
  },
  "EventTarget.dispatchEvent": {
    call: (f) => {
      let error: unknown;
      const target = new EventTarget();
      // It keeps errors to itself.
      target.addEventListener("x", function listen() {
        try {
          f();
        } catch (e) {
          error = e;
        }
      });
      target.dispatchEvent(new Event("x"));
      if (error !== undefined) throw error;
      return undefined;
    },
    named: /listen/,
  },
  "util.inspect": { call: (f) => inspect({ [inspect.custom]: f }), named: /formatValue|inspect/ },
  "util.format": { call: (f) => format("%s", { [Symbol.toPrimitive]: f, toString: () => String(f()) }), named: /./ },
  "AsyncLocalStorage.run": { call: (f) => storage.run(1, f), named: /run/ },
  "AsyncResource.runInAsyncScope": { call: (f) => new AsyncResource("test").runInAsyncScope(f), named: /runInAsyncScope/ },
  "vm.runInContext": {
    call: (f) => vm.runInContext("(function inside() { return f(); })()", vm.createContext({ f })),
    named: /inside/,
  },
  "assert.throws": {
    call: (f) => {
      let error: unknown;
      assert.throws(function inside() {
        try {
          f();
        } catch (e) {
          error = e;
        }
        throw new Error("expected");
      }, /expected/);
      if (error !== undefined) throw error;
    },
    named: /inside/,
  },
  "String()": { call: (f) => String({ toString: () => String(f()) }), named: /String/ },
  "Array.prototype.map": { call: (f) => [1].map(f), named: /Array\.(?:prototype\.)?map|map/ },
  "Array.prototype.sort": { call: (f) => [2, 1].sort(f as never), named: /sort/ },
  "JSON.stringify": { call: (f) => JSON.stringify({ toJSON: () => String(f()) }), named: /JSON|stringify|Object/ },
  "Reflect.apply": { call: (f) => Reflect.apply(f, undefined, []), named: /call/ },
  "Promise executor": {
    call: (f) => {
      let error: unknown;
      void new Promise<void>((done) => {
        try {
          f();
        } catch (e) {
          error = e;
        }
        done();
      });
      if (error !== undefined) throw error;
      return undefined;
    },
    named: /Promise|anonymous/,
  },
  "util.promisify": {
    call: (f) => {
      let error: unknown;
      const promised = promisify((done: () => void) => {
        try {
          f();
        } catch (e) {
          error = e;
        }
        done();
      });
      void promised();
      if (error !== undefined) throw error;
      return undefined;
    },
    named: /promisify|original|anonymous/,
  },
  "a generator": {
    call: (f) => {
      function* walk() {
        yield f();
      }
      return [...walk()];
    },
    named: /walk/,
  },
  "a getter": {
    call: (f) =>
      ({
        get value() {
          return f();
        },
      }).value,
    named: /value/,
  },
  "a Proxy": { call: (f) => (new Proxy({}, { get: () => f() }) as { x: unknown }).x, named: /get|Object/ },
  instanceof: {
    call: (f) => ({}) instanceof (Object.defineProperty(function C() {}, Symbol.hasInstance, { value: () => f() }) as never),
    named: /./,
  },
  "a tagged template": { call: (f) => String.raw({ raw: [{ toString: () => String(f()) }] } as never), named: /raw|String/ },
};
