/** Hibernation. */
import { receive } from "@agner/vm";

/**
 * Waits for the next message, and shows as `hibernate` in `processInfo` meanwhile. A waiting process keeps no native stack here, and V8 collects garbage for a
 * whole core at once, so there is nothing else to give back.
 */
export function hibernate(): unknown {
  const message = receive(); // no tail call: the frame is what shows
  return message;
}
