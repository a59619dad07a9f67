/**
 * The classes of the web that Node loads when somebody looks at them, and with them its HTTP and TLS: 40 ms on each thread (Node 24). They are left out where all globals are looked through; what
 * earlier versions of Node tell of them without loading is nothing either.
 */
const LATE: ReadonlySet<string> = new Set([
  "CloseEvent",
  "ErrorEvent",
  "EventSource",
  "FormData",
  "Headers",
  "MessageEvent",
  "Request",
  "Response",
  "WebSocket",
]);

/** The names of all globals but those. */
export function globalNames(): string[] {
  return Object.getOwnPropertyNames(globalThis).filter((name) => !LATE.has(name));
}
