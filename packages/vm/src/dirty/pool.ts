/**
 * The dirty-scheduler pool: threads beside the schedulers for work that would hold one up. Started when it is first needed.
 */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { transfersOf } from "@agner/scheduler";
import type { Piscina } from "piscina";
import type { DirtyAnswer, DirtyCall } from "../control.ts";
import { packImages, type PackedImage } from "../code/parts.ts";
import type { ModuleImage } from "../code/image.ts";

/** A task of the pool's worker: the call, and the modules if the worker has said that it lacks them. */
export interface DirtyTask {
  readonly call: DirtyCall;
  /** Whether the function's module is a compiled one; the others are Node's to load. */
  readonly compiled: boolean;
  readonly images: readonly PackedImage[] | undefined;
}

/** The worker's answer; `"images"` if it needs the compiled modules first. */
export type DirtyReply = DirtyAnswer | "images";

export class DirtyPool {
  readonly #images: () => readonly ModuleImage[];
  readonly #isCompiled: (url: string) => boolean;
  #pool: Promise<Piscina<DirtyTask, DirtyReply>> | undefined;

  /** `images` are all compiled modules of the VM, in the order of evaluation. */
  constructor(images: () => readonly ModuleImage[], isCompiled: (url: string) => boolean) {
    this.#images = images;
    this.#isCompiled = isCompiled;
  }

  async run(call: DirtyCall): Promise<DirtyAnswer> {
    const pool = await (this.#pool ??= start());
    const compiled = this.#isCompiled(call.target.module);
    // What may be sent a second time is not given away.
    const transferList = compiled ? [] : transfersOf(call.args);
    const reply = await pool.run({ call, compiled, images: undefined }, { transferList });
    if (reply !== "images") return reply;
    // Any worker may take the second task, so it carries what that worker may lack.
    const images = packImages(this.#images());
    return (await pool.run({ call, compiled, images }, { transferList: transfersOf(call.args) })) as DirtyAnswer;
  }

  async stop(): Promise<void> {
    await (await this.#pool)?.destroy();
    this.#pool = undefined;
  }
}

/** Most programs never ask for it. */
async function start(): Promise<Piscina<DirtyTask, DirtyReply>> {
  const { Piscina: Pool } = await import("piscina");
  return new Pool<DirtyTask, DirtyReply>({
    filename: fileURLToPath(new URL("./worker.js", import.meta.url)),
    minThreads: 0,
    maxThreads: Math.max(2, availableParallelism()),
    idleTimeout: 10_000,
    execArgv: [],
  });
}
