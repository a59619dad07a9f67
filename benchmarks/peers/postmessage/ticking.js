/**
 * Takes a turn of this thread's event loop again and again, and notes the longest time between two of them. Returns a function that tells
 * it, in milliseconds, and begins anew.
 */
export function startTicking() {
  let longest = 0;
  let before = performance.now();
  const tick = () => {
    const now = performance.now();
    longest = Math.max(longest, now - before);
    before = now;
    setImmediate(tick).unref();
  };
  tick();
  return () => {
    const told = longest;
    longest = 0;
    return told;
  };
}
