/**
 * HOT PATH. The machine that compiled code runs on: one state object, saving of frames while a stack unwinds, and the driver that
 * re-enters them, innermost first (lazy resume: the cost of a suspension does not depend on the depth of the stack).
 *
 * A check reads `if (--S.r < 0) return save…`: one word says both "out of reductions" and "unwinding". A call that may suspend
 * reads `if ((t = call) === SUSPENDED) return save…`: what is out of reductions when it returns goes on to the next check.
 * Source of the shape: generalized stack inspection (Pettyjohn et al., ICFP 2005), made lazy; the measurements are in docs/compiler.md.
 */
import { AgnerError } from "../errors.ts";
import { compiledPlace } from "./native-frame.ts";

/** `[the caller's frame, the site at which this one stopped, ...its live locals]`. */
export type Frame = [next: Frame | null, site: number, ...locals: unknown[]];

/** Re-enters one frame at its site; returns as the function would, or {@link SUSPENDED} after saving again. */
export type ResumeFunction = (frame: Frame) => unknown;

/** The state of the running slice. One object per thread, never replaced: compiled code keeps it in a constant. */
export interface State {
  /** Reductions left; below 0 means "look": out of reductions, or unwinding. */
  r: number;
  /** 1 while the stack is being unwound into frames. */
  u: 0 | 1;
  /** What runs: the frames that an unwinding saves go there, and from there comes what a resumed frame continues with. Never that of a process while none runs. */
  p: Runnable;
  /** How many frames this unwinding has saved; of more than two, 2. */
  n: 0 | 1 | 2;
  /** Of more than one the last. Written for the second, since most stacks are one frame deep, and each such write tells the garbage collector. */
  t: Frame | null;
  /** How many native frames lie under the running code; above 0 nothing may be saved. It is 1 while no process runs. */
  nat: number;
  /** 1 after an accessor or trap gave out a function: a method call that finds it does not read the method a second time. */
  g: 0 | 1;
  /** 1 while a closure is asked what it has captured. */
  q: 0 | 1;
  /** Above 0 while constructors are entered only for the fields of their classes: see the compiler's runtime. */
  a: 0 | 1 | 2 | 3;
  /** Reductions spent beyond the budget inside native frames, to be charged when they have returned. */
  debt: number;
}

/** What a function returns when its stack is being unwound. */
export const SUSPENDED: object = Object.freeze(Object.create(null) as object);

/** What native code runs for that calls compiled code outside of a slice: it can start generators, and saves nothing. */
const NOBODY: Runnable = { frames: null, value: undefined, threw: 0 };

export const S: State = { r: 0, u: 0, p: NOBODY, n: 0, t: null, nat: 1, g: 0, q: 0, a: 0, debt: 0 };

/** Own property of a function that compiled code may call directly: the version of it that compiled code calls. */
export const CALL: unique symbol = Symbol("agner.call");
/** Own property of a function declared at the top level of a compiled module: its {@link FunctionInfo}. */
export const INFO: unique symbol = Symbol("agner.info");

/** Resume functions by site number; the numbers are the same on every thread of a VM. */
export const SITES: ResumeFunction[] = [];

/** Makes a closure from what it captures; that stands in its entry frame from index `first` on. */
export interface Maker {
  readonly make: (...captures: unknown[]) => (...args: never[]) => unknown;
  readonly first: number;
}

/** How closures are made, by the site of their entry. */
export const MAKERS: (Maker | undefined)[] = [];

/** How many reductions code under a native frame may spend before the debt is written down. */
const ATOMIC_REFILL = 1_000;

/** Cold path of checks in resume versions and constructors: whether the caller must save its frame and return. */
export function mustSave(): boolean {
  if (S.u !== 0 || S.a !== 0) return true;
  if (S.nat !== 0) {
    S.debt += ATOMIC_REFILL - S.r; // a large message may have cost more than was left
    S.r = ATOMIC_REFILL;
    return false;
  }
  return true;
}

/** Saves at a function's entry or a loop's head: the first frame of an unwinding. */
export function saveHead(frame: Frame): object | undefined {
  if (S.a !== 0) return onEntry();
  if (S.u !== 0) throw crossedNativeFrame();
  if (S.nat !== 0) return goOn(frame);
  return unwind(undefined, frame);
}

/** Begins an unwinding after which the innermost frame goes on with `value`; `frame` is the first that is saved, if it is saved already. */
function unwind(value: unknown, frame: Frame | null): object {
  S.u = 1;
  const { p } = S;
  p.value = value;
  p.threw = 0;
  if (frame === null) S.n = 0;
  else {
    S.n = 1;
    p.frames = frame;
  }
  return SUSPENDED;
}

let onEntry: () => object | undefined = () => undefined;

/** What a constructor returns that is entered only for the fields of its class. */
export function setEntryHook(hook: () => object | undefined): void {
  onEntry = hook;
}

/** What a function that was to be saved under a native frame may spend before its next check asks. */
const NATIVE_REFILL = 1_000_000;

/**
 * Under a native frame, where nothing may be saved, the resume version goes on at once, and its result is returned. The fast version thus has no way back from a
 * check: V8 knows behind it what it knew before, and V8 11 (Node 20) compiles a loop that counts for itself twice as fast.
 */
function goOn(frame: Frame): object | undefined {
  S.debt += NATIVE_REFILL - S.r; // a large message may have cost more than was left
  S.r = NATIVE_REFILL;
  return SITES[frame[1]]!(frame) as object | undefined;
}

/** Saves at the head of a loop that counts its reductions in a local; `left` of them are still in it. */
export function saveLoop(left: number, frame: Frame): unknown {
  S.r += left;
  return S.u === 0 && S.nat !== 0 ? goOn(frame) : saveHead(frame);
}

/** Whether the running process has to end as soon as no native frame is left under it. */
let doomed = false;

/** Ends the slice of the running process for good: it gets out of its native frames and saves at its next check. */
export function doom(): void {
  doomed = true;
  S.debt -= S.r + 1; // what is left of the slice is not charged
  S.r = -1;
}

/** The process that was doomed has ended its slice. */
export function endDoom(): void {
  doomed = false;
}

/** At the end of an atomic section that began with `debt`: what it spent beyond the budget is charged, if no native frame is left. */
export function chargeDebt(debt: number): void {
  if (S.nat !== 0) return;
  if (doomed) {
    S.r = -1;
    return;
  }
  S.r -= S.debt - debt;
  S.debt = debt;
}

/** Calls `fn` as an atomic section: nothing below it is suspended. */
export function atomic(fn: Function, self: unknown, args: readonly unknown[]): unknown {
  const { nat, debt } = S;
  S.nat = nat + 1;
  try {
    return Reflect.apply(fn, self, args);
  } finally {
    S.nat = nat;
    if (S.debt !== debt) chargeDebt(debt);
  }
}

/** Saves after a call that returned {@link SUSPENDED}. */
export function saveCall(frame: Frame): object {
  if (S.u === 0) throw crossedNativeFrame(); // somebody has kept the sentinel of an unwinding that is over
  if (S.n === 0) {
    S.n = 1;
    S.p.frames = frame;
  } else {
    lastSaved()[0] = frame;
    S.n = 2;
    S.t = frame;
  }
  return SUSPENDED;
}

/** The last frame of this unwinding, which has saved some. */
function lastSaved(): Frame {
  return S.n === 1 ? S.p.frames! : S.t!;
}

/** Begins an unwinding from a built-in that parks the process; the caller has made sure that `S.nat` is 0. */
export function suspend(): object {
  if (S.u !== 0) throw crossedNativeFrame();
  S.debt -= S.r + 1; // what is left of the slice is not charged
  S.r = -1;
  return unwind(undefined, null);
}

/** Ends the slice after a call whose value is `value`; its caller has made sure that `S.nat` is 0. */
export function preempt(value: unknown): object {
  if (S.u !== 0) throw crossedNativeFrame();
  return unwind(value, null);
}

/** The value with which a resumed call site continues. */
export function resumeValue(): unknown {
  const { p } = S;
  const { value } = p;
  p.value = undefined;
  if (p.threw !== 0) {
    p.threw = 0;
    throw value;
  }
  return value;
}

/**
 * The second guard: the stack was being unwound and something between two compiled functions went on as if its callee had returned.
 * The unwinding is called off, so that the error travels as any other.
 */
function crossedNativeFrame(cause?: unknown): AgnerError {
  S.u = 0;
  S.n = 0;
  S.t = null;
  S.r = ATOMIC_REFILL;
  onAbandon();
  const place = compiledPlace();
  return new AgnerError(
    "AGNER_NATIVE_FRAME",
    `a process had to be suspended below a native frame that Agner did not see being entered${place === undefined ? "" : `, called at ${place}`} (a callback run by syntax or by an uncompiled function); ` +
      "the call was abandoned. Move the receive, sleep, wait or long loop out of that callback",
    { ...(cause === undefined ? {} : { cause }), details: place === undefined ? {} : { place } },
  );
}

/** What a handler of compiled code has caught. While the stack unwinds nothing is thrown, unless something between two compiled functions choked on the sentinel. */
export function caught(error: unknown): unknown {
  return S.u === 0 ? error : crossedNativeFrame(error);
}

let onAbandon: () => void = () => {};

/** What to do when an unwinding is called off after a built-in has already parked the process. */
export function setAbandonHook(hook: () => void): void {
  onAbandon = hook;
}

/** What the driver needs of a process. */
export interface Runnable {
  /** The innermost saved frame; null before the first run and after the last. */
  frames: Frame | null;
  /** What the innermost frame continues with; after the end, the result or the error. */
  value: unknown;
  /** 1 if `value` is to be thrown, or after the end, was. */
  threw: 0 | 1;
}

/** Gives an error that a frame let out the logical callers that no native stack shows. */
export type TraceHook = (error: unknown, callers: Frame | null) => void;
let onThrow: TraceHook = () => {};

export function setTraceHook(hook: TraceHook): void {
  onThrow = hook;
}

/**
 * Runs a slice of at most `quota` reductions. Returns true if the process ended; `value` and `threw` then tell how.
 * `fn` and `args` start a process; afterwards its frames are resumed.
 */
export function runSlice(
  p: Runnable,
  quota: number,
  fn: ((...args: never[]) => unknown) | null,
  args: readonly unknown[],
): boolean {
  S.r = quota;
  S.u = 0;
  S.p = p;
  S.nat = 0;
  S.debt = 0;
  let frame = p.frames;
  if (fn !== null) {
    let value: unknown;
    let threw: 0 | 1 = 0;
    try {
      value = fn(...(args as never[]));
    } catch (e) {
      value = e;
      threw = 1;
    }
    S.nat = 0;
    if (S.u !== 0) return suspended(p, null, value, threw);
    p.value = value;
    p.threw = threw;
  }
  while (frame !== null) {
    const next: Frame | null = frame[0];
    const resume = SITES[frame[1]]!;
    let value: unknown;
    let threw: 0 | 1 = 0;
    try {
      value = resume(frame);
    } catch (e) {
      value = e;
      threw = 1;
      onThrow(e, next);
    }
    S.nat = 0;
    if (S.u !== 0) return suspended(p, next, value, threw);
    frame = next;
    p.value = value;
    p.threw = threw;
    if (S.r < 0 && frame !== null) {
      // Out of reductions between two frames: what returned is delivered in the next slice.
      S.nat = 1;
      S.p = NOBODY;
      p.frames = frame;
      return false;
    }
  }
  S.nat = 1;
  S.p = NOBODY;
  p.frames = null;
  return true;
}

function suspended(p: Runnable, next: Frame | null, value: unknown, threw: 0 | 1): boolean {
  S.nat = 1;
  S.p = NOBODY;
  if (threw !== 0 || value !== SUSPENDED) {
    const error = crossedNativeFrame(threw === 0 ? undefined : value);
    S.u = 0;
    p.frames = next;
    p.value = error;
    p.threw = 1;
    return next === null;
  }
  S.u = 0;
  if (S.n === 0) p.frames = next;
  else if (S.n === 1) p.frames![0] = next;
  else {
    S.t![0] = next;
    S.t = null;
  }
  return false;
}

/** The async function that compiled code has called and that has not returned its promise yet, and `S.nat` directly inside it. */
export const entered: { fn: Function | null; nat: number } = { fn: null, nat: 0 };

/** Told of uncompiled functions that are called with functions among their arguments. */
export type KeptHook = (callee: Function, given: readonly unknown[]) => void;
let onGiven: KeptHook = () => {};

export function setKeptHook(hook: KeptHook): void {
  onGiven = hook;
}

/** To be called before compiled code calls a function that is not compiled. */
export function giveTo(callee: Function, given: readonly unknown[]): void {
  for (let i = 0; i < given.length; i++) {
    if (typeof given[i] === "function") return onGiven(callee, given);
  }
}

/** What every function that can suspend begins with, after its variables. */
const ENTRY_CHECK = "if (--$S.r < 0) return $h";

/** Declarations of variables may stand before the check; a function without it has it nowhere near its start. */
const ENTRY_SEARCH = 4_000;

/** Whether `fn` would save at its entry. A function without that check would run: built-ins and plain callbacks carry the same mark, and so does what contains others. */
export function checksAtEntry(fn: Function): boolean {
  const text = Function.prototype.toString.call(fn).slice(0, ENTRY_SEARCH);
  const at = text.indexOf(ENTRY_CHECK);
  // The one brace before the check is that of the body; with more of them the check is that of a function inside.
  return at >= 0 && text.lastIndexOf("{", at) === text.indexOf("{");
}

/**
 * The frame with which `fn(...args)` would begin: its site, what it captured, and its arguments. Undefined if `fn` is no function of a
 * compiled module that can suspend. It is asked by calling it with no reductions left: it saves at its entry, before anything of it has run.
 * Where a function keeps itself in its frame (to know itself by name), the slot is left empty: with other captures it is another function.
 */
export function captureEntry(fn: (...args: never[]) => unknown, args: readonly unknown[]): Frame | undefined {
  // A closure that is only ever called by its name has no mark. One that syntax may call too is entered as compiled code enters it.
  const version = (fn as { [CALL]?: typeof fn })[CALL] ?? fn;
  if (Object.hasOwn(version, INFO)) return undefined; // what stands for a built-in, or needs no frame to be known
  if (!checksAtEntry(version)) return undefined;
  const { r, u, p, n, t, nat } = S;
  const asked: Runnable = { frames: null, value: undefined, threw: 0 };
  S.r = 0;
  S.u = 0;
  S.p = asked;
  S.nat = 0;
  try {
    if (version(...(args as never[])) !== SUSPENDED) return undefined;
    const frame = asked.frames as Frame | null;
    if (frame === null) return undefined;
    const last = frame[frame.length - 1];
    if (last === version || last === fn) frame[frame.length - 1] = undefined;
    return frame;
  } finally {
    S.r = r;
    S.u = u;
    S.p = p;
    S.n = n;
    S.t = t;
    S.nat = nat;
  }
}

/** How the text of a closure begins that cannot suspend, after its parameters. No other function has that in it. */
const CAPTURES_CHECK = "if ($S.q !== 0) return [";
/** What is passed for parameters when a closure is asked: an array can be taken apart by any pattern that the compiler lets it have. */
const NO_ARGUMENTS: readonly never[] = Array.from({ length: 16 }, () => Object.freeze([]) as never);

/** What a closure has captured, and the site that names its maker. */
export interface Captured {
  readonly site: number;
  readonly captures: readonly unknown[];
}

/** Asks a closure of compiled code what it has captured; undefined for any other function. */
export function capturesOf(fn: Function): Captured | undefined {
  const version = ((fn as { [CALL]?: Function })[CALL] ?? fn) as (...args: never[]) => unknown;
  const frame = tellsCaptures(version) ? askForCaptures(version) : captureEntry(version, []);
  const maker = frame === undefined ? undefined : MAKERS[frame[1]];
  if (maker === undefined) return undefined;
  return { site: frame![1], captures: frame!.slice(maker.first, maker.first + maker.make.length) };
}

function tellsCaptures(fn: Function): boolean {
  const text = Function.prototype.toString.call(fn).slice(0, ENTRY_SEARCH);
  // A class may contain such closures.
  return !text.startsWith("class") && text.includes(CAPTURES_CHECK);
}

function askForCaptures(fn: (...args: never[]) => unknown): Frame {
  S.q = 1;
  try {
    return fn(...NO_ARGUMENTS) as Frame;
  } finally {
    S.q = 0;
  }
}
