/** Comlink's adapter for Node.js comes without a declaration of its own under this name. */
declare module "comlink/dist/esm/node-adapter.mjs" {
  import type { MessagePort, Worker } from "node:worker_threads";
  import type { Endpoint } from "comlink";

  export default function nodeEndpoint(port: Worker | MessagePort): Endpoint;
}
