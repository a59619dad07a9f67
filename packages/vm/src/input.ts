/**
 * Standard input on a scheduler thread: the process's own file descriptor 0, opened when it is first asked for, instead of the worker's empty one.
 */
import { createReadStream, fstatSync } from "node:fs";
import { Socket } from "node:net";
import tty from "node:tty";

export function installInput(): void {
  let stream: NodeJS.ReadStream | undefined;
  Object.defineProperty(process, "stdin", { configurable: true, enumerable: true, get: () => (stream ??= open()) });
}

function open(): NodeJS.ReadStream {
  if (tty.isatty(0)) return new tty.ReadStream(0);
  const stat = fstatSync(0);
  if (stat.isFile() || stat.isCharacterDevice())
    return createReadStream("", { fd: 0, autoClose: false }) as unknown as NodeJS.ReadStream;
  return new Socket({ fd: 0, readable: true, writable: false }) as unknown as NodeJS.ReadStream;
}
