/**
 * Standard output and error of a scheduler thread, written synchronously to the file descriptors.
 *
 * A worker's own `process.stdout` hands its data to the main thread, asynchronously: lines of several threads come out of order, and what was
 * written just before the end is lost. Here a write has reached the kernel when it returns.
 */
import { Console } from "node:console";
import { writeSync } from "node:fs";
import { Writable } from "node:stream";
import tty from "node:tty";

const ATTEMPTS_BEFORE_WAITING = 2;
/** Milliseconds between two attempts to write to a full pipe: doubled from the first to the second. */
const SHORTEST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 16;

const never = new Int32Array(new SharedArrayBuffer(4));

/** Writes all of `data`, waiting as long as the reader of a pipe needs; @throws the system's error, such as `EPIPE`, if that is impossible. */
export function writeFully(fd: number, data: Uint8Array, write: typeof writeSync = writeSync): void {
  let offset = 0;
  let refused = 0;
  while (offset < data.length) {
    try {
      offset += write(fd, data, offset, data.length - offset);
      refused = 0;
    } catch (e) {
      // A descriptor in non-blocking mode (the main thread may have set that) refuses while the pipe is full.
      if ((e as NodeJS.ErrnoException).code !== "EAGAIN") throw e;
      refused++;
      if (refused > ATTEMPTS_BEFORE_WAITING)
        Atomics.wait(never, 0, 0, Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS << Math.min(refused, 8)));
    }
  }
}

/** The size of the terminal on `fd`: `[columns, rows]`. */
function windowSize(fd: number): [number, number] {
  const handle = new tty.WriteStream(fd);
  const { columns, rows } = handle;
  handle.destroy();
  return [columns, rows];
}

/** A stream on a file descriptor that never holds anything back. */
class FdStream extends Writable {
  readonly fd: number;
  readonly isTTY: boolean;
  columns: number | undefined;
  rows: number | undefined;

  constructor(fd: number) {
    super({ decodeStrings: true, emitClose: false });
    this.fd = fd;
    this.isTTY = tty.isatty(fd);
    if (this.isTTY) [this.columns, this.rows] = windowSize(fd);
  }

  override _write(chunk: Buffer, _encoding: string, callback: (error?: Error | null) => void): void {
    let failure: Error | null = null;
    try {
      writeFully(this.fd, chunk);
    } catch (e) {
      failure = e as Error;
    }
    callback(failure);
  }

  /** As Node's: nobody can close standard output, and after an error (the reader of a pipe is gone) the next write is tried like the first. */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    callback(error);
    (this as unknown as { _undestroy(): void })._undestroy();
  }

  getWindowSize(): [number, number] {
    return [this.columns ?? 80, this.rows ?? 24];
  }

  getColorDepth(env?: object): number {
    return this.isTTY ? tty.WriteStream.prototype.getColorDepth.call(this as unknown as tty.WriteStream, env) : 1;
  }

  hasColors(count?: number | object, env?: object): boolean {
    const [wanted, environment] = typeof count === "number" ? [count, env] : [16, count];
    return this.isTTY && 2 ** this.getColorDepth(environment) >= wanted;
  }
}

/**
 * Replaces `process.stdout`, `process.stderr` and what `console` writes to on this thread. Called once, before any code of an app runs.
 */
export function installOutput(): void {
  const stdout = new FdStream(1);
  const stderr = new FdStream(2);
  Object.defineProperty(process, "stdout", { configurable: true, enumerable: true, value: stdout });
  Object.defineProperty(process, "stderr", { configurable: true, enumerable: true, value: stderr });
  // The console object stays the one that `node:console` exports; its methods come from one that is bound to the new streams.
  const bound = new Console({ stdout, stderr }) as unknown as Record<string, unknown>;
  for (const name of Object.keys(bound))
    if (typeof bound[name] === "function") (console as unknown as Record<string, unknown>)[name] = bound[name];
}
