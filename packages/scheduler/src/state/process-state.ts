/**
 * What a suspended process is made of, as bytes: its frames, the value that the innermost one continues with, the messages that wait, the dictionary. It
 * is one graph: what two of them share they share where they are read.
 */
import type { Frame } from "../process/frames.ts";
import type { Process } from "../process/process.ts";
import type { Reader } from "../terms/reader.ts";
import { Writer } from "../terms/writer.ts";
import { PinnedStateError } from "./pinned.ts";
import { StateReader } from "./reader.ts";
import { describeSite, slotName } from "./variables.ts";
import { StateWriter, TOO_MANY, type StateWriterOptions } from "./writer.ts";

/** What is read of a process; nothing of it is bound to this thread yet. */
export interface ProcessState {
  readonly frames: Frame | null;
  readonly value: unknown;
  readonly threw: 0 | 1;
  /** The messages of the mailbox, oldest first. */
  readonly messages: readonly unknown[];
  readonly dictionary: Map<unknown, unknown> | undefined;
}

type Suspended = Pick<Process, "frames" | "value" | "threw" | "mailbox" | "rare">;

/**
 * Values as a graph; the next reader must be {@link readState}. Throws {@link PinnedStateError}, and the writer is then where it was.
 *
 * @returns what `options.beside` has left out of the bytes
 */
export function writeState(writer: Writer, roots: readonly unknown[], options?: StateWriterOptions): readonly unknown[] {
  return write(
    writer,
    (out) => {
      out.count(roots.length);
      for (const [i, root] of roots.entries()) out.root(root, i);
    },
    options,
  );
}

/** `beside`: what was left out. */
export function readState(reader: Reader, beside?: readonly unknown[]): unknown[] {
  const from = new StateReader(reader, beside);
  const roots: unknown[] = [];
  for (let left = from.count(); left > 0; left--) roots.push(from.root());
  from.finish();
  return roots;
}

/** The state of a process that is suspended. Throws {@link PinnedStateError}, which says what cannot move; the writer is then where it was. */
export function writeProcessState(writer: Writer, p: Suspended): void {
  try {
    write(writer, (out) => writeProcess(out, p));
  } catch (e) {
    throw PinnedStateError.is(e) ? placed(e, p) : e;
  }
}

export function readProcessState(reader: Reader): ProcessState {
  const from = new StateReader(reader);
  const frames = readFrames(from);
  const threw = from.count() as 0 | 1;
  const value = from.root();
  const messages: unknown[] = [];
  for (let left = from.count(); left > 0; left--) messages.push(from.root());
  let dictionary: Map<unknown, unknown> | undefined;
  const entries: unknown[] = [];
  const size = from.count();
  for (let left = size * 2; left > 0; left--) entries.push(from.root());
  from.finish();
  if (size > 0) {
    dictionary = new Map();
    for (let i = 0; i < entries.length; i += 2) dictionary.set(entries[i], entries[i + 1]);
  }
  return { frames, value, threw, messages, dictionary };
}

/** Most objects and elements that {@link explainPinned} looks at: some 20 ms. */
const EXPLAINED_OBJECTS = 100_000;

/**
 * Why `p`, which is suspended, cannot move to another core: what bound it for good, else which of the values that it holds cannot. Undefined if it can,
 * or if it holds too much to tell.
 */
export function explainPinned(p: Suspended): string | undefined {
  if (p.rare?.pinned !== undefined) return p.rare.pinned;
  try {
    write(new Writer(), (out) => writeProcess(out, p), { dry: true, limit: EXPLAINED_OBJECTS });
    return undefined;
  } catch (e) {
    if (e === TOO_MANY) return undefined;
    if (PinnedStateError.is(e)) return placed(e, p).message;
    throw e;
  }
}

function write(writer: Writer, body: (out: StateWriter) => void, options?: StateWriterOptions): readonly unknown[] {
  const { position } = writer;
  try {
    const out = new StateWriter(writer, options);
    body(out);
    out.finish();
    return out.beside;
  } catch (e) {
    writer.position = position;
    throw e;
  }
}

function writeProcess(out: StateWriter, p: Suspended): void {
  let root = 0;
  let count = 0;
  for (let frame = p.frames; frame !== null; frame = frame[0]) count++;
  out.count(count);
  for (let frame = p.frames; frame !== null; frame = frame[0]) {
    out.count(frame[1]);
    out.count(frame.length - 2);
    for (let i = 2; i < frame.length; i++) out.root(frame[i], root++);
  }
  out.count(p.threw);
  out.root(p.value, root++);
  const { mailbox, rare } = p;
  const length = mailbox?.length ?? 0;
  out.count(length);
  for (let i = 0; i < length; i++) out.root(mailbox!.at(i), root++);
  out.count(rare?.dictionary?.size ?? 0);
  for (const [key, value] of rare?.dictionary ?? []) {
    out.root(key, root++);
    out.root(value, root++);
  }
}

function readFrames(from: StateReader): Frame | null {
  let first: Frame | null = null;
  let last: Frame | null = null;
  for (let left = from.count(); left > 0; left--) {
    const frame: Frame = [null, from.count()];
    for (let locals = from.count(); locals > 0; locals--) frame.push(from.root());
    if (last === null) first = frame;
    else last[0] = frame;
    last = frame;
  }
  return first;
}

/** The error with the place of its root in words. */
function placed({ root, path, what }: PinnedStateError, p: Suspended): PinnedStateError {
  return new PinnedStateError(root, path, what, placeOf(root, p));
}

function placeOf(root: number, p: Suspended): string {
  let left = root;
  for (let frame = p.frames; frame !== null; frame = frame[0]) {
    const locals = frame.length - 2;
    if (left < locals) {
      const name = slotName(frame[1], left);
      const variable = name === undefined ? "a value that is in use" : `the variable \`${name}\``;
      return `${variable} in ${describeSite(frame[1])}`;
    }
    left -= locals;
  }
  if (left === 0) return p.threw === 1 ? "the error that it is to go on with" : "the value that it is to go on with";
  left -= 1;
  const length = p.mailbox?.length ?? 0;
  if (left < length) return `message ${left + 1} of its mailbox`;
  left -= length;
  const key = [...(p.rare?.dictionary?.keys() ?? [])][left >> 1];
  return `its dictionary under ${typeof key === "symbol" || typeof key === "string" ? JSON.stringify(String(key)) : String(key)}`;
}
