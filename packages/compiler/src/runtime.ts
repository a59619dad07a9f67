/**
 * What compiled code calls. It is loaded in every scheduler thread and needs neither parser nor compiler.
 *
 * A thread does, once: `const rt = createRuntime()`, then `installBuiltins(rt, …)`. The compiled equivalents of array methods and their
 * like are compiled on the main thread (`compileBuiltins()` of `@agner/compiler`) and evaluated on each thread like any module.
 */
import {
  atomic,
  CALL,
  caught,
  chargeDebt,
  mustSave,
  preempt,
  resumeValue,
  S,
  SITES,
  SUSPENDED,
  INFO,
  MAKERS,
  type Frame,
  type Maker,
  type ResumeFunction,
} from "@agner/scheduler/frames";
import * as generators from "./runtime/generators.ts";
import { accessed, define, guardedMethod, namedProperty, propertyAt, proxy, put, putWritten } from "./runtime/accessors.ts";
import { call, mark, unknownCalls, NEW, OF, PLAIN, setVersion, wrap } from "./runtime/boundary.ts";
import { arrayMethods, walksAtOnce } from "./runtime/equivalents.ts";
import { bindMarked } from "./runtime/builtins.ts";
import { announceAgain, instanceOf, takeAnnounced } from "./runtime/function-operations.ts";
import { construction } from "./runtime/construction.ts";
import { INNER, keepInner, keepStatics, markClass, renameClass, STATICS } from "./runtime/classes.ts";
import * as iteration from "./runtime/iteration.ts";
import { leafCopier } from "./runtime/fresh.ts";
import { linkExports, starExports, type ModuleRecord } from "./runtime/linking.ts";
import { chargeResult, parseText } from "./runtime/sizes.ts";
import { fromEntry, fromFrame, type Version } from "./runtime/resuming.ts";
import { leave, savers, tellAlive } from "./runtime/savers.ts";
import * as values from "./runtime/values.ts";

export type { ModuleRecord } from "./runtime/linking.ts";
export { installBuiltins, type BuiltinModules } from "./runtime/builtins.ts";
export { mark as markFunction } from "./runtime/boundary.ts";

export interface RuntimeHost {
  /** A copy of `value` as a message would make it; for `send` of fresh literals. */
  copy?(value: unknown): unknown;
  /** Sends a message that nobody else can see. */
  sendFresh?(destination: unknown, message: unknown): unknown;
  /** Says that `screen` tells of a message, whenever it is asked, that `predicate` does not match. Returns the predicate. */
  withScreen?<T>(predicate: T, screen: (message: unknown) => boolean): T;
}

function registerSites(first: number, count: number, resume: ResumeFunction, make?: Maker["make"], firstCapture = 2): void {
  while (SITES.length < first) SITES.push(unknownSite);
  for (let i = first; i < first + count; i++) SITES[i] = resume;
  if (make !== undefined) MAKERS[first] = { make, first: firstCapture };
}

/** A resume version, alone in an object; of a class that has its own, what finds it from the frame. */
type Given = Readonly<Record<string, Function>> | ((frame: Frame) => Function);

/** `length`: how many variables the resume version has; below 0 it takes the frame itself. `alive`: see {@link tellAlive}. */
function registerVersion(first: number, count: number, length: number, given: Given, alive = "", ofFrame = false): void {
  const entered = (version: Function): ResumeFunction =>
    length < 0 ? (version as ResumeFunction) : fromFrame(version as Version, length, first - 1);
  let resume: ResumeFunction;
  if (ofFrame) resume = (frame) => entered((given as (frame: Frame) => Function)(frame))(frame);
  else resume = entered(typeof given === "function" ? given : Object.values(given)[0]!);
  registerSites(first, count, resume);
  if (alive !== "") tellAlive(first, alive);
}

/** The entry of a closure that `make` makes of `captures` values, or of a function of the module. */
function registerEntry(
  module: ModuleRecord,
  site: number,
  make: Maker["make"] | number,
  captures: number,
  receiver: boolean,
): void {
  const resume = fromEntry(typeof make === "number" ? () => module.functions![make]! : make, captures, receiver);
  registerSites(site, 1, resume, typeof make === "number" ? undefined : make, receiver ? 3 : 2);
}

/** The entries of functions of the module: pairs of a site and the function's number, with `~` before it if the frame begins with the receiver. */
function registerEntries(base: number, module: ModuleRecord, list: readonly number[]): void {
  for (let i = 0; i < list.length; i += 2) {
    const number = list[i + 1]!;
    registerEntry(module, base + list[i]!, number < 0 ? ~number : number, 0, number < 0);
  }
}

/** The entries of methods, by their places among the keys of the prototype, which begin with `constructor`. */
function registerMethods(base: number, cls: Function, sites: readonly (number | undefined)[]): void {
  const prototype = cls.prototype as object;
  const keys = Reflect.ownKeys(prototype);
  for (let i = 0; i < sites.length; i++) {
    if (sites[i] === undefined) continue;
    const fn = Object.getOwnPropertyDescriptor(prototype, keys[i + 1]!)!.value as Function;
    registerSites(
      base + sites[i]!,
      1,
      fromEntry(() => fn, 0, true),
    );
  }
}

/** How a closure is made that has no frames, and tells by this number what it has captured. */
function registerMaker(site: number, make: Maker["make"]): void {
  registerSites(site, 1, unknownSite, make);
}

function unknownSite(): never {
  throw new Error("agner: a frame refers to a site of a module that is not loaded");
}

/** Functions of the module: pairs of a number and the function, with `~` before the number of one that never suspends. */
function declareFunctions(module: ModuleRecord, list: readonly unknown[]): void {
  for (let i = 0; i < list.length; i += 2) {
    const number = list[i] as number;
    declareFunction(module, number < 0 ? ~number : number, list[i + 1] as Function, undefined, number < 0);
  }
}

function declareFunction(
  module: ModuleRecord,
  index: number,
  fn: Function & { [INFO]?: unknown },
  name?: string,
  plain = false,
): Function {
  if (name !== undefined) values.setName(fn, name);
  if (Object.getPrototypeOf(fn) === Function.prototype) mark(fn);
  if (plain) hide(fn, PLAIN, true);
  hide(fn, INFO, { module, index });
  (module.functions ??= [])[index] = fn;
  return fn;
}

function hide(target: object, key: symbol, value: unknown): void {
  Object.defineProperty(target, key, { value, configurable: true, writable: true, enumerable: false });
}

/** The object that emitted code takes apart as `$rt`. */
export function createRuntime(host: RuntimeHost = {}) {
  return {
    S,
    C: CALL,
    O: OF,
    N: NEW,
    P: PLAIN,
    T: values.UNINITIALISED,
    y: mustSave,
    U: SUSPENDED,
    ...savers,
    leave,
    z: (value: unknown) => (mustSave() ? preempt(value) : value),
    call,
    fc: Function.prototype.call,
    fa: Function.prototype.apply,
    atomic,
    charge: chargeDebt,
    big: chargeResult,
    parsed: parseText,
    rv: resumeValue,
    cw: caught,
    ...unknownCalls,
    sv: setVersion,
    A: arrayMethods,
    pa: walksAtOnce,
    get: accessed,
    def: define,
    proxy,
    f: (fn: Function, name?: string) => (name === undefined ? mark(fn) : mark(values.setName(fn, name))),
    mark,
    wrap,
    syn: guardedMethod,
    name: values.setName,
    top: declareFunction,
    tops: (module: ModuleRecord) => (list: readonly unknown[]) => declareFunctions(module, list),
    cls: markClass,
    nt: takeAnnounced,
    instance: instanceOf,
    nta: announceAgain,
    ...construction,
    E: INNER,
    inner: keepInner,
    I: STATICS,
    statics: keepStatics,
    rename: renameClass,
    sites:
      (base: number) =>
      (first: number, count: number, resume: ResumeFunction, make?: Maker["make"], firstCapture?: number): void =>
        registerSites(base + first, count, resume, make, firstCapture),
    resumes:
      (base: number) =>
      (first: number, count: number, length: number, given: Given, alive?: string, ofFrame?: boolean): void =>
        registerVersion(base + first, count, length, given, alive, ofFrame),
    entry:
      (base: number, module: ModuleRecord) =>
      (site: number, make: Maker["make"] | number, captures = 0, receiver = 0): void =>
        registerEntry(module, base + site, make, captures, receiver === 1),
    methods: (base: number) => (cls: Function, sites: readonly (number | undefined)[]) => registerMethods(base, cls, sites),
    entries: (base: number, module: ModuleRecord) => (list: readonly number[]) => registerEntries(base, module, list),
    maker: registerMaker,
    link: linkExports,
    star: starExports,
    t: values.initialised,
    tb: values.initialisedBox,
    ca: values.constantAssignment,
    ro: values.constructed,
    key: values.propertyKey,
    keyOf: values.keyOf,
    prop: namedProperty,
    put,
    putw: putWritten,
    at: propertyAt,
    ct: values.constants,
    od: values.destructurable,
    rest: values.restOf,
    obj: values.enumerable,
    keys: values.enumerableKeys,
    in: values.stillThere,
    sp: values.superProperty,
    sr: values.superReference,
    sd: values.superDeleted,
    home: values.atHome,
    all: iteration.allOf,
    take: iteration.take,
    slice: iteration.slice,
    of: iteration.cursorOf,
    ix: iteration.startIndex,
    nx: iteration.next,
    dn: iteration.isDone,
    cl: iteration.leave,
    clr: iteration.closed,
    clq: iteration.closeAfterThrow,
    open: iteration.open,
    step: iteration.step,
    tail: iteration.tail,
    shut: iteration.shut,
    gn: generators.makeGenerator,
    gs: generators.startShell,
    gt: generators.failed,
    yd: generators.yieldValue,
    yo: generators.yieldResult,
    ye: generators.finish,
    yv: generators.yielded,
    yr: generators.isReturn,
    ym: generators.takeMode,
    dg: generators.delegate,
    dd: generators.isDelegated,
    bind: bindMarked,
    sendFresh: host.sendFresh,
    screened: host.withScreen ?? ((predicate: unknown) => predicate),
    cp: leafCopier(host.copy ?? ((value) => value)),
  };
}

export type Runtime = ReturnType<typeof createRuntime>;
