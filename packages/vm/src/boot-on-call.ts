/** `boot` as the package exports it: loaded when it is called, since scheduler threads have it among their exports, too, and never boot. */
import type { BootOptions } from "./boot.ts";
import type { VM } from "./client.ts";

/**
 * Boots a VM in this Node.js process: one scheduler thread a core. There can be one VM at a time.
 *
 * @throws {AgnerError} `AGNER_BAD_ARGUMENT` for bad options, `AGNER_ALREADY_BOOTED`.
 * @example
 * await using vm = await boot({ cores: 2 });
 * const app = await vm.load<typeof import("./app.ts")>(new URL("./app.ts", import.meta.url));
 * console.log(await vm.run(app.fib, 30));
 */
export async function boot(options?: BootOptions): Promise<VM> {
  const loaded = await import("./boot.ts");
  return await loaded.boot(options);
}
