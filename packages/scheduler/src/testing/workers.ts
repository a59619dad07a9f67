/** Runs TypeScript in real worker threads: the file is bundled once, and each worker gets the bundle as its source. */
import { buildSync } from "esbuild";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

const bundles = new Map<string, string>();

/** Starts `src/testing/<name>.ts` in a worker with this `workerData`. */
export function startWorker(name: string, workerData: unknown, transferList: readonly unknown[] = []): Worker {
  let source = bundles.get(name);
  if (source === undefined) {
    const entry = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
    source = buildSync({ entryPoints: [entry], bundle: true, write: false, format: "cjs", platform: "node" }).outputFiles[0]!
      .text;
    bundles.set(name, source);
  }
  return new Worker(source, { eval: true, workerData, execArgv: [], transferList: transferList as never });
}

/** What a worker posts, once; rejects if it fails or ends without. */
export function answerOf(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the worker ended with ${code} and posted nothing`)));
  });
}
