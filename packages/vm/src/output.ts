/**
 * Standard output and error of a scheduler thread, written synchronously to the file descriptors.
 *
 * A worker's own `process.stdout` hands its data to the main thread, asynchronously: lines of several threads come out of order, and what was
 * written just before the end is lost. Here a write has reached the kernel when it returns.
 */
import { writeSync } from "node:fs";
import type { Writable } from "node:stream";
import { isatty, WriteStream } from "node:tty";

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

/** The size of the terminal on `fd`. */
function windowSize(fd: number): { columns: number; rows: number } {
  const handle = new WriteStream(fd);
  const { columns, rows } = handle;
  handle.destroy();
  return { columns, rows };
}

/**
 * Makes a worker's stream write to `fd` at once. The stream stays the object that it is: `console` writes to it, and Node sends it messages.
 */
function writeThrough(stream: Writable, fd: number): void {
  const isTTY = isatty(fd);
  const size = isTTY ? windowSize(fd) : undefined;
  const getColorDepth = (env?: object): number =>
    isTTY ? WriteStream.prototype.getColorDepth.call(stream as WriteStream, env) : 1;
  Object.assign(stream, {
    fd,
    isTTY,
    ...size,
    getWindowSize: () => [size?.columns ?? 80, size?.rows ?? 24],
    getColorDepth,
    hasColors: (count?: number | object, env?: object) => {
      const [wanted, environment] = typeof count === "number" ? [count, env] : [16, count];
      return isTTY && 2 ** getColorDepth(environment) >= wanted;
    },
    _write(chunk: Buffer | string, encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
      let failure: Error | null = null;
      try {
        writeFully(fd, typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
      } catch (e) {
        failure = e as Error;
      }
      callback(failure);
    },
    _writev: undefined, // one after the other through _write
    /** As on Node's main thread: nobody can close standard output, and after an error (the reader of a pipe is gone) the next write is tried like the first. */
    _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
      callback(error);
      (stream as unknown as { _undestroy(): void })._undestroy();
    },
  });
}

/**
 * Makes `process.stdout`, `process.stderr` and `console` of this worker thread synchronous. Called once, before any code of an app runs.
 */
export function installOutput(): void {
  writeThrough(process.stdout, 1);
  writeThrough(process.stderr, 2);
}
