/** Ports between the main thread and a scheduler thread, as comlink takes them. */
import type { MessagePort, Transferable } from "node:worker_threads";
import type { Endpoint } from "comlink";

type Listener = (event: { readonly data: unknown }) => void;

/**
 * Listens by Node's own events. For one of the web's, as comlink would have from the port itself, Node loads undici, and with it its HTTP and TLS: on every
 * thread a third of what starting it takes.
 */
export function endpointOf(port: MessagePort): Endpoint {
  const listeners = new WeakMap<object, (data: unknown) => void>();
  return {
    postMessage: (message: unknown, transfer: readonly Transferable[] = []) => port.postMessage(message, transfer),
    addEventListener: (_type, listener) => {
      const onMessage = (data: unknown): void => (listener as unknown as Listener)({ data });
      listeners.set(listener, onMessage);
      port.on("message", onMessage);
    },
    removeEventListener: (_type, listener) => {
      const onMessage = listeners.get(listener);
      if (onMessage !== undefined) port.off("message", onMessage);
    },
    start: () => port.start(),
  };
}
